import type UPlot from 'uplot';
import { drawChanges, placedChanges } from './changeMarks.ts';
import { drawFan, type Fan } from './fan.ts';
import type { ChartMarks } from './packed.ts';
import type { Palette } from './palette.ts';
import { plotOptions, xAxis, yAxis } from './plotOptions.ts';
import { markLabels, markPeaks, shade } from './shading.ts';
import type { Columns, Dimension } from './unpackStream.ts';

/** Width of the y axis labels: set by the upper chart, kept by both so that they stay aligned. */
export interface Gutter {
  /** CSS pixels */
  width: number;
}

/** The dimension that a chart shows, and what is expected of the next events. */
export interface Shown {
  readonly d: number;
  readonly dimension: Dimension;
  readonly fan: Fan | undefined;
}

/** The upper chart: the value of one dimension with its forecast. What is shown may change between draws. */
export function valueChart(
  stream: ChartMarks & { readonly records: number; readonly isRare?: boolean },
  { xIsTime }: Pick<Columns, 'xIsTime'>,
  shown: () => Shown,
  sync: string,
  width: number,
  palette: () => Palette,
  gutter: Gutter,
): UPlot.Options {
  const shared = plotOptions({ width, height: 260 }, xIsTime, sync);
  const bound = { points: { show: false }, width: 0, auto: false, stroke: 'transparent' };
  return {
    ...shared,
    series: [
      {},
      bound,
      bound,
      { points: { show: false }, width: 1.25, auto: false, stroke: () => palette().expected },
      { points: { size: 4 }, width: 1.25, stroke: () => palette().value },
    ],
    bands: [{ series: [1, 2], fill: () => palette().band }],
    scales: {
      ...shared.scales,
      y: { range: (u) => valueRange(shown(), u.series[0]!.idxs ?? [0, stream.records - 1], u.scales.x!.max) },
    },
    axes: [
      xAxis(xIsTime, false, palette),
      yAxis(
        palette,
        (labels) => {
          const characters = Math.max(0, ...labels.map((label) => label.length));
          gutter.width = Math.max(60, characters * 6.5 + 16);
          return gutter.width;
        },
        stream.isRare,
      ),
    ],
    hooks: {
      drawClear: [(u) => shade(u, stream, palette())],
      drawAxes: [
        (u) => {
          markLabels(u, stream, palette());
          const { d, dimension, fan } = shown();
          const end = stream.records - 1;
          if (fan !== undefined) drawFan(u, fan, d, u.data[0][end]!, dimension.value[end]!, palette());
        },
      ],
      draw: [
        (u) => {
          const { d, dimension } = shown();
          drawChanges(u, placedChanges(u, stream, d), palette());
          markPeaks(u, dimension, d, stream, palette());
        },
      ],
    },
  };
}

/** uPlot's columns for one dimension: upper, lower, expected, value, with null where there is none. */
export function valueData(
  { x }: Pick<Columns, 'x'>,
  { value, expected, lower, upper }: Dimension,
): UPlot.AlignedData {
  const [low, high] = extremes([value], 0, value.length - 1);
  const far = 20 * (high - low || Math.abs(high) || 1);
  // Canvas coordinates lose their precision far outside the view, and the first bands can be vast.
  const near = (column: ArrayLike<number>): (number | null)[] =>
    Array.from(column, (y) =>
      Number.isNaN(y) ? null : low <= high ? Math.min(high + far, Math.max(low - far, y)) : y,
    );
  return [x, near(upper), near(lower), near(expected), near(value)];
}

/**
 * All values in view, and of their forecast as much as fits in half of their range on either side, so that a wide
 * band does not flatten the line. What is expected of the next events may have twice their range.
 */
function valueRange(
  { d, dimension: { value, expected, lower, upper }, fan }: Shown,
  [first, last]: [number, number],
  right: number | undefined,
): [number, number] {
  const next = fan?.dimensions[d];
  const steps = fan?.x.filter((x) => x <= (right ?? x)).length ?? 0;
  const bands = around(
    extremes([expected, lower, upper], first, last),
    extremes(next?.quantiles ?? [], 0, steps - 1),
  );
  const coming = extremes(next === undefined ? [] : [next.expected], 0, steps - 1);
  let [low, high] = extremes([value], first, last);
  if (low > high) [low, high] = around(bands, coming);
  if (low > high) return [0, 1];
  const reach = (high - low) / 2 || Math.abs(high) / 10 || 1;
  const near = within(bands, low - reach, high + reach);
  const far = within(coming, low - 4 * reach, high + 4 * reach);
  [low, high] = around([low, high], around(near, far));
  const margin = (high - low) * 0.06 || reach;
  return [low - margin, high + margin];
}

function around(a: [number, number], b: [number, number]): [number, number] {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

/** What of a range lies between two numbers; [∞, −∞] stays. */
function within([from, to]: [number, number], low: number, high: number): [number, number] {
  return from > to ? [from, to] : [Math.max(from, low), Math.min(to, high)];
}

/** Least and greatest finite number; [∞, −∞] where there is none. */
function extremes(columns: readonly ArrayLike<number>[], first: number, last: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = first; i <= last; i++) {
      const y = column[i]!;
      if (!Number.isFinite(y)) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  return [low, high];
}

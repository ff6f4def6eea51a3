import type UPlot from 'uplot';
import { formatCount } from './formatNumber.ts';
import { formatOdds } from './formatOdds.ts';
import { pageTimeZone } from './formatTime.ts';
import type { Palette } from './palette.ts';
import { formatTicks, multiples, roundStep } from './ticks.ts';

declare const uPlot: typeof UPlot; // uPlot's script comes first in the page

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Shared by the two charts of a stream. */
export function plotOptions(
  size: { readonly width: number; readonly height: number },
  xIsTime: boolean,
  sync: string,
): Omit<UPlot.Options, 'series'> {
  return {
    ...size,
    ms: 1,
    tzDate: (time) => uPlot.tzDate(new Date(time), pageTimeZone()),
    legend: { show: false },
    padding: [8, 22, 0, 0],
    cursor: {
      y: false,
      drag: { x: true, y: false, dist: 4 },
      sync: { key: sync, setSeries: false, scales: ['x', null] },
    },
    scales: { x: { time: xIsTime, range: (_u, low, high) => wide(low, high, xIsTime) } },
  };
}

/** An x axis; without labels where another chart below shows them. */
export function xAxis(xIsTime: boolean, labels: boolean, palette: () => Palette): UPlot.Axis {
  return {
    font: FONT,
    stroke: () => palette().text,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { show: false },
    gap: 6,
    space: 70,
    size: labels ? 40 : 4,
    values: labels
      ? xIsTime
        ? TIME_LABELS
        : (_u, ticks) => ticks.map(wholeNumber)
      : (_u, ticks) => ticks.map(() => ''),
  };
}

/**
 * @param size room for the labels in CSS pixels
 * @param isRare whether values are −log10 of a chance: then ticks are `1 in 1,000`
 */
export function yAxis(
  palette: () => Palette,
  size: (labels: readonly string[]) => number,
  isRare = false,
): UPlot.Axis {
  // uPlot's own steps end at 1e±32; values may be anything a double holds.
  const step = (u: UPlot, low: number, high: number): number => {
    const height = u.bbox.height / devicePixelRatio || u.height; // the plot has no height before its first layout
    return roundStep(((high - low) * 35) / height);
  };
  return {
    font: FONT,
    stroke: () => palette().text,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { show: false },
    gap: 8,
    size: (_u, labels) => size(labels ?? []), // no labels before the first layout
    space: 1,
    incrs: (u, _axis, low, high) => [step(u, low, high)],
    splits: (u, _axis, low, high) => multiples(low, high, step(u, low, high)),
    values: (u, ticks) =>
      isRare ? oddsTicks(ticks) : formatTicks(ticks, step(u, u.scales.y!.min!, u.scales.y!.max!)),
  };
}

/** A chance is at most 1; of chances close to each other one has a label. */
function oddsTicks(ticks: readonly number[]): string[] {
  const labels = ticks.map((tick) => (tick < 0 ? '' : formatOdds(tick)));
  return labels.map((label, i) => (label === labels[i - 1] ? '' : label));
}

/** A single record, or none, still needs an axis of some width. */
function wide(low: number | null, high: number | null, xIsTime: boolean): [number, number] {
  if (low === null || high === null) return [0, 1];
  const margin = xIsTime ? 60_000 : 1;
  return low < high ? [low, high] : [low - margin, high + margin];
}

function wholeNumber(record: number): string {
  return Number.isInteger(record) ? formatCount(record) : '';
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Per step: the label, and what is added where the year, month, day, hour or minute turns (uPlot's columns). */
const TIME_LABELS: UPlot.Axis.TimeValuesConfig = [
  [365 * DAY, '{YYYY}', null, null, null, null, null, null, 1],
  [28 * DAY, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [DAY, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [MINUTE, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [SECOND, '{HH}:{mm}:{ss}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [
    1,
    '{ss}.{fff}',
    '\n{D} {MMM} {YYYY} {HH}:{mm}',
    null,
    '\n{D} {MMM} {HH}:{mm}',
    null,
    '\n{HH}:{mm}',
    null,
    1,
  ],
];

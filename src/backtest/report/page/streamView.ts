import type UPlot from 'uplot';
import { changeNear, placedChanges, setTooltip } from '../../../charts/changeMarks.ts';
import { fanStepAt, unpackFan } from '../../../charts/fan.ts';
import { formatTime, pageTimeZone, recordNames } from '../../../charts/formatTime.ts';
import type { PackedStream } from '../../../charts/packed.ts';
import type { Palette } from '../../../charts/palette.ts';
import { readout } from '../../../charts/readout.ts';
import { scoreChart, scoreData } from '../../../charts/scoreChart.ts';
import { unpackStream } from '../../../charts/unpackStream.ts';
import { type Gutter, valueChart, valueData } from '../../../charts/valueChart.ts';

declare const uPlot: typeof UPlot; // uPlot's script comes first in the page

/** Records before a forecast, for each of its steps. */
const IN_VIEW_OF_FAN = 4;

/** The two charts of one stream, moved together. */
export interface StreamView {
  /** Shows the records first … last with some room on both sides, and the cursor on `peak`. */
  zoomTo(first: number, last: number, peak: number): void;
  /** Shows what is expected of the next events, with as many records before them as are of use. */
  zoomToFan(): void;
  showDimension(index: number): void;
  /** Moves the cursor by a number of records. */
  step(by: number): void;
  /** Zooms by `factor` around the cursor. */
  scale(factor: number): void;
  reset(): void;
  resize(width: number): void;
  redraw(): void;
}

/**
 * Draws the charts of a stream into its section.
 *
 * @param onZoom called with whether only a part is in view
 */
export function streamView(
  section: Element,
  palette: () => Palette,
  onZoom: (zoomed: boolean) => void,
): StreamView {
  const stream = JSON.parse(section.querySelector('.data')!.textContent) as PackedStream;
  const columns = unpackStream(stream);
  const { x } = columns;
  const end = stream.records - 1;
  const last = x[end]!;
  const fan = stream.ahead === null ? undefined : unpackFan(stream.ahead, columns.xIsTime, last);
  const right = fan?.x.at(-1) ?? last;
  const numbers = readout(
    section,
    stream,
    columns,
    recordNames(columns.times, stream.resolution, columns.numbers, pageTimeZone()),
    (time) => formatTime(time, stream.resolution, pageTimeZone()),
  );
  let d = 0;
  let dimension = columns.dimensions[0]!;

  const gutter: Gutter = { width: 0 };
  const place = section.querySelector<HTMLElement>('.value-plot')!;
  const width = place.clientWidth;
  const value = new uPlot(
    valueChart(stream, columns, () => ({ d, dimension, fan }), section.id, width, palette, gutter),
    valueData(columns, dimension),
    place,
  );
  const score = new uPlot(
    scoreChart(stream, columns, section.id, width, palette, gutter),
    scoreData(columns),
    section.querySelector<HTMLElement>('.score-plot')!,
  );
  const both = [value, score];

  let drawnGutter = 0;
  value.hooks.draw!.push(() => {
    if (drawnGutter === gutter.width) return;
    drawnGutter = gutter.width;
    score.redraw(false, true);
  });
  value.hooks.setCursor = [
    () => {
      const { left = -1, idx } = value.cursor;
      const step =
        fan === undefined || left < 0 ? undefined : fanStepAt(fan, last, value.posToVal(left, 'x'));
      const at = step === undefined && idx != null ? value.valToPos(x[idx]!, 'x') : undefined;
      const change = changeNear(value, placedChanges(value, stream, d), at);
      setTooltip(value, change);
      if (step === undefined) numbers.show(idx ?? null, dimension, change);
      else numbers.showAhead(fan!, step, d);
    },
  ];
  for (const [u, other] of [
    [value, score],
    [score, value],
  ] as const) {
    u.hooks.setScale = [
      (_u, key) => {
        if (key !== 'x') return;
        const { min, max } = u.scales.x as { min: number; max: number };
        if (other.scales.x!.min !== min || other.scales.x!.max !== max) other.setScale('x', { min, max });
        onZoom(min > x[0]! || max < right);
      },
    ];
  }

  const zoom = (min: number, max: number): void => {
    const range = { min: Math.max(min, x[0]!), max: Math.min(max, right) };
    if (!(range.min < range.max)) return;
    for (const u of both) u.batch(() => u.setScale('x', range));
  };
  const moveCursor = (record: number): void => {
    const left = value.valToPos(x[record]!, 'x');
    for (const u of both) u.setCursor({ left, top: 0 });
  };

  if (fan !== undefined) zoom(x[0]!, right);

  return {
    zoomTo: (first, last, peak) => {
      const room = Math.max(20, 2 * (last - first));
      zoom(x[Math.max(0, first - room)]!, x[Math.min(end, last + room)]!);
      moveCursor(peak);
    },
    zoomToFan: () => {
      if (fan !== undefined) zoom(x[Math.max(0, end - IN_VIEW_OF_FAN * fan.x.length)]!, right);
    },
    showDimension: (index) => {
      d = index;
      dimension = columns.dimensions[index]!;
      value.setData(valueData(columns, dimension), false);
      value.redraw(); // setData alone leaves the y range as it was
    },
    step: (by) => moveCursor(Math.min(end, Math.max(0, (value.cursor.idx ?? (by > 0 ? -1 : end + 1)) + by))),
    scale: (factor) => {
      const { min, max } = value.scales.x as { min: number; max: number };
      const centre = value.cursor.idx == null ? (min + max) / 2 : x[value.cursor.idx]!;
      zoom(centre - (centre - min) * factor, centre + (max - centre) * factor);
    },
    reset: () => zoom(x[0]!, right),
    resize: (newWidth) => {
      for (const u of both) u.setSize({ width: newWidth, height: u.height });
    },
    redraw: () => {
      for (const u of both) u.redraw(false);
    },
  };
}

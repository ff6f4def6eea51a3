import type uPlot from 'uplot';
import type { ChartMarks } from './packed.ts';
import type { Palette } from './palette.ts';
import { inPlot } from './shading.ts';

/** A lasting change on the x axis: what to write at it, and the same in full. */
export interface PlacedChange {
  readonly x: number;
  readonly mark: string;
  readonly words: string;
}

const NEAR = 5; // CSS pixels

/** Those of a dimension, in the order of the axis. */
export function placedChanges(u: uPlot, { changes = [] }: ChartMarks, d: number): PlacedChange[] {
  return changes
    .filter(([, dimension]) => dimension === d)
    .map(([record, , mark, words]) => ({ x: u.data[0][record]!, mark, words }))
    .toSorted((a, b) => a.x - b.x);
}

/** A thin line at each, with its mark at the lower edge, as long as there is room. */
export function drawChanges(u: uPlot, changes: readonly PlacedChange[], palette: Palette): void {
  let taken = Number.NEGATIVE_INFINITY; // where the last mark ends
  inPlot(u, (ctx) => {
    const { left, top, width, height } = u.bbox;
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    for (const { x: at, mark } of changes) {
      const x = Math.round(u.valToPos(at, 'x', true));
      if (x < left || x > left + width) continue;
      ctx.fillStyle = palette.change;
      ctx.fillRect(x, top, Math.max(1, Math.round(devicePixelRatio)), height);
      const room = 4 * devicePixelRatio;
      const long = ctx.measureText(mark).width;
      const from = x + room + long > left + width ? x - room - long : x + room;
      if (from < taken) continue;
      taken = from + long + room;
      ctx.lineWidth = 3 * devicePixelRatio; // a halo: it stands on lines
      ctx.strokeStyle = palette.surface;
      ctx.strokeText(mark, from, top + height - room);
      ctx.fillText(mark, from, top + height - room);
    }
  });
}

/**
 * Of the change close to a place in the plot, `lasting change: level 20 → 23.2, certainty 71 %`.
 *
 * @param left CSS pixels; undefined where the cursor is nowhere
 */
export function changeNear(
  u: uPlot,
  changes: readonly PlacedChange[],
  left: number | undefined,
): string | undefined {
  let [nearest, words]: [number, string | undefined] = [NEAR, undefined];
  for (const change of changes) {
    const distance = Math.abs(u.valToPos(change.x, 'x') - (left ?? Number.NaN));
    if (distance <= nearest) [nearest, words] = [distance, change.words];
  }
  return words && `lasting change: ${words}`;
}

/** Sets the tooltip of a plot if it differs. */
export function setTooltip({ over }: uPlot, text = ''): void {
  if (over.title !== text) over.title = text;
}

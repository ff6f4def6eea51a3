import type uPlot from 'uplot';
import { channelName } from './channelNames.ts';
import type { ChartMarks } from './packed.ts';
import type { Palette } from './palette.ts';
import type { Dimension } from './unpackStream.ts';

/** Shades the labelled windows and the incidents, behind the lines. */
export function shade(u: uPlot, { labels, incidents, silences = [] }: ChartMarks, palette: Palette): void {
  const { top, height } = u.bbox;
  inPlot(u, (ctx) => {
    const shadeIncident = ([left, width]: readonly [number, number], severity: number): void => {
      ctx.fillStyle = palette.surface; // red over green would be brown
      ctx.fillRect(left, top, width, height);
      ctx.globalAlpha = 0.25;
      ctx.fillStyle = palette.incidents[severity]!;
      ctx.fillRect(left, top, width, height);
      ctx.globalAlpha = 1;
    };
    ctx.fillStyle = palette.label;
    for (const [first, last] of labels) {
      const [left, width] = extent(u, first, last);
      ctx.fillRect(left, top, width, height);
    }
    for (const [from, to, severity] of silences)
      shadeIncident(between(u, from, Math.min(to, u.scales.x!.max!)), severity);
    for (const [first, last, , severity] of incidents) shadeIncident(extent(u, first, last), severity);
  });
}

/** Marks the upper edge of the labelled windows: it stays visible where incidents cover them. */
export function markLabels(u: uPlot, { labels }: ChartMarks, palette: Palette): void {
  inPlot(u, (ctx) => {
    ctx.fillStyle = palette.labelEdge;
    for (const [first, last] of labels) {
      const [left, width] = extent(u, first, last);
      ctx.fillRect(left, u.bbox.top, width, 4 * devicePixelRatio);
    }
  });
}

/**
 * A dot on the peak of each incident; at the lower edge if the peak has no value. Where the peak lies inside the band a label
 * names the channel of evidence that it was flagged by, as long as there is room.
 *
 * @param d the dimension that is shown
 */
export function markPeaks(
  u: uPlot,
  { value: values, lower, upper }: Dimension,
  d: number,
  { incidents }: ChartMarks,
  palette: Palette,
): void {
  let taken = Number.NEGATIVE_INFINITY; // where the last label ends
  inPlot(u, (ctx) => {
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.strokeStyle = palette.surface;
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = 'bottom';
    for (const [, , peak, severity, channel, dimension = d] of incidents) {
      const value = values[peak]!;
      const x = u.valToPos(u.data[0][peak]!, 'x', true);
      const y = Number.isNaN(value) ? u.bbox.top + u.bbox.height : u.valToPos(value, 'y', true);
      ctx.beginPath();
      ctx.arc(x, y, 4 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fillStyle = palette.incidents[severity]!;
      ctx.fill();
      ctx.stroke();
      if (channel === undefined || dimension !== d || !(lower[peak]! <= value && value <= upper[peak]!))
        continue;
      const text = channelName(channel);
      const { width } = ctx.measureText(text);
      const { left, width: whole } = u.bbox;
      const from = Math.max(left, Math.min(left + whole - width, x - width / 2));
      if (from < taken || x < left || x > left + whole) continue;
      taken = from + width + 4 * devicePixelRatio;
      const above = Math.max(u.bbox.top + 16 * devicePixelRatio, y - 7 * devicePixelRatio);
      ctx.lineWidth = 3 * devicePixelRatio; // a halo: it stands on lines
      ctx.strokeText(text, from, above);
      ctx.fillStyle = palette.text;
      ctx.fillText(text, from, above);
      ctx.lineWidth = 1.5 * devicePixelRatio;
    }
  });
}

export function drawThreshold(u: uPlot, threshold: number, palette: Palette): void {
  inPlot(u, (ctx) => {
    const y = Math.round(u.valToPos(threshold, 'y', true));
    ctx.lineWidth = devicePixelRatio;
    ctx.strokeStyle = palette.threshold;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(u.bbox.left, y);
    ctx.lineTo(u.bbox.left + u.bbox.width, y);
    ctx.stroke();
  });
}

/** Left edge and width in canvas pixels of a run of records, never too narrow to see. */
function extent(u: uPlot, first: number, last: number): [left: number, width: number] {
  return between(u, u.data[0][first]!, u.data[0][last]!);
}

/** The same of two places on the x axis. */
function between(u: uPlot, from: number, to: number): [left: number, width: number] {
  const [left, right] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
  const width = Math.max(right - left, 3 * devicePixelRatio);
  return [(left + right - width) / 2, width];
}

/** Draws within the plot alone, and leaves the state of the canvas as it was. */
export function inPlot({ ctx, bbox }: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

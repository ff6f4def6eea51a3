import type { Palette } from '../../../charts/palette.ts';
import { type LaneData, type LaneSummary, NO_EVENTS } from './laneData.ts';
import { laneTicks } from './laneTicks.ts';

/** Height of the time axis below the rows, CSS pixels. */
export const AXIS = 20;
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** Rows that are lower have no room for names. */
const NAMED = 12;

/** What is drawn. */
export interface LanePicture {
  readonly data: LaneData;
  readonly order: readonly LaneSummary[];
  readonly nameOf: (stream: number) => string;
  readonly colors: Uint32Array;
  readonly palette: Palette;
  /** CSS pixels of a row. */
  readonly rowHeight: number;
  /** CSS pixels that are scrolled away. */
  readonly top: number;
  /** The selected slices, ends included. */
  readonly window: readonly [number, number] | undefined;
  /** The cell that is read out: place in the order, and slice. */
  readonly at: readonly [place: number, slice: number] | undefined;
  /** The stream in the chart. */
  readonly selected: number | undefined;
}

/**
 * Swim lanes on one canvas that stays where it is while the rows scroll beneath: only rows in view are drawn, as one small
 * picture with a pixel for each cell that is stretched.
 */
export class LaneCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #cells: HTMLCanvasElement = document.createElement('canvas');
  #names: { readonly longest: string; readonly width: number } | undefined;
  /** CSS pixels to the left of the cells. */
  gutter = 0;
  width = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  draw(picture: LanePicture): void {
    const { data, order, rowHeight, top, palette } = picture;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = devicePixelRatio;
    if (this.#canvas.width !== Math.round(width * ratio)) this.#canvas.width = Math.round(width * ratio);
    if (this.#canvas.height !== Math.round(height * ratio)) this.#canvas.height = Math.round(height * ratio);
    const ctx = this.#canvas.getContext('2d')!;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.font = FONT;
    this.width = width;
    this.gutter = rowHeight < NAMED ? 0 : this.#gutterOf(ctx, picture);
    const first = Math.floor(top / rowHeight);
    const last = Math.min(order.length, Math.ceil((top + height - AXIS) / rowHeight));
    if (data.count === 0 || last <= first) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, 0, width, height - AXIS);
    ctx.clip();
    this.#drawCells(ctx, picture, first, last);
    if (this.gutter > 0) this.#drawNames(ctx, picture, first, last);
    this.#drawWindow(ctx, picture, height - AXIS);
    ctx.restore();
    ctx.fillStyle = palette.text;
    ctx.textBaseline = 'middle';
    const [from, to] = [data.timeOf(0), data.timeOf(data.count)];
    for (const { time, label } of laneTicks(from, to, (width - this.gutter) / 80)) {
      const x = this.gutter + ((time - from) / (to - from)) * (width - this.gutter);
      const half = ctx.measureText(label).width / 2;
      if (x - half < this.gutter || x + half > width) continue;
      ctx.fillText(label, x - half, height - AXIS / 2 + 2);
      ctx.fillRect(x, height - AXIS, 1, 4);
    }
  }

  /** The slice at a place, CSS pixels from the left edge of the canvas. */
  sliceAt(x: number, count: number): number {
    const slice = Math.floor(((x - this.gutter) / (this.width - this.gutter)) * count);
    return Math.max(0, Math.min(count - 1, slice));
  }

  #drawCells(
    ctx: CanvasRenderingContext2D,
    { data, order, colors, rowHeight, top }: LanePicture,
    first: number,
    last: number,
  ): void {
    const [columns, rows] = [data.count, last - first];
    if (this.#cells.width !== columns) this.#cells.width = columns;
    if (this.#cells.height !== rows) this.#cells.height = rows;
    const small = this.#cells.getContext('2d')!;
    const image = small.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (const [slice, cells] of data.columns().entries())
      for (let r = 0; r < rows; r++)
        pixels[r * columns + slice] = colors[cells?.[order[first + r]!.row] ?? NO_EVENTS]!;
    small.putImageData(image, 0, 0);
    ctx.imageSmoothingEnabled = false;
    const y = first * rowHeight - top;
    ctx.drawImage(this.#cells, this.gutter, y, this.width - this.gutter, rows * rowHeight);
    if (rowHeight < NAMED) return;
    for (let r = 0; r < rows; r++) ctx.clearRect(this.gutter, y + (r + 1) * rowHeight - 2, this.width, 2);
  }

  #drawNames(
    ctx: CanvasRenderingContext2D,
    { order, nameOf, rowHeight, top, palette, selected }: LanePicture,
    first: number,
    last: number,
  ): void {
    ctx.textBaseline = 'middle';
    for (let place = first; place < last; place++) {
      const { stream } = order[place]!;
      ctx.fillStyle = stream === selected ? palette.expected : palette.value;
      const text = shortened(ctx, nameOf(stream), this.gutter - 10);
      ctx.fillText(text, 0, (place + 0.5) * rowHeight - top - 1);
    }
  }

  #drawWindow(
    ctx: CanvasRenderingContext2D,
    { data, window, at, rowHeight, top, palette }: LanePicture,
    height: number,
  ): void {
    const unit = (this.width - this.gutter) / data.count;
    const x = (slice: number): number => this.gutter + slice * unit;
    if (window !== undefined) {
      ctx.fillStyle = palette.band;
      ctx.strokeStyle = palette.expected;
      ctx.lineWidth = 1;
      ctx.fillRect(x(window[0]), 0, x(window[1] + 1) - x(window[0]), height);
      for (const edge of [x(window[0]), x(window[1] + 1)]) {
        ctx.beginPath();
        ctx.moveTo(edge, 0);
        ctx.lineTo(edge, height);
        ctx.stroke();
      }
    }
    if (at === undefined) return;
    ctx.strokeStyle = palette.value;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(x(at[1]) - 1, at[0] * rowHeight - top - 1, Math.max(unit, 3) + 2, rowHeight);
  }

  /** As wide as the longest name, up to a third of the canvas. */
  #gutterOf(ctx: CanvasRenderingContext2D, { order, nameOf }: LanePicture): number {
    // Names may come later than the rows.
    const longest = order.reduce((long, { stream }) => {
      const name = nameOf(stream);
      return name.length > long.length ? name : long;
    }, '');
    if (this.#names?.longest !== longest) this.#names = { longest, width: ctx.measureText(longest).width };
    return Math.min(Math.ceil(this.#names.width) + 14, Math.floor(this.width / 3), 260);
  }
}

/** The name with dots in its middle where it is too long: what tells streams apart is mostly at the end. */
function shortened(ctx: CanvasRenderingContext2D, name: string, room: number): string {
  if (ctx.measureText(name).width <= room) return name;
  let [low, high] = [0, name.length];
  const cut = (kept: number): string => {
    const end = Math.ceil(kept * 0.6);
    return `${name.slice(0, kept - end)}…${name.slice(name.length - end)}`;
  };
  while (low < high) {
    const kept = Math.ceil((low + high) / 2);
    if (ctx.measureText(cut(kept)).width <= room) low = kept;
    else high = kept - 1;
  }
  return cut(low);
}

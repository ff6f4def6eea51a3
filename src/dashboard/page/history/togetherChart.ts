import type UPlot from 'uplot';
import { changeInWords, changeMark } from '../../../charts/changeInWords.ts';
import { changeNear, drawChanges, type PlacedChange, setTooltip } from '../../../charts/changeMarks.ts';
import { formatCount, formatNumber, formatScore } from '../../../charts/formatNumber.ts';
import { formatOdds } from '../../../charts/formatOdds.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import type { Palette } from '../../../charts/palette.ts';
import { plotOptions, xAxis, yAxis } from '../../../charts/plotOptions.ts';
import { inPlot } from '../../../charts/shading.ts';
import { unpackColumn } from '../../../charts/unpackStream.ts';
import { dimensionOptions } from '../chart/dimensionChoice.ts';
import { make, setText } from '../dom.ts';
import { severityRank } from '../severityRank.ts';
import type { WireChange, WireIncident } from '../wire.ts';
import type { WireWindow } from './wireWindow.ts';

declare const uPlot: typeof UPlot; // uPlot's script comes first in the page

const HEIGHT = 120; // CSS pixels
const AXIS = 36; // the time axis, below the last chart only
const GUTTER = 64;

/** What a chart shows in addition to the columns. */
export interface TogetherContent {
  readonly name: string;
  readonly hasTimes: boolean;
  /** Whether values are −log10 of the chance of a category. */
  readonly isRare: boolean;
  /** Names of the dimensions; one of them is shown. */
  readonly dimensions: readonly string[];
  /** The one that is shown first. */
  readonly dimension: number;
  readonly incidents: () => readonly WireIncident[];
  readonly palette: () => Palette;
  /** A stretch of the x axis was selected. */
  readonly onZoom: (from: number, to: number) => void;
  readonly onReset: () => void;
  readonly onDimension: (d: number) => void;
  readonly onRemove: () => void;
}

/** One of several streams on the same axis: means with the least and greatest value, or the records with their band. */
export class TogetherChart {
  readonly element: HTMLElement = make('div', 'one');
  readonly #content: TogetherContent;
  readonly #numbers: HTMLElement = make('span', 'muted');
  #plot: UPlot | undefined;
  #isLast = false;
  #perPoint = 1;
  #score: ArrayLike<number> = [];
  #changes: readonly WireChange[] = [];
  #y: readonly [number, number] = [0, 1];

  constructor(content: TogetherContent) {
    this.#content = content;
    const caption = make('p', 'caption');
    const name = make('strong', '', content.name);
    const remove = make('button', 'remove', '×');
    remove.type = 'button';
    remove.setAttribute('aria-label', `Remove ${content.name}`);
    remove.addEventListener('click', content.onRemove);
    caption.append(name, ...this.#choice(), this.#numbers, remove);
    this.element.append(caption, make('div', 'plot'));
  }

  /** Which dimension is shown, where there are several. */
  #choice(): HTMLElement[] {
    const { name, dimensions, dimension, onDimension } = this.#content;
    if (dimensions.length === 1) return [];
    const select = make('select', 'dimension-of');
    select.setAttribute('aria-label', `Dimension of ${name}`);
    select.append(...dimensionOptions(dimensions));
    select.value = String(dimension);
    select.addEventListener('change', () => onDimension(Number(select.value)));
    return [select];
  }

  dispose(): void {
    this.#plot?.destroy();
    this.element.remove();
  }

  /** @param isLast whether it has the labels of the axis */
  show(window: WireWindow, [from, to]: readonly [number, number], isLast: boolean): void {
    const [x, value, expected, lower, upper, score] = (
      ['x', 'value', 'expected', 'lower', 'upper', 'score'] as const
    ).map((name) => unpackColumn(window[name]));
    this.#perPoint = window.perPoint;
    this.#score = score!;
    this.#changes = window.changes;
    this.#y = rangeOf(window.perPoint === 1 ? [value!] : [value!, lower!, upper!]);
    const known = (column: ArrayLike<number>): (number | null)[] =>
      Array.from(column, (y) => (Number.isFinite(y) ? y : null));
    const data: UPlot.AlignedData = [
      Float64Array.from(x!),
      known(upper!),
      known(lower!),
      known(expected!),
      known(value!),
    ];
    if (this.#isLast !== isLast) this.#plot?.destroy();
    if (this.#plot === undefined || this.#isLast !== isLast) this.#plot = this.#build(data, isLast);
    this.#isLast = isLast;
    const plot = this.#plot;
    plot.batch(() => {
      plot.setData(data, false);
      plot.setScale('x', { min: from, max: to });
    });
    this.#read();
  }

  resize(width: number): void {
    const plot = this.#plot;
    if (plot !== undefined && plot.width !== width) plot.setSize({ width, height: plot.height });
  }

  redraw(): void {
    this.#plot?.redraw(false);
  }

  #build(data: UPlot.AlignedData, isLast: boolean): UPlot {
    const { palette, hasTimes, onZoom, onReset } = this.#content;
    const place = this.element.lastElementChild as HTMLElement;
    const size = { width: place.clientWidth, height: HEIGHT + (isLast ? AXIS : 0) };
    const shared = plotOptions(size, hasTimes, 'together');
    const bound = { points: { show: false }, width: 0, auto: false, stroke: 'transparent' };
    const plot = new uPlot(
      {
        ...shared,
        cursor: {
          ...shared.cursor,
          drag: { ...shared.cursor?.drag, setScale: false },
          bind: {
            dblclick: () => () => {
              onReset();
              return null;
            },
          },
        },
        series: [
          {},
          bound,
          bound,
          { points: { show: false }, width: 1, auto: false, stroke: () => palette().expected },
          { points: { size: 3 }, width: 1.25, stroke: () => palette().value },
        ],
        bands: [{ series: [1, 2], fill: () => palette().band }],
        scales: { ...shared.scales, y: { range: () => [...this.#y] } },
        axes: [xAxis(hasTimes, isLast, palette), yAxis(palette, () => GUTTER, this.#content.isRare)],
        hooks: {
          drawClear: [(u) => this.#shade(u)],
          draw: [(u) => drawChanges(u, this.#places(), palette())],
          setCursor: [() => this.#read()],
          setSelect: [
            (u) => {
              const { left, width } = u.select;
              if (width === 0) return;
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              onZoom(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
            },
          ],
        },
      },
      data,
      place,
    );
    return plot;
  }

  /** The numbers under the pointer; without it what the lines are. */
  #read(): void {
    const plot = this.#plot;
    const at = plot?.cursor.idx;
    if (plot === undefined || at == null || (plot.cursor.left ?? -1) < 0) {
      setText(
        this.#numbers,
        this.#perPoint === 1
          ? `every record, with ${this.#content.isRare ? '95 % of all events' : 'its 95 % band'}`
          : `mean of ${formatCount(this.#perPoint)} records, with their least and greatest value`,
      );
      return;
    }
    const [x, upper, lower, expected, value] = plot.data.map((column) => column[at] ?? Number.NaN);
    const place = this.#content.hasTimes
      ? formatTime(x!, 'second', pageTimeZone())
      : `record ${formatCount(x!)}`;
    const show = this.#content.isRare ? formatOdds : formatNumber;
    const [number, band] = [show(value!), `${show(lower!)} … ${show(upper!)}`];
    setText(
      this.#numbers,
      `${place}: ${number} (expected ${show(expected!)}), ${band}, score ${formatScore(this.#score[at]!)}${this.#changeAt(plot)}`,
    );
  }

  /** Where its lasting changes are on the x axis, with their words. */
  #places(): PlacedChange[] {
    return this.#changes.map((change) => ({
      x: this.#content.hasTimes ? change.time! : change.record + 1,
      mark: changeMark(change),
      words: changeInWords(change),
    }));
  }

  /** In words, the change under the pointer. */
  #changeAt(plot: UPlot): string {
    const words = changeNear(plot, this.#places(), plot.cursor.left);
    setTooltip(plot, words);
    return words === undefined ? '' : `, ${words}`;
  }

  /** The incidents, behind the lines. */
  #shade(u: UPlot): void {
    const { incidents, hasTimes, palette } = this.#content;
    inPlot(u, (ctx) => {
      for (const { kind, open, first, last, start, end, severity, feedback } of incidents()) {
        const until = kind === 'absence' && open ? u.scales.x!.max! : (end ?? start);
        const [from, to] = hasTimes ? [start, until] : [first + 1, last + 1];
        if (from === null || to === null || feedback === 'normal') continue;
        const [left, right] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
        const width = Math.max(right - left, 3 * devicePixelRatio);
        ctx.globalAlpha = 0.3;
        ctx.fillStyle = palette().incidents[severityRank(severity)] ?? palette().threshold;
        ctx.fillRect((left + right - width) / 2, u.bbox.top, width, u.bbox.height);
      }
    });
  }
}

function rangeOf(columns: readonly ArrayLike<number>[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const y = column[i]!;
      if (!Number.isFinite(y)) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  if (low > high) return [0, 1];
  const margin = (high - low) * 0.08 || Math.abs(high) / 10 || 1;
  return [low - margin, high + margin];
}

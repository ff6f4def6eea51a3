import type UPlot from 'uplot';
import { changeNear, placedChanges, setTooltip } from '../../charts/changeMarks.ts';
import { fanStepAt } from '../../charts/fan.ts';
import { formatCount } from '../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../charts/formatTime.ts';
import type { ChartMarks } from '../../charts/packed.ts';
import type { Palette } from '../../charts/palette.ts';
import { type Readout, readout } from '../../charts/readout.ts';
import { scoreChart, scoreData } from '../../charts/scoreChart.ts';
import type { Gutter } from '../../charts/valueChart.ts';
import { valueChart, valueData } from '../../charts/valueChart.ts';
import type { ChartContent, MarkedEvents } from './chart/chartContent.ts';
import { nameValues } from './chart/valueNames.ts';
import { find } from './dom.ts';
import { liveMarks } from './liveMarks.ts';
import { LiveView } from './liveView.ts';
import type { WireIncident } from './wire.ts';

declare const uPlot: typeof UPlot; // uPlot's script comes first in the page

const SYNC = 'live';

/** The two charts of the selected stream, moved together; they follow its end, or stay in place. */
export class LiveChart {
  readonly #section: HTMLElement = find('#stream');
  readonly #content: ChartContent;
  readonly #palette: () => Palette;
  readonly #marks: Required<ChartMarks>;
  readonly #view: LiveView;
  #plots: readonly UPlot[] = [];
  #xIsTime = false;
  #dimension = 0;
  readonly #numbers: Readout;
  #onSelected: ((events: MarkedEvents) => void) | undefined;

  constructor(content: ChartContent, palette: () => Palette, onFollow: (follows: boolean) => void) {
    this.#content = content;
    this.#palette = palette;
    const { columns } = content;
    this.#marks = liveMarks(columns, content);
    nameValues(this.#section, columns.isRare);
    this.#view = new LiveView(columns, onFollow);
    this.#numbers = readout(
      this.#section,
      this.#marks,
      columns,
      (i) => this.#nameOf(i),
      (time) => formatTime(time, columns.resolution, pageTimeZone()),
    );
    this.#build();
  }

  dispose(): void {
    for (const plot of this.#plots) plot.destroy();
    this.#plots = [];
  }

  /** Draws new records. */
  draw(): void {
    const { columns } = this.#content;
    if (columns.records === 0) return;
    if (columns.xIsTime !== this.#xIsTime) this.#rebuild();
    this.#view.advance();
    const [value, score] = this.#plots;
    const dimension = columns.dimension(this.#dimension);
    const [valueColumns, scoreColumns] = [valueData(columns, dimension), scoreData(columns)];
    for (const [plot, data] of [
      [value!, valueColumns],
      [score!, scoreColumns],
    ] as const) {
      plot.batch(() => {
        plot.setData(data, false);
        plot.setScale('x', this.#view.stretch);
      });
    }
    this.#showNumbers(value!);
  }

  /** Whether the chart follows the stream. */
  follow(follows: boolean): void {
    this.#view.follow(follows);
    this.draw();
  }

  showDimension(d: number): void {
    this.#dimension = d;
    this.draw();
  }

  /** Shows an incident with some room on both sides, and the cursor on its peak. */
  jump({ first, last, peak }: Pick<WireIncident, 'first' | 'last' | 'peak'>): void {
    const { columns } = this.#content;
    const { x } = columns;
    if (last < columns.first || x.length === 0) return; // no longer kept
    const room = Math.max(40, 2 * (last - first));
    const at = (record: number): number => x[Math.max(0, Math.min(x.length - 1, record - columns.first))]!;
    this.#applyView(this.#view.show(at(first - room), at(last + room)));
    this.#moveCursor(peak - columns.first);
  }

  /** Shows a stretch of time, milliseconds, as far as it is kept. */
  showTimes(from: number, to: number): void {
    if (this.#content.columns.xIsTime) this.#applyView(this.#view.show(from, to));
  }

  /** The time in view, milliseconds; undefined while it follows the end, and in a stream without times. */
  get window(): readonly [from: number, to: number] | undefined {
    const { min, max } = this.#view.stretch;
    return this.#view.follows || !this.#xIsTime ? undefined : [min, max];
  }

  /** Puts the cursor on a record. */
  point(record: number): void {
    this.#moveCursor(record - this.#content.columns.first);
  }

  /** Zooms by `factor` around the cursor; while it follows, around the end. */
  scale(factor: number, about?: number): void {
    const { min, max } = this.#view.stretch;
    const moved = this.#view.scale(factor, about ?? this.#cursorAt() ?? (min + max) / 2);
    if (this.#view.follows) this.draw();
    else this.#applyView(moved);
  }

  /** Moves the view by a multiple of its length. */
  pan(by: number): void {
    this.#applyView(this.#view.pan(by));
  }

  /** Moves the cursor by a number of records. */
  step(by: number): void {
    const at = this.#plots[0]!.cursor.idx ?? this.#content.columns.records - 1;
    this.#moveCursor(Math.max(0, Math.min(this.#content.columns.records - 1, at + by)));
  }

  get inView(): MarkedEvents {
    const [low, high] = this.#plots[0]!.series[0]!.idxs ?? [0, 0];
    return this.#events(low, high);
  }

  /** Who gets what is selected by dragging; without, the chart zooms into it. Nothing is selected then. */
  select(onSelected: ((events: MarkedEvents) => void) | undefined): void {
    this.#onSelected = onSelected;
    this.#clearSelection();
  }

  resize(width: number): void {
    for (const plot of this.#plots) if (plot.width !== width) plot.setSize({ width, height: plot.height });
  }

  /** The charts, from the top. */
  get plots(): readonly UPlot[] {
    return this.#plots;
  }

  redraw(): void {
    for (const plot of this.#plots) plot.redraw(false);
  }

  #build(): void {
    const { columns, threshold } = this.#content;
    this.#xIsTime = columns.xIsTime;
    const place = find('.value-plot', this.#section);
    const width = place.clientWidth;
    const gutter: Gutter = { width: 0 };
    const records = (): number => columns.records;
    const marks = this.#marks;
    const shared = {
      get labels() {
        return marks.labels;
      },
      get incidents() {
        return marks.incidents;
      },
      get silences() {
        return marks.silences;
      },
      get changes() {
        return marks.changes;
      },
      get records() {
        return records();
      },
      isRare: columns.isRare,
      threshold,
    };
    const shown = () => ({
      d: this.#dimension,
      dimension: columns.dimension(this.#dimension),
      fan: columns.fan,
    });
    const axis = { xIsTime: this.#xIsTime };
    const value = new uPlot(
      this.#live(valueChart(shared, axis, shown, SYNC, width, this.#palette, gutter)),
      valueData(columns, shown().dimension),
      place,
    );
    const score = new uPlot(
      this.#live(scoreChart(shared, axis, SYNC, width, this.#palette, gutter)),
      scoreData(columns),
      find('.score-plot', this.#section),
    );
    this.#plots = [value, score];
    let drawn = 0;
    value.hooks.draw!.push(() => {
      if (drawn === gutter.width) return;
      drawn = gutter.width;
      score.redraw(false, true);
    });
    value.hooks.setCursor = [() => this.#showNumbers(value)];
    for (const plot of this.#plots) {
      plot.hooks.setSelect = [
        () => {
          const { left, width: selected } = plot.select;
          if (selected === 0) return;
          if (this.#onSelected === undefined) {
            this.#applyView(this.#view.show(plot.posToVal(left, 'x'), plot.posToVal(left + selected, 'x')));
            return;
          }
          this.#view.stay();
          this.#onSelected(this.#events(plot.posToIdx(left), plot.posToIdx(left + selected)));
        },
      ];
      plot.over.addEventListener('wheel', (event) => this.#wheel(plot, event), { passive: false });
    }
  }

  /** Of the record under the cursor, or of the step; of the newest record where it is elsewhere. */
  #showNumbers(plot: UPlot): void {
    const { left = -1, idx } = plot.cursor;
    const { columns } = this.#content;
    const { fan } = columns;
    const step =
      fan === undefined || left < 0 ? undefined : fanStepAt(fan, columns.x.at(-1)!, plot.posToVal(left, 'x'));
    // Of the record at the cursor: the pointer is rarely at its exact place.
    const at = step === undefined && idx != null ? plot.valToPos(columns.x[idx]!, 'x') : undefined;
    const category = at === undefined ? undefined : columns.category(idx!);
    const note = category ?? changeNear(plot, placedChanges(plot, this.#marks, this.#dimension), at);
    setTooltip(plot, note);
    if (step !== undefined) this.#numbers.showAhead(fan!, step, this.#dimension);
    else this.#numbers.show(idx ?? columns.records - 1, columns.dimension(this.#dimension), note);
  }

  /** A double click returns to the end; selections are handled here. */
  #live(options: UPlot.Options): UPlot.Options {
    const { cursor = {} } = options;
    return {
      ...options,
      cursor: {
        ...cursor,
        drag: { ...cursor.drag, setScale: false },
        bind: {
          dblclick: () => () => {
            this.follow(true);
            return null;
          },
        },
      },
    };
  }

  #rebuild(): void {
    this.dispose();
    this.#view.reset();
    this.#build();
  }

  #wheel(plot: UPlot, event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) return; // the browser's own zoom
    event.preventDefault();
    const across = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (across !== 0) this.pan(Math.sign(across) * 0.1);
    else this.scale(event.deltaY > 0 ? 1.25 : 0.8, plot.posToVal(event.offsetX, 'x'));
  }

  #applyView(moved: boolean): void {
    if (!moved) return;
    // In a batch, which takes effect at once: the cursor is placed by the new scale.
    for (const plot of this.#plots) plot.batch(() => plot.setScale('x', this.#view.stretch));
    this.#clearSelection();
  }

  #clearSelection(): void {
    for (const plot of this.#plots) plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  #cursorAt(): number | undefined {
    const index = this.#plots[0]!.cursor.idx;
    return index == null ? undefined : this.#content.columns.x[index];
  }

  #moveCursor(index: number): void {
    const at = this.#content.columns.x[index];
    if (at === undefined) return;
    for (const plot of this.#plots) plot.setCursor({ left: plot.valToPos(at, 'x'), top: 0 });
  }

  #events(low: number, high: number): MarkedEvents {
    const { first } = this.#content.columns;
    return { first: first + low, last: first + high, from: this.#nameOf(low), to: this.#nameOf(high) };
  }

  #nameOf(index: number): string {
    const { columns } = this.#content;
    const time = columns.times[index]!;
    return Number.isNaN(time)
      ? `record ${formatCount(columns.first + index + 1)}`
      : formatTime(time, columns.resolution, pageTimeZone());
  }
}

import { formatScore } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import type { Palette } from '../../../charts/palette.ts';
import { find, make, setText } from '../dom.ts';
import { AXIS, LaneCanvas } from './laneCanvas.ts';
import { laneColors } from './laneColors.ts';
import {
  FULL,
  LaneData,
  type LaneOrder,
  type LaneSummary,
  leftOut,
  NO_EVENTS,
  rankLanes,
  stretchesBetween,
} from './laneData.ts';
import { LaneFeed } from './laneFeed.ts';
import { bindLanePointer } from './lanePointer.ts';
import { type LaneNames, LaneRanking } from './laneRanking.ts';
import type { LaneRange } from './wireLanes.ts';

const [ROW, LOW_ROW] = [18, 4]; // CSS pixels
const TALLEST = 0.2; // of the window, in rows, until the user makes it taller
const SORT_EVERY = 5000; // ms: rows do not jump around

/** Callbacks to the rest of the page. */
export interface LaneEvents extends LaneNames {
  readonly palette: () => Palette;
  /** A stream is to be shown in the chart at a stretch of time, milliseconds. */
  readonly onOpen: (stream: number, from: number, to: number) => void;
  /** Streams are to be shown together. */
  readonly onTogether: (streams: readonly number[], from: number, to: number) => void;
}

/** A row per stream, a cell per slice of time, coloured by the greatest score. */
export class LaneView {
  readonly #section: HTMLElement = find('section.lanes');
  readonly #field: HTMLElement = find('.field', this.#section);
  readonly #space: HTMLElement = find('.space', this.#section);
  readonly #order: HTMLSelectElement = find<HTMLSelectElement>('select.order', this.#section);
  readonly #compact: HTMLInputElement = find<HTMLInputElement>('.compact', this.#section);
  readonly #canvas: LaneCanvas = new LaneCanvas(find<HTMLCanvasElement>('.space canvas', this.#section));
  readonly #events: LaneEvents;
  readonly #ranking: LaneRanking;
  readonly #feed: LaneFeed;
  #data: LaneData = new LaneData();
  #lanes: readonly LaneSummary[] = [];
  #sorted = Number.NEGATIVE_INFINITY;
  #threshold = FULL;
  #colors: Uint32Array = new Uint32Array(256);
  #window: readonly [from: number, to: number] | undefined; // slices, absolute: they stay when time moves on
  #at: readonly [place: number, slice: number] | undefined;
  #selected: number | undefined;
  #isNew = true;
  #height = 0;

  constructor(events: LaneEvents) {
    this.#events = events;
    this.#ranking = new LaneRanking(this.#section, events, (stream) => this.#open(stream));
    this.#feed = new LaneFeed(this.#section, (wire) => {
      if (wire.fresh && wire.width !== this.#data.width) this.#select(undefined);
      if (!this.#data.take(wire)) return;
      this.#section.hidden = this.#data.rows.length === 0 && this.#data.untimed === 0;
      this.#isNew = true;
    });
    for (const choice of [this.#order, this.#compact])
      choice.addEventListener('change', () => this.#resort());
    for (const button of this.#section.querySelectorAll<HTMLButtonElement>('.ranges button'))
      button.addEventListener('click', () => this.#show(button.dataset.range as LaneRange));
    find('.all', this.#section).addEventListener('click', () => {
      const window = this.#windowInView();
      if (window === undefined) return;
      const streams = this.#lanes.filter(({ over }) => over > 0).map(({ stream }) => stream);
      events.onTogether(streams, this.#data.timeOf(window[0]), this.#data.timeOf(window[1] + 1));
    });
    find('.clear', this.#section).addEventListener('click', () => this.#select(undefined));
    this.#field.addEventListener('scroll', () => {
      this.#isNew = true;
    });
    new ResizeObserver(() => {
      this.#isNew = true;
    }).observe(this.#field);
    bindLanePointer(this.#field, {
      cellAt: (x, y) => this.#cellAt(x, y),
      onMove: (at) => this.#read(at),
      onSelect: (from, to, isDone) => {
        this.#window = [this.#data.start + from, this.#data.start + to];
        this.#isNew = true;
        if (isDone) this.#select(this.#window); // rows stay in place under the pointer
      },
      onOpen: ([place, slice]) => this.#openCell(place, slice),
    });
    this.#field.addEventListener('keydown', (event) => this.#onKey(event));
    this.#show('all');
  }

  /** @param threshold of the detector */
  begin(threshold: number): void {
    this.#threshold = Math.max(1, Math.round(threshold * FULL));
    this.recolor();
  }

  /** Stretches of the lanes that are shown whose greatest score lies between two thresholds. */
  stretches(from: number, to: number): number {
    return stretchesBetween(this.#data, Math.round(from * FULL), Math.round(to * FULL));
  }

  /** The stream in the chart. */
  select(stream: number | undefined): void {
    this.#selected = stream;
    this.#isNew = true;
  }

  /** The colours have changed. */
  recolor(): void {
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
    this.#colors = laneColors(this.#threshold, isDark);
    const key = make('canvas');
    [key.width, key.height] = [FULL + 1, 1];
    const ctx = key.getContext('2d')!;
    const image = ctx.createImageData(FULL + 1, 1);
    new Uint32Array(image.data.buffer).set(this.#colors.subarray(0, FULL + 1));
    ctx.putImageData(image, 0, 0);
    find('.scale', this.#section).replaceChildren(key);
    this.#isNew = true;
  }

  /** Draws what is new; called with every frame. */
  draw(now: number): void {
    if (!this.#isNew || this.#section.hidden) return;
    this.#isNew = false;
    if (
      now - this.#sorted > SORT_EVERY ||
      this.#lanes.length !== this.#data.rows.filter((id) => id >= 0).length
    )
      this.#sort(now);
    const rowHeight = this.#rowHeight;
    const rows = this.#lanes.length * rowHeight;
    if (this.#height !== rows) {
      this.#height = rows;
      this.#space.style.height = `${rows + AXIS}px`;
      this.#field.style.height = `${Math.min(rows, Math.floor((TALLEST * innerHeight) / ROW) * ROW) + AXIS}px`;
    }
    const canvas = this.#space.firstElementChild as HTMLElement;
    const height = `${this.#field.clientHeight}px`;
    if (canvas.style.height !== height) canvas.style.height = height;
    const data = this.#data;
    const window = this.#windowInView();
    this.#canvas.draw({
      ...{ data, order: this.#lanes, nameOf: (id) => this.#ownNameOf(id), colors: this.#colors },
      ...{ palette: this.#events.palette(), rowHeight, top: this.#field.scrollTop },
      ...{ window, at: this.#at, selected: this.#selected },
    });
    setText(find('.untimed', this.#section), leftOut(data));
  }

  /** Without what all names begin with. */
  #ownNameOf(stream: number): string {
    const [name, prefix] = [this.#events.nameOf(stream), this.#events.prefix()];
    return name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  get #rowHeight(): number {
    return this.#compact.checked ? LOW_ROW : ROW;
  }

  #show(range: LaneRange): void {
    for (const button of this.#section.querySelectorAll<HTMLButtonElement>('.ranges button'))
      button.setAttribute('aria-pressed', String(button.dataset.range === range));
    this.#data = new LaneData();
    this.#at = undefined;
    this.#select(undefined);
    this.#feed.follow(range);
  }

  #resort(): void {
    this.#sorted = Number.NEGATIVE_INFINITY;
    this.#at = undefined;
    this.#isNew = true;
  }

  #sort(now: number): void {
    const { count } = this.#data;
    const window = this.#windowInView();
    const order = this.#order.value as LaneOrder;
    this.#sorted = now;
    this.#lanes = rankLanes(
      this.#data,
      window ?? [0, count - 1],
      this.#threshold,
      order,
      this.#events.nameOf,
    );
    if (window === undefined) this.#ranking.hide();
    else this.#ranking.show(this.#data, this.#lanes, window);
  }

  /** The window as slices from the oldest; undefined without, or where it is no longer kept. */
  #windowInView(): readonly [number, number] | undefined {
    if (this.#window === undefined) return undefined;
    const { start, count } = this.#data;
    const [from, to] = [Math.max(0, this.#window[0] - start), Math.min(count - 1, this.#window[1] - start)];
    return to < from ? undefined : [from, to];
  }

  #select(window: readonly [number, number] | undefined): void {
    this.#window = window;
    this.#field.scrollTop = 0;
    this.#resort();
  }

  #cellAt(x: number, y: number): readonly [number, number] | undefined {
    const place = Math.floor((y + this.#field.scrollTop) / this.#rowHeight);
    const { count } = this.#data;
    if (count === 0 || y >= this.#field.clientHeight - AXIS || place >= this.#lanes.length) return undefined;
    return [place, this.#canvas.sliceAt(x, count)];
  }

  /** Puts the cell in words. */
  #read(at: readonly [number, number] | undefined): void {
    this.#at = at;
    this.#isNew = true;
    const words = at === undefined ? '' : this.#wordsOf(at);
    setText(find('.where', this.#section), words);
    this.#field.title = words;
  }

  #wordsOf([place, slice]: readonly [number, number]): string {
    const lane = this.#lanes[place];
    if (lane === undefined) return '';
    const data = this.#data;
    const byte = data.cell(lane.row, slice);
    const resolution = data.width % 60_000 === 0 ? 'minute' : 'second';
    const [from, to] = [data.timeOf(slice), data.timeOf(slice + 1)].map((time) =>
      formatTime(time, resolution, pageTimeZone()),
    );
    const what = byte === NO_EVENTS ? 'no events' : `greatest score ${formatScore(byte / FULL)}`;
    const isOver = byte !== NO_EVENTS && byte >= this.#threshold;
    return `${this.#events.nameOf(lane.stream)} · ${from} to ${to} · ${what}${isOver ? ', over the threshold' : ''}`;
  }

  #open(stream: number): void {
    const window = this.#windowInView();
    if (window === undefined) return;
    this.#events.onOpen(stream, this.#data.timeOf(window[0]), this.#data.timeOf(window[1] + 1));
  }

  /** Opens the chart with some slices on either side. */
  #openCell(place: number, slice: number): void {
    const lane = this.#lanes[place];
    if (lane === undefined) return;
    const [from, to] = [this.#data.timeOf(slice - 2), this.#data.timeOf(slice + 3)];
    this.#events.onOpen(lane.stream, from, to);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { count, start } = this.#data;
    const [place, slice] = this.#at ?? [0, count - 1];
    const to = (row: number, column: number): void => {
      const at = [
        Math.max(0, Math.min(this.#lanes.length - 1, row)),
        Math.max(0, Math.min(count - 1, column)),
      ] as const;
      const [low, high] = [at[0] * this.#rowHeight, (at[0] + 1) * this.#rowHeight + AXIS];
      const { scrollTop, clientHeight } = this.#field;
      if (low < scrollTop) this.#field.scrollTop = low;
      else if (high > scrollTop + clientHeight) this.#field.scrollTop = high - clientHeight;
      this.#read(at);
    };
    const extend = (by: number): void => {
      const next = Math.max(0, Math.min(count - 1, slice + by));
      const [low, high] = this.#window ?? [start + slice, start + slice];
      const isHigh = start + slice === high;
      const [a, b] = isHigh ? [low, start + next] : [start + next, high];
      this.#select([Math.min(a, b), Math.max(a, b)]);
      this.#read([place, next]);
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowUp: () => to(place - 1, slice),
      ArrowDown: () => to(place + 1, slice),
      ArrowLeft: () => (event.shiftKey ? extend(-1) : to(place, slice - 1)),
      ArrowRight: () => (event.shiftKey ? extend(1) : to(place, slice + 1)),
      PageUp: () => to(place - 10, slice),
      PageDown: () => to(place + 10, slice),
      Home: () => to(place, 0),
      End: () => to(place, count - 1),
      Enter: () => this.#openCell(place, slice),
      Escape: () => this.#select(undefined),
    };
    const action = actions[event.key];
    if (action === undefined || count === 0) return;
    event.preventDefault();
    action();
  }
}

import { formatCount } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import type { Palette } from '../../../charts/palette.ts';
import { find, setText } from '../dom.ts';
import type { WireIncident, WireStream } from '../wire.ts';
import { TogetherChart } from './togetherChart.ts';
import type { WireWindow } from './wireWindow.ts';

/** Streams at a time. */
export const MOST_TOGETHER = 6;
const [SOONEST, LATEST] = [2000, 30_000]; // ms between two requests while the end is shown

/** What the view needs of the rest of the page. */
export interface TogetherPlace {
  readonly stream: (id: number) => WireStream | undefined;
  readonly incidents: (id: number) => readonly WireIncident[];
  readonly palette: () => Palette;
}

interface Member {
  readonly id: number;
  readonly chart: TogetherChart;
  /** The dimension that is shown. */
  dimension: number;
}

type Stretch = readonly [from: number, to: number];

/** One stream or several on one axis, as far back as anything of them is kept; asked for when it is shown. */
export class TogetherView {
  readonly #section: HTMLElement = find('section.together');
  readonly #charts: HTMLElement = find('.charts', this.#section);
  readonly #place: TogetherPlace;
  #members: readonly Member[] = [];
  /** Milliseconds up to the end; undefined: all that is kept. */
  #span: number | undefined;
  #fixed: Stretch | undefined; // a stretch that does not move on
  #shown: Stretch = [0, 1];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0; // times: an answer to an earlier request is not shown

  constructor(place: TogetherPlace) {
    this.#place = place;
    for (const button of this.#rangeButtons)
      button.addEventListener('click', () => {
        this.#fixed = undefined;
        this.#span = button.dataset.span === '' ? undefined : Number(button.dataset.span);
        void this.#load();
      });
    const moves: Readonly<Record<string, (from: number, to: number) => Stretch>> = {
      back: (from, to) => [from - (to - from) / 2, to - (to - from) / 2],
      forth: (from, to) => [from + (to - from) / 2, to + (to - from) / 2],
      in: (from, to) => [from + (to - from) / 4, to - (to - from) / 4],
      out: (from, to) => [from - (to - from) / 2, to + (to - from) / 2],
    };
    for (const [name, move] of Object.entries(moves))
      find(`.${name}`, this.#section).addEventListener('click', () => this.#fix(move(...this.#shown)));
    find('.close', this.#section).addEventListener('click', () => this.close());
    new ResizeObserver(() => {
      for (const { chart } of this.#members) chart.resize(this.#charts.clientWidth);
    }).observe(this.#charts);
  }

  /**
   * Shows these streams, and nothing else.
   *
   * @param stretch of time, milliseconds; without, all that is kept
   * @param dimension that is shown of each
   */
  show(ids: readonly number[], stretch?: Stretch, dimension = 0): void {
    this.close();
    this.#span = undefined;
    this.#fixed = stretch;
    for (const id of ids.slice(0, MOST_TOGETHER)) this.#add(id, dimension);
    this.#open();
  }

  /** Adds a stream; the first one leaves where there are too many. */
  add(id: number): void {
    if (!this.#members.some((member) => member.id === id)) {
      if (this.#members.length === MOST_TOGETHER) this.#remove(this.#members[0]!.id);
      this.#add(id);
    }
    this.#open();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    for (const { chart } of this.#members) chart.dispose();
    this.#members = [];
    this.#section.hidden = true;
  }

  /** Colours or incidents have changed. */
  redraw(): void {
    for (const { chart } of this.#members) chart.redraw();
  }

  get #rangeButtons(): HTMLButtonElement[] {
    return [...this.#section.querySelectorAll<HTMLButtonElement>('.ranges button')];
  }

  #open(): void {
    this.#section.hidden = false;
    this.#section.scrollIntoView({ block: 'nearest' });
    void this.#load();
  }

  #add(id: number, dimension = 0): void {
    const stream = this.#place.stream(id);
    if (stream === undefined) return;
    const chart: TogetherChart = new TogetherChart({
      name: stream.name ?? 'the stream',
      hasTimes: stream.time !== null,
      isRare: stream.rarity !== null,
      dimensions: stream.dimensions,
      dimension,
      incidents: () => this.#place.incidents(id),
      palette: this.#place.palette,
      onZoom: (from, to) => this.#fix([from, to]),
      onReset: () => this.#fix(undefined),
      onDimension: (d) => {
        member.dimension = d;
        void this.#load();
      },
      onRemove: () => {
        this.#remove(id);
        if (this.#members.length === 0) this.close();
        else void this.#load();
      },
    });
    const member: Member = { id, chart, dimension };
    this.#members = [...this.#members, member];
    this.#charts.append(chart.element);
  }

  #remove(id: number): void {
    this.#members.find((member) => member.id === id)?.chart.dispose();
    this.#members = this.#members.filter((member) => member.id !== id);
  }

  #fix(stretch: Stretch | undefined): void {
    this.#fixed = stretch;
    void this.#load();
  }

  async #load(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    for (const button of this.#rangeButtons)
      button.setAttribute(
        'aria-pressed',
        String(this.#fixed === undefined && button.dataset.span === String(this.#span ?? '')),
      );
    const newest = Math.max(...this.#members.map(({ id }) => this.#endOf(id)));
    const stretch: Partial<Record<'from' | 'to', number>> =
      this.#fixed !== undefined
        ? { from: Math.floor(this.#fixed[0]), to: Math.ceil(this.#fixed[1]) }
        : this.#span !== undefined && this.#members.some(({ id }) => this.#place.stream(id)?.time != null)
          ? { from: newest - this.#span }
          : {};
    const points = Math.max(200, Math.round(this.#charts.clientWidth || 800));
    const windows = await Promise.all(
      this.#members.map(({ id, dimension }) => ask({ stream: id, dimension, points, ...stretch })),
    );
    if (asked !== this.#asked) return;
    const known = windows.filter((window) => window !== undefined);
    const from = stretch.from ?? Math.min(...known.map(({ since }) => since ?? Number.POSITIVE_INFINITY));
    const to = stretch.to ?? Math.max(...known.map(({ end }) => end ?? Number.NEGATIVE_INFINITY));
    if (from < to) {
      this.#shown = [from, to];
      for (const [i, { chart }] of this.#members.entries())
        if (windows[i] !== undefined) chart.show(windows[i], [from, to], i === this.#members.length - 1);
    }
    this.#describe(known, windows.length);
    if (this.#fixed === undefined)
      this.#timer = setTimeout(
        () => void this.#load(),
        Math.max(SOONEST, Math.min(LATEST, (to - from) / points)) || LATEST,
      );
  }

  /** How far back it goes, and that it does not go further. */
  #describe(windows: readonly WireWindow[], asked: number): void {
    const since = Math.min(...windows.map((window) => window.since ?? Number.POSITIVE_INFINITY));
    const times = windows.some(({ hasTimes }) => hasTimes);
    const named = times ? formatTime(since, 'minute', pageTimeZone()) : `record ${formatCount(since)}`;
    const mixed = times && windows.some(({ hasTimes }) => !hasTimes);
    const parts = [
      Number.isFinite(since) ? `Kept since ${named}.` : 'Nothing is kept yet.',
      'Drag to zoom: the nearer, the more detail. Double click: back.',
      mixed ? 'Streams without times are not on this axis.' : '',
      windows.length < asked ? 'The server does not answer.' : '',
    ];
    setText(find('.detail', this.#section), parts.filter((part) => part !== '').join(' '));
  }

  #endOf(id: number): number {
    const stream = this.#place.stream(id);
    return stream?.time ?? stream?.records ?? 0;
  }
}

async function ask(query: Readonly<Record<string, number>>): Promise<WireWindow | undefined> {
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return await fetch(`/history?${asked}`).then(
    async (response) => (response.ok ? ((await response.json()) as WireWindow) : undefined),
    () => undefined,
  );
}

import { countOf, formatNumber } from '../../charts/formatNumber.ts';
import { formatOdds } from '../../charts/formatOdds.ts';
import type { Palette } from '../../charts/palette.ts';
import { find, make, setText } from './dom.ts';
import { severityRank } from './severityRank.ts';
import { sparkline } from './sparkline.ts';
import { commonPrefix, showName, UNNAMED } from './streamName.ts';
import type { StreamState, WireStream } from './wire.ts';

/** What the page calls a state; `ended`: of a source that has ended. */
export const STATE_NAMES: Readonly<Record<StreamState | 'ended', string>> = {
  ended: 'ended',
  warmingUp: 'warming up',
  normal: 'normal',
  incident: 'incident',
  absent: 'silent',
  stale: 'stale',
};

interface Row {
  readonly item: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly name: HTMLElement;
  readonly incidents: HTMLElement;
  readonly state: HTMLElement;
  readonly value: HTMLElement;
  /** Of a stream of categories, the last one that was flagged. */
  readonly what: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  stream: WireStream;
  changed: boolean;
  inView: boolean;
}

/** The list of all streams, the worst first. */
export class Overview {
  readonly #list: HTMLElement = find('.overview .streams');
  readonly #filter: HTMLInputElement = find<HTMLInputElement>('.overview .filter');
  readonly #rows: Map<number, Row> = new Map();
  readonly #seen: IntersectionObserver;
  readonly #onSelect: (id: number) => void;
  #selected: number | undefined;
  #isOver = false;
  /** What all names begin with; it is shown once. */
  prefix = '';

  constructor(onSelect: (id: number) => void) {
    this.#onSelect = onSelect;
    this.#filter.addEventListener('input', () => this.#applyFilter());
    this.#seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const row = this.#rows.get(Number((target as HTMLElement).dataset.id));
        if (row === undefined) continue;
        row.inView = isIntersecting;
        row.changed = true;
      }
    });
  }

  clear(): void {
    this.prefix = '';
    for (const { item } of this.#rows.values()) {
      this.#seen.unobserve(item);
      item.remove();
    }
    this.#rows.clear();
  }

  take(streams: readonly WireStream[]): void {
    const known = this.#rows.size;
    for (const stream of streams) {
      const row = this.#rows.get(stream.id) ?? this.#add(stream);
      row.stream = stream;
      row.changed = true;
    }
    if (this.#rows.size > known) this.#fold();
  }

  select(id: number | undefined): void {
    this.#selected = id;
    for (const [of, { button }] of this.#rows)
      button.setAttribute('aria-current', of === id ? 'true' : 'false');
  }

  /** The streams, the worst first. */
  get order(): WireStream[] {
    return [...this.#rows.values()].map(({ stream }) => stream).sort(bySeverity);
  }

  /** Updates what has changed, as far as it is in view. */
  draw(palette: Palette): void {
    for (const row of this.#rows.values()) {
      if (!row.changed || !row.inView) continue;
      row.changed = false;
      show(row, palette, this.#isOver, this.prefix);
    }
    this.#sort();
  }

  /** Whether the source has ended: streams without an open incident are then called that. */
  end(isOver: boolean): void {
    if (isOver !== this.#isOver) this.redraw();
    this.#isOver = isOver;
  }

  /** Redraws all: the colours have changed. */
  redraw(): void {
    for (const row of this.#rows.values()) row.changed = true;
  }

  #add(stream: WireStream): Row {
    const button = make('button', 'row');
    button.type = 'button';
    const row: Row = {
      item: make('li'),
      button,
      name: make('span', 'name'),
      incidents: make('span', 'past'),
      state: make('span', 'pill'),
      value: make('span', 'number'),
      what: make('span', 'what'),
      canvas: make('canvas', 'spark'),
      stream,
      changed: true,
      inView: true,
    };
    row.canvas.setAttribute('aria-hidden', 'true');
    row.item.dataset.id = String(stream.id);
    button.append(row.name, row.state, row.canvas, row.value, row.incidents, row.what);
    button.setAttribute('aria-current', stream.id === this.#selected ? 'true' : 'false');
    button.addEventListener('click', () => this.#onSelect(stream.id));
    row.item.append(button);
    this.#rows.set(stream.id, row);
    this.#list.append(row.item);
    this.#seen.observe(row.item);
    this.#applyFilterTo(row);
    return row;
  }

  #fold(): void {
    const names = [...this.#rows.values()].map(({ stream }) => stream.name ?? UNNAMED);
    const prefix = commonPrefix(names);
    if (prefix !== this.prefix) this.redraw();
    this.prefix = prefix;
    const place = find('.overview .prefix');
    setText(place, prefix === '' ? '' : `${prefix} …`);
    place.title = prefix;
    place.hidden = prefix === '';
  }

  /** Moves only the rows that are out of order, so that the others stay in place. */
  #sort(): void {
    const focused = document.activeElement;
    let next: Element | null = this.#list.firstElementChild;
    for (const { id } of this.order) {
      const { item } = this.#rows.get(id)!;
      if (item === next) next = next.nextElementSibling;
      else this.#list.insertBefore(item, next);
    }
    // A row that was moved has lost the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement)
      focused.focus({ preventScroll: true });
  }

  #applyFilter(): void {
    for (const row of this.#rows.values()) this.#applyFilterTo(row);
    const some = [...this.#rows.values()].some(({ item }) => !item.hidden);
    find('.overview .nothing').hidden = some || this.#rows.size === 0;
  }

  #applyFilterTo({ item, stream }: Row): void {
    const wanted = this.#filter.value.trim().toLowerCase();
    item.hidden = !(stream.name ?? UNNAMED).toLowerCase().includes(wanted);
  }
}

/** How the page calls what a stream does now. */
export function stateOf({ state }: WireStream, isOver: boolean): StreamState | 'ended' {
  return isOver && (state === 'stale' || state === 'normal' || state === 'warmingUp') ? 'ended' : state;
}

function show(
  { stream, name, state, value, what, canvas, button, incidents }: Row,
  palette: Palette,
  isOver: boolean,
  prefix: string,
): void {
  showName(name, stream.name ?? UNNAMED, prefix);
  const { severity } = stream;
  const isIncident = severity !== 'none' && stream.state !== 'absent';
  const shown = stateOf(stream, isOver);
  setText(state, isIncident ? `${severity} incident` : STATE_NAMES[shown]);
  state.className = `pill ${shown} ${severity}`;
  const past = stream.incidents;
  setText(incidents, past === 0 ? '' : countOf(past, 'incident'));
  const { rarity } = stream;
  setText(value, (rarity === null ? formatNumber : formatOdds)(stream.value[0] ?? Number.NaN));
  const flagged = rarity?.flagged ?? '';
  setText(what, flagged === '' ? '' : `rare: ${flagged}`);
  what.title = flagged;
  what.hidden = flagged === '';
  value.title = rarity === null ? '' : `newest: ${rarity.newest}`;
  button.classList.toggle('incident', stream.state === 'incident' || stream.state === 'absent');
  const rank = severityRank(severity);
  sparkline(canvas, stream.spark, rank >= 0 ? palette.incidents[rank]! : palette.value);
}

function bySeverity(a: WireStream, b: WireStream): number {
  return rankOf(b) - rankOf(a) || compareNames(a.name ?? '', b.name ?? '');
}

/** An incident by severity, a silent stream as its severity says, then stale streams, then the rest. */
function rankOf({ state, severity }: WireStream): number {
  if (state === 'incident' || state === 'absent') return 10 + severityRank(severity);
  return { stale: 2, normal: 1, warmingUp: 0 }[state];
}

const { compare: compareNames } = new Intl.Collator('en', { numeric: true });

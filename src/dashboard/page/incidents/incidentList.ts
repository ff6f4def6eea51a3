import { formatCount } from '../../../charts/formatNumber.ts';
import { pageTimeZone } from '../../../charts/formatTime.ts';
import { find, make, setText } from '../dom.ts';
import { UNNAMED } from '../streamName.ts';
import type { WireHello, WireIncident, WireStream } from '../wire.ts';
import { incidentCsv } from './incidentCsv.ts';
import { IncidentFilter } from './incidentFilter.ts';
import { type IncidentActions, IncidentRow, ROW_KEYS } from './incidentRow.ts';
import { reasonOf } from './incidentText.ts';

const ON_PAGE = 50; // incidents: the number of rows is bounded

/** Callbacks to the rest of the page. */
export interface IncidentListEvents extends IncidentActions {
  readonly stream: (id: number) => WireStream | undefined;
  /** What all names begin with. */
  readonly prefix: () => string;
  /** Time of the newest event of all streams, milliseconds. */
  readonly newest: () => number;
}

/** The incidents of all streams, the newest first, a page at a time. */
export class IncidentList {
  readonly #table: HTMLElement = find('table.incidents');
  readonly #box: HTMLElement = this.#table.closest('.scroll')!;
  readonly #section: HTMLElement = this.#table.closest('section')!;
  readonly #filter: IncidentFilter = new IncidentFilter(() => this.#turnTo(0));
  readonly #events: IncidentListEvents;
  readonly #all: Map<number, WireIncident> = new Map(); // by id, which grows with time
  readonly #rows: Map<number, IncidentRow> = new Map(); // of this page
  #shown: readonly WireIncident[] = []; // on all pages, in their order
  #page = 0;
  #most = Number.POSITIVE_INFINITY;
  #acceptsFeedback = false;
  #marked: number | undefined;
  #dimmed: ReadonlySet<number> = new Set();

  constructor(events: IncidentListEvents) {
    this.#events = events;
    find('button.csv').addEventListener('click', () => this.#download());
    find('.pages .newer').addEventListener('click', () => this.#turnTo(this.#page - 1));
    find('.pages .older').addEventListener('click', () => this.#turnTo(this.#page + 1));
    this.#box.addEventListener('keydown', (event) => this.#onKey(event));
  }

  clear({ feedback, incidents }: WireHello): void {
    this.#acceptsFeedback = feedback;
    this.#most = incidents;
    this.#all.clear();
    this.#turnTo(0);
    for (const one of document.querySelectorAll<HTMLElement>('.of-feedback')) one.hidden = !feedback;
  }

  take(incidents: readonly WireIncident[]): void {
    for (const incident of incidents) this.#all.set(incident.id, incident);
    for (const id of this.#all.keys()) {
      if (this.#all.size <= this.#most) break;
      this.#all.delete(id);
    }
    this.draw();
  }

  select(stream: number | undefined): void {
    this.#filter.stream = stream;
    this.#turnTo(0);
  }

  of(stream: number): WireIncident[] {
    return [...this.#all.values()].filter((incident) => incident.stream === stream);
  }

  /** Marks the selected incident, wherever it is. */
  mark(id: number | undefined): void {
    this.#marked = id;
    for (const row of this.#rows.values()) this.#showMarked(row);
  }

  /** Marks it, turns to its page and brings its row to the top of the list. */
  reveal(id: number): void {
    this.mark(id);
    const at = this.#shown.findIndex((incident) => incident.id === id);
    if (at < 0) return;
    this.#turnTo(Math.floor(at / ON_PAGE));
    const row = this.#rows.get(id)!.element;
    const { height } = find('thead', this.#table).getBoundingClientRect();
    this.#box.scrollTop += row.getBoundingClientRect().top - this.#box.getBoundingClientRect().top - height;
  }

  /** Dims some, wherever they are. */
  dim(ids: ReadonlySet<number>): void {
    this.#dimmed = ids;
    for (const row of this.#rows.values()) this.#showMarked(row);
  }

  get open(): number {
    let open = 0;
    for (const incident of this.#all.values()) if (incident.open) open++;
    return open;
  }

  /** Draws the page anew, with what has changed. */
  draw(): void {
    const test = this.#filter.test((incident) => this.#textOf(incident), this.#events.newest());
    this.#shown = [...this.#all.values()].filter(test).sort(byStart);
    this.#page = Math.max(0, Math.min(this.#page, this.#pages - 1));
    const first = this.#page * ON_PAGE;
    const onPage = this.#shown.slice(first, first + ON_PAGE);
    const wanted = new Set(onPage.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    this.#place(onPage);
    this.#showCounts(first, onPage.length);
  }

  get #pages(): number {
    return Math.max(1, Math.ceil(this.#shown.length / ON_PAGE));
  }

  #turnTo(page: number): void {
    this.#page = page;
    this.draw();
    this.#box.scrollTop = 0;
  }

  /** Only rows that are out of order are moved, so that a focused one keeps the focus. */
  #place(incidents: readonly WireIncident[]): void {
    let next = this.#table.querySelector('tbody');
    for (const incident of incidents) {
      const row = this.#rows.get(incident.id) ?? this.#newRow(incident);
      row.show(incident, this.#events.stream(incident.stream), this.#events.prefix());
      if (row.element === next) next = next.nextElementSibling as HTMLTableSectionElement | null;
      else this.#table.insertBefore(row.element, next);
    }
  }

  #newRow(incident: WireIncident): IncidentRow {
    const row = new IncidentRow(incident, this.#events, this.#acceptsFeedback);
    this.#rows.set(incident.id, row);
    this.#showMarked(row);
    return row;
  }

  #showMarked({ incident, element }: IncidentRow): void {
    const row = element.rows[0]!;
    row.classList.toggle('would-go', this.#dimmed.has(incident.id));
    if (incident.id === this.#marked) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }

  #showCounts(first: number, count: number): void {
    const total = this.#shown.length;
    const nothing = find('.nothing', this.#section);
    setText(nothing, this.#all.size === 0 ? 'None so far.' : 'None of these.');
    nothing.hidden = total > 0;
    this.#box.hidden = total === 0;
    const pages = find('.pages', this.#section);
    pages.hidden = this.#pages === 1;
    const range = [first + 1, first + count].map(formatCount).join('–');
    setText(find('.which', pages), `${range} of ${formatCount(total)}`);
    find<HTMLButtonElement>('.newer', pages).disabled = this.#page === 0;
    find<HTMLButtonElement>('.older', pages).disabled = this.#page === this.#pages - 1;
  }

  /** Up and down to the next incident, and what the buttons of this one do. */
  #onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches('textarea, input, select')) return;
    const inRow = target.closest('tbody');
    const row = inRow ?? this.#current;
    if (row === null) return;
    const { key } = event;
    const isStep = key === 'ArrowDown' || key === 'ArrowUp';
    if (!isStep && !Object.hasOwn(ROW_KEYS, key)) return;
    if (inRow === null) row.querySelector<HTMLElement>('.zoom')!.focus();
    else if (isStep) this.#step(row, key === 'ArrowDown' ? 1 : -1);
    if (!isStep) this.#press(row, ROW_KEYS[key]!);
    event.preventDefault();
  }

  /** The row that keys are for while none has the focus: the marked one, else the first. */
  get #current(): HTMLElement | null {
    return (
      this.#table.querySelector<HTMLElement>('tbody:has([aria-current])') ??
      this.#table.querySelector('tbody')
    );
  }

  #step(row: Element, by: 1 | -1): void {
    const next = by === 1 ? row.nextElementSibling : row.previousElementSibling;
    if (next?.tagName === 'TBODY') {
      next.querySelector<HTMLElement>('.zoom')?.focus();
      return;
    }
    const page = this.#page + by;
    if (page < 0 || page >= this.#pages) return;
    this.#turnTo(page);
    const rows = this.#table.querySelectorAll<HTMLElement>('.zoom');
    rows[by === 1 ? 0 : rows.length - 1]?.focus();
  }

  #press(row: Element, name: string): void {
    if (name.startsWith('.mute')) {
      const incident = this.#all.get(Number((row as HTMLElement).dataset.id));
      if (incident !== undefined) this.#events.mute(incident, name === '.mute-hour' ? 'hour' : 'morning');
      return;
    }
    const button = row.querySelector<HTMLButtonElement>(name);
    if (button !== null && !button.hidden) button.click();
  }

  #textOf(incident: WireIncident): string {
    const stream = this.#events.stream(incident.stream);
    const kind = incident.kind === 'absence' ? 'silence' : '';
    const parts = [
      stream?.name ?? UNNAMED,
      incident.severity,
      kind,
      reasonOf(incident, pageTimeZone()),
      incident.note,
    ];
    return parts.join('\n');
  }

  /** Of the incidents that the filters leave, on all pages. */
  #download(): void {
    const text = incidentCsv(this.#shown, this.#events.stream);
    const link = make('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = 'incidents.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

/** The newest first, by start: a silence is found later than it began. */
function byStart(a: WireIncident, b: WireIncident): number {
  if (a.start !== null && b.start !== null && a.start !== b.start) return b.start - a.start;
  return b.id - a.id;
}

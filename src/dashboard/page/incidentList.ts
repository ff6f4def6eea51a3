import { formatNumber } from '../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../charts/formatTime.ts';
import { find, make, setText } from './dom.ts';
import { formatDuration } from './formatDuration.ts';
import { incidentCsv } from './incidentCsv.ts';
import { UNNAMED } from './overview.ts';
import { severityRank } from './severityRank.ts';
import type { SeverityName, WireFeedback, WireIncident, WireStream } from './wire.ts';
import { worstOf } from './worstOf.ts';

const MOST = 200; // rows

/** Callbacks to the rest of the page. */
export interface IncidentListEvents {
  readonly stream: (id: number) => WireStream | undefined;
  readonly onJump: (incident: WireIncident) => void;
  readonly onFeedback: (feedback: WireFeedback) => void;
}

/** The incidents of all streams, the newest first. */
export class IncidentList {
  readonly #body: HTMLElement = find('table.incidents tbody');
  readonly #only: HTMLInputElement = find<HTMLInputElement>('.only');
  readonly #least: HTMLSelectElement = find<HTMLSelectElement>('select.least');
  readonly #rows: Map<number, { readonly row: HTMLTableRowElement; incident: WireIncident }> = new Map();
  readonly #events: IncidentListEvents;
  #selected: number | undefined;
  #acceptsFeedback = false;

  constructor(events: IncidentListEvents) {
    this.#events = events;
    for (const choice of [this.#only, this.#least])
      choice.addEventListener('change', () => this.#applyFilter());
    find('button.csv').addEventListener('click', () => this.#download());
    this.#body.addEventListener('keydown', (event) => this.#onKey(event));
  }

  clear(acceptsFeedback: boolean): void {
    this.#acceptsFeedback = acceptsFeedback;
    this.#body.replaceChildren();
    this.#rows.clear();
    for (const one of document.querySelectorAll<HTMLElement>('.of-feedback')) one.hidden = !acceptsFeedback;
  }

  take(incidents: readonly WireIncident[]): void {
    for (const incident of incidents) {
      const known = this.#rows.get(incident.id);
      const row = known?.row ?? make('tr');
      this.#rows.set(incident.id, { row, incident });
      this.#fill(row, incident);
      if (known === undefined) this.#insert(row, incident);
    }
    while (this.#body.childElementCount > MOST) this.#dropOldest();
    this.#applyFilter();
  }

  select(stream: number | undefined): void {
    this.#selected = stream;
    this.#applyFilter();
  }

  of(stream: number): WireIncident[] {
    return [...this.#rows.values()]
      .map(({ incident }) => incident)
      .filter((incident) => incident.stream === stream);
  }

  /** Marks the selected incident. */
  mark(id: number | undefined): void {
    for (const [of, { row }] of this.#rows)
      if (of === id) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
  }

  get open(): number {
    return [...this.#rows.values()].filter(({ incident }) => incident.open).length;
  }

  #dropOldest(): void {
    const oldest = this.#body.lastElementChild as HTMLElement;
    oldest.remove();
    this.#rows.delete(Number(oldest.dataset.id));
  }

  /** By start, the newest first: a silence is found later than it began. */
  #insert(row: HTMLTableRowElement, incident: WireIncident): void {
    row.dataset.id = String(incident.id);
    let next = this.#body.firstElementChild as HTMLElement | null;
    while (next !== null && startsAfter(this.#rows.get(Number(next.dataset.id))!.incident, incident))
      next = next.nextElementSibling as HTMLElement | null;
    this.#body.insertBefore(row, next);
  }

  /** Up and down to the next incident that is shown, `n` and `m` for feedback on this one. */
  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = (event.target as HTMLElement).closest('tr');
    if (row === null) return;
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      let next: Element | null = row;
      do next = key === 'ArrowDown' ? next.nextElementSibling : next.previousElementSibling;
      while (next instanceof HTMLElement && next.hidden);
      next?.querySelector<HTMLElement>('.zoom')?.focus();
    } else if (key === 'n' || key === 'm') {
      const button = row.querySelector<HTMLButtonElement>(key === 'n' ? '.normal' : '.missed');
      if (button === null || button.hidden) return;
      button.click();
    } else return;
    event.preventDefault();
  }

  #applyFilter(): void {
    let shown = 0;
    for (const { row, incident } of this.#rows.values()) {
      row.hidden = !this.#isWanted(incident);
      if (!row.hidden) shown++;
    }
    const nothing = find('.nothing', this.#body.closest('section')!);
    setText(nothing, this.#rows.size === 0 ? 'None so far.' : 'None of these.');
    nothing.hidden = shown > 0;
    this.#body.closest<HTMLElement>('.scroll')!.hidden = shown === 0;
  }

  #isWanted({ stream, severity }: WireIncident): boolean {
    if (this.#only.checked && stream !== this.#selected) return false;
    return severityRank(severity) >= severityRank(this.#least.value as SeverityName);
  }

  /** Of the incidents that are shown, in their order. */
  #download(): void {
    const rows = [...this.#body.children] as HTMLElement[];
    const incidents = rows
      .filter(({ hidden }) => !hidden)
      .map(({ dataset }) => this.#rows.get(Number(dataset.id))!.incident);
    const text = incidentCsv(incidents, this.#events.stream);
    const link = make('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = 'incidents.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /** Cells are updated in place, so that a focused button keeps the focus. */
  #fill(row: HTMLTableRowElement, incident: WireIncident): void {
    if (row.childElementCount === 0) this.#build(row, incident.id);
    const stream = this.#events.stream(incident.stream);
    const [from, name, severity, lasts, value, because, feedback] = [...row.cells];
    const worst = worstOf(incident);
    setText(from!.firstElementChild!, whenOf(incident));
    setText(name!, stream?.name ?? UNNAMED);
    name!.title = name!.textContent;
    severity!.firstElementChild!.className = `key dot ${incident.severity}`;
    setText(severity!.lastElementChild!, incident.kind === 'absence' ? 'silence' : incident.severity);
    setText(lasts!, `${lengthOf(incident)}${incident.open ? ', ongoing' : ''}`);
    setText(value!.firstElementChild!, formatNumber(incident.value[worst] ?? Number.NaN));
    setText(value!.lastElementChild!, `(${formatNumber(incident.expected[worst] ?? Number.NaN)})`);
    setText(because!, reasonOf(incident, stream));
    row.classList.toggle('open', incident.open);
    if (feedback !== undefined) {
      const [normal, missed] = feedback.querySelectorAll('button');
      normal!.hidden = incident.kind === 'absence'; // there is no value to mark
      normal!.setAttribute('aria-pressed', String(incident.feedback === 'normal'));
      missed!.hidden = incident.feedback !== 'normal';
      setText(normal!, incident.feedback === 'normal' ? 'Normal ✓' : 'This is normal');
    }
  }

  #build(row: HTMLTableRowElement, id: number): void {
    const jump = make('button', 'zoom');
    jump.type = 'button';
    jump.title = 'Show in the chart';
    const incident = (): WireIncident => this.#rows.get(id)!.incident;
    jump.addEventListener('click', () => this.#events.onJump(incident()));
    const cells = ['from', 'name', '', 'lasts', 'value', 'reason'].map((name) => make('td', name));
    cells[0]!.append(jump);
    cells[2]!.append(make('i'), make('span'));
    cells[4]!.append(make('span'), ' ', make('span', 'muted'));
    row.append(...cells);
    if (!this.#acceptsFeedback) return;
    const say = (kind: 'normal' | 'missed', text: string): HTMLButtonElement => {
      const button = make('button', kind, text);
      button.type = 'button';
      button.addEventListener('click', () => this.#events.onFeedback({ kind, incident: id }));
      return button;
    };
    const cell = make('td', 'say');
    cell.append(say('normal', 'This is normal'), say('missed', 'This is an anomaly'));
    row.append(cell);
  }
}

function startsAfter(a: WireIncident, b: WireIncident): boolean {
  if (a.start !== null && b.start !== null && a.start !== b.start) return a.start > b.start;
  return a.id > b.id;
}

function whenOf({ start, first }: WireIncident): string {
  return start === null
    ? `record ${(first + 1).toLocaleString('en-US')}`
    : formatTime(start, 'second', pageTimeZone());
}

function lengthOf({ kind, start, end, count }: WireIncident): string {
  if (kind === 'absence') return start === null || end === null ? 'no event' : formatDuration(end - start);
  const events = `${count} ${count === 1 ? 'event' : 'events'}`;
  return start === null || end === null || end <= start
    ? events
    : `${formatDuration(end - start)}, ${events}`;
}

function reasonOf(incident: WireIncident, stream: WireStream | undefined): string {
  const { attribution, kind } = incident;
  if (kind === 'absence') return incident.open ? 'no event since' : 'no event in between';
  if (attribution.length === 1) return `score ${incident.score.toFixed(3)}`;
  return attribution
    .map((share, d) => ({ share, name: stream?.dimensions[d] ?? `dimension ${d + 1}` }))
    .filter(({ share }) => share >= 0.1)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ share, name }) => `${name} ${Math.round(100 * share)} %`)
    .join(', ');
}

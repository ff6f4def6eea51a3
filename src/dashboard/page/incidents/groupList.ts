import { formatCount } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import { find, make, setText } from '../dom.ts';
import { UNNAMED } from '../streamName.ts';
import type { WireIncident, WireStream } from '../wire.ts';
import { formatDuration } from './formatDuration.ts';
import { type GroupedIncidents, groupsOf } from './groupsOf.ts';

const MOST = 20; // groups
const NAMED = 3; // streams in the summary of a group

/** Callbacks to the rest of the page. */
export interface GroupListEvents {
  readonly stream: (id: number) => WireStream | undefined;
  readonly jump: (incident: WireIncident) => void;
  /** Streams are to be shown together, in a stretch of time, milliseconds, where they have times. */
  readonly onTogether: (streams: readonly number[], stretch: readonly [number, number] | undefined) => void;
}

/** Streams that went wrong together: a line for each group, the newest first, which unfolds to its incidents. */
export class GroupList {
  readonly #place: HTMLElement = find('.groups');
  readonly #events: GroupListEvents;
  readonly #incidents: Map<number, WireIncident> = new Map();
  readonly #shown: Map<number, HTMLDetailsElement> = new Map();

  constructor(events: GroupListEvents) {
    this.#events = events;
  }

  clear(): void {
    this.#incidents.clear();
    this.#shown.clear();
    this.#place.replaceChildren();
    this.#place.hidden = true;
  }

  take(incidents: readonly WireIncident[]): void {
    for (const incident of incidents) this.#incidents.set(incident.id, incident);
    const groups = groupsOf([...this.#incidents.values()]).slice(0, MOST);
    for (const [id, element] of this.#shown)
      if (!groups.some((group) => group.id === id)) {
        element.remove();
        this.#shown.delete(id);
      }
    let next = this.#place.firstElementChild;
    for (const group of groups) {
      const element = this.#show(group);
      if (element === next) next = next.nextElementSibling;
      else this.#place.insertBefore(element, next);
    }
    this.#place.hidden = groups.length === 0;
  }

  #show(group: GroupedIncidents): HTMLElement {
    const known = this.#shown.get(group.id);
    const element = known ?? make('details', 'group-of');
    if (known === undefined) {
      element.append(make('summary'), make('ol'));
      this.#shown.set(group.id, element);
    }
    const text = this.#summaryOf(group);
    const usual = this.#usualOf(group);
    if (
      element.dataset.text === text &&
      (element.dataset.usual ?? '') === usual &&
      element.dataset.count === String(group.incidents.length)
    )
      return element;
    element.dataset.text = text;
    element.dataset.usual = usual;
    element.dataset.count = String(group.incidents.length);
    setText(element.firstElementChild!, text);
    element.classList.toggle(
      'open-now',
      group.incidents.some(({ open }) => open),
    );
    const together = make('button', 'show-group', 'Show these streams together');
    together.type = 'button';
    together.addEventListener('click', () => this.#together(group));
    element.lastElementChild!.replaceChildren(
      ...group.incidents.map((incident) => this.#item(incident)),
      ...(usual === '' ? [] : [make('li', 'muted', usual)]),
      make('li'),
    );
    element.lastElementChild!.lastElementChild!.append(together);
    return element;
  }

  #summaryOf({ incidents, streams, from, to }: GroupedIncidents): string {
    const names = streams.slice(0, NAMED).map((id) => this.#nameOf(id));
    const more = streams.length - names.length;
    const when = from === undefined ? '' : `${formatTime(from, 'second', pageTimeZone())}: `;
    const within =
      from === undefined || to === undefined || to <= from ? '' : ` within ${formatDuration(to - from)}`;
    const rest = more > 0 ? `, and ${formatCount(more)} more` : '';
    const open = incidents.some((incident) => incident.open) ? ', ongoing' : '';
    return `${when}${streams.length} streams${within}, first ${names.join(', then ')}${rest}${open}`;
  }

  /** Which stream began first in earlier groups; nothing where there were none. */
  #usualOf({ usual }: GroupedIncidents): string {
    if (usual === undefined) return '';
    const groups = usual.seen === 1 ? '1 earlier group' : `${formatCount(usual.seen)} earlier groups`;
    return `Usually first: ${this.#nameOf(usual.stream)}, ${Math.round(100 * usual.first)} % by ${groups} and this one`;
  }

  #item(incident: WireIncident): HTMLElement {
    const item = make('li');
    const jump = make('button', 'zoom', this.#nameOf(incident.stream));
    jump.type = 'button';
    jump.addEventListener('click', () => this.#events.jump(incident));
    const when = incident.start === null ? '' : formatTime(incident.start, 'second', pageTimeZone());
    item.append(
      make('i', `key dot ${incident.severity}`),
      jump,
      make('span', 'muted', ` ${when} ${incident.severity}`),
    );
    return item;
  }

  /** In a window that holds all of it, with as much on either side. */
  #together({ streams, from, incidents }: GroupedIncidents): void {
    const last = Math.max(...incidents.map(({ start, end }) => end ?? start ?? Number.NEGATIVE_INFINITY));
    const margin = Math.max(60_000, last - (from ?? last));
    const hasTimes = from !== undefined && Number.isFinite(last);
    this.#events.onTogether(streams, hasTimes ? [from - margin, last + margin] : undefined);
  }

  #nameOf(stream: number): string {
    return this.#events.stream(stream)?.name ?? UNNAMED;
  }
}

import type { Incident, Value } from '../core/reading.ts';
import { groupPlan } from '../models/decision/groupOptions.ts';
import { IncidentGroups } from '../models/decision/incidentGroups.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import { readFeedback, saveFeedback } from '../models/decision/savedFeedback.ts';
import { count, fields, flag, list, nullOr, type State, text } from '../models/snapshot/state.ts';
import { readWaiting, saveWaiting } from './actions/waitingFeedback.ts';
import type { BoardStream } from './boardStream.ts';
import type { LoggedIncident } from './loggedIncident.ts';
import type { WireIncident } from './page/wire.ts';
import { readSavedIncident, saveIncident } from './savedIncident.ts';
import type { ShownVerdict } from './shownVerdict.ts';
import { wireIncident } from './wireIncident.ts';

/** Groups that an incident may still join. */
const GROUPS = 100;

/** The newest incidents of all streams, open ones included. */
export class IncidentLog {
  /** Incidents that began. */
  total = 0;
  readonly #merger: IncidentMerger<unknown, Value>;
  readonly #most: number;
  readonly #entries: Map<number, LoggedIncident> = new Map(); // oldest first
  readonly #open: Map<string | undefined, LoggedIncident> = new Map();
  readonly #window: number;
  #groups: IncidentGroups;
  /** The first incident of each of them. */
  readonly #firstOf: Map<number, number> = new Map();

  constructor({ hold, maxStreams, maxIncidents, group }: Limits) {
    this.#merger = new IncidentMerger({ hold, maxOpen: maxStreams });
    this.#most = maxIncidents;
    this.#window = groupPlan('IncidentLog', { group })!.window;
    this.#groups = new IncidentGroups(this.#window, GROUPS);
  }

  /**
   * Adds the newest verdict of a stream; what it has `ended` ends here, too, as unflagged verdicts may have been left out.
   *
   * @param now milliseconds of the server's clock
   * @returns the open incident of that stream
   */
  add(verdict: ShownVerdict, stream: BoardStream, now: number): Incident<unknown, Value> | undefined {
    for (const each of this.#merger.add(verdict)) this.#close(each);
    for (const { key, endedBy } of verdict.ended ?? []) {
      const ended = this.#merger.end(key, verdict, endedBy);
      if (ended !== undefined) this.#close(ended);
    }
    const incident = this.#merger.of(verdict.key);
    if (incident === undefined || !verdict.isAnomaly) return incident;
    const record = stream.history.records - 1;
    const known = this.#open.get(verdict.key) ?? this.#begin(incident, stream, record, now);
    if (incident.peak === verdict) known.peak = record;
    known.incident = incident;
    known.last = record;
    known.changed = true;
    return incident;
  }

  /** The open incident of a stream. */
  current(key: string | undefined): Incident<unknown, Value> | undefined {
    return this.#merger.of(key);
  }

  find(id: number): LoggedIncident | undefined {
    return this.#entries.get(id);
  }

  /** Oldest first. */
  all(): Iterable<LoggedIncident> {
    return this.#entries.values();
  }

  /** Changes what people have reported of an incident. */
  change(id: number, changes: Partial<Pick<LoggedIncident, Changed>>): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) Object.assign(entry, changes, { changed: true });
  }

  /** A stream was removed. */
  forget(stream: number): void {
    for (const [id, entry] of this.#entries) if (entry.stream === stream) this.#entries.delete(id);
    for (const [key, entry] of this.#open) if (entry.stream === stream) this.#open.delete(key);
  }

  /** Gives all changes this revision. */
  refresh(revision: number): void {
    for (const entry of this.#entries.values()) {
      if (!entry.changed) continue;
      entry.changed = false;
      entry.revision = revision;
    }
  }

  /**
   * Those that changed after a revision; all there are after revision 0.
   *
   * @param namesOf the dimensions of a stream, by its key
   */
  since(
    revision: number,
    namesOf: (key: string | undefined) => readonly string[] | undefined,
  ): WireIncident[] {
    return [...this.#entries.values()]
      .filter((entry) => revision === 0 || entry.revision > revision)
      .map((entry) => wireIncident(entry, namesOf(entry.incident.key)));
  }

  /** The state of some streams, ids included, for `resume`. */
  save(streams: ReadonlyMap<number, string | undefined>): State {
    const keys = new Set(streams.values());
    const entries = [...this.#entries.values()].filter(({ stream }) => streams.has(stream));
    return {
      total: this.total,
      going: this.#merger
        .save()
        .filter(({ incident }) => keys.has(incident.key))
        .map(({ incident, quiet }) => ({ incident: saveIncident(incident), quiet })),
      entries: entries.map(
        ({ revision, changed, waiting, incident, feedback, given, group: _, ...rest }) => ({
          ...rest,
          waiting: saveWaiting(waiting, given),
          incident: saveIncident(incident),
          given: given === undefined ? null : saveFeedback(given),
        }),
      ),
    };
  }

  /**
   * Adds what `save` returned, of streams that are not in the log yet.
   *
   * @param streams their current numbers, by their saved ones
   */
  resume(saved: State | undefined, streams: ReadonlyMap<number, { readonly id: number }>): void {
    const { total, going, entries } = fields(saved, ['total', 'going', 'entries']);
    this.total = Math.max(this.total, count('total', total));
    this.#merger.resume([
      ...this.#merger.save(),
      ...list('going', going).map((each) => {
        const { incident, quiet } = fields(each, ['incident', 'quiet']);
        return { incident: readSavedIncident(incident), quiet: count('quiet', quiet) };
      }),
    ]);
    const all = [...this.#entries.values()];
    for (const each of list('entries', entries)) {
      const known = readEntry(each);
      const { incident } = known;
      const id = this.#entries.has(known.id) ? this.total++ : known.id;
      const stream = streams.get(known.stream)?.id ?? known.stream;
      const entry: LoggedIncident = {
        ...{ ...known, id, stream, group: id, revision: 0, changed: true },
      };
      all.push(entry);
      if (entry.open) this.#open.set(incident.key, entry);
    }
    this.#entries.clear();
    this.#groups = new IncidentGroups(this.#window, GROUPS);
    this.#firstOf.clear();
    for (const entry of all.sort((a, b) => a.id - b.id)) {
      this.#entries.set(entry.id, entry);
      entry.group = this.#groupOf(entry.id, entry.incident.start, 0);
      entry.changed = true;
    }
  }

  /** @param now where it has no time */
  #groupOf(id: number, start: number | undefined, now: number): number {
    const group = this.#groups.add(start, now).id;
    const first = this.#firstOf.get(group);
    if (first !== undefined) return first;
    this.#firstOf.set(group, id);
    if (this.#firstOf.size > GROUPS) this.#firstOf.delete(this.#firstOf.keys().next().value as number);
    return id;
  }

  #begin(
    incident: Incident<unknown, Value>,
    stream: BoardStream,
    record: number,
    now: number,
  ): LoggedIncident {
    const id = this.total++;
    const entry: LoggedIncident = {
      id,
      stream: stream.id,
      group: this.#groupOf(id, incident.start, now),
      first: record,
      last: record,
      peak: record,
      incident,
      open: true,
      feedback: null,
      given: undefined,
      waiting: [],
      refused: '',
      acknowledged: false,
      note: '',
      revision: 0,
      changed: true,
    };
    stream.incidents++;
    this.#entries.set(entry.id, entry);
    this.#open.set(stream.key, entry);
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value as number);
    return entry;
  }

  #close(incident: Incident<unknown, Value>): void {
    const entry = this.#open.get(incident.key);
    this.#open.delete(incident.key);
    if (entry === undefined) return;
    saveIncident(incident); // now: all of them at once would hold up the events
    entry.incident = incident;
    entry.open = false;
    entry.changed = true;
  }
}

type Changed = 'feedback' | 'given' | 'waiting' | 'refused' | 'acknowledged' | 'note';

interface Limits {
  readonly hold: number;
  readonly maxStreams: number;
  readonly maxIncidents: number;
  /** As in `GroupOptions`. */
  readonly group: number | string;
}

/** What `save` made of an entry. */
function readEntry(saved: State): Omit<LoggedIncident, 'revision' | 'changed' | 'group'> {
  const names = ['id', 'stream', 'first', 'last', 'peak', 'incident', 'open', 'given'] as const;
  const entry = fields(saved, [...names, 'acknowledged', 'note'], ['waiting', 'refused']);
  const { id, stream, first, last, peak, incident, open, given: piece, acknowledged, note } = entry;
  const known = readSavedIncident(incident);
  const given = nullOr('given', piece, (_, state) => readFeedback(state as State, known.key));
  return {
    ...{ id: count('id', id), stream: count('stream', stream), first: record('first', first) },
    ...{ last: record('last', last), peak: record('peak', peak), incident: known },
    open: flag('open', open),
    given,
    acknowledged: flag('acknowledged', acknowledged),
    note: text('note', note),
    waiting: readWaiting(entry.waiting, given),
    refused: text('refused', entry.refused ?? ''),
    feedback: given === undefined || given.kind === 'clear' ? null : given.kind,
  };
}

/** The number of a record; one that came before those that are kept may be below 0. */
export function record(name: string, state: State): number {
  return count(name, state, Number.MIN_SAFE_INTEGER);
}

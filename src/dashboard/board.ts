import type { Value, Verdict } from '../core/reading.ts';
import { type ChangeLine, changeLine } from '../models/changes/changeLine.ts';
import { type ExtraTree, savedPart, takenTree } from '../models/durable/extraParts.ts';
import { type Snapshot, seal, unseal } from '../models/snapshot/snapshot.ts';
import { count, fields, type Json, list as savedList } from '../models/snapshot/state.ts';
import { BoardActions } from './actions/boardActions.ts';
import {
  type FeedbackPlace,
  recordFeedback,
  resumeFeedback,
  type TakenFeedback,
} from './actions/boardFeedback.ts';
import { type FeedbackLabels, feedbackLabels } from './actions/feedbackLabels.ts';
import { MissedMarks } from './actions/missedMarks.ts';
import type { BoardMeasures } from './boardMeasures.ts';
import { BoardStream, type Newest } from './boardStream.ts';
import { GateReadings } from './gateReadings.ts';
import { dimensionsOf } from './history/streamHistory.ts';
import { IncidentLog } from './incidentLog.ts';
import { Lanes, laneScore } from './lanes/lanes.ts';
import type { WireFeedback, WireStatus } from './page/wire.ts';
import {
  type BoardOptions,
  type Cursor,
  list,
  newAhead,
  newChanges,
  newPoints,
  type PageUpdate,
  part,
} from './pageUpdate.ts';
import type { ShownVerdict } from './shownVerdict.ts';
import { Throughput } from './throughput.ts';

const KIND = 'Board';
/** Of all streams, of one dimension: 110 MB. */
const ALL_RECORDS = 2_000_000;
const LEAST_RECORDS = 500; // as many as are saved
/** Streams of which lasting changes are looked for: 320 MB. */
const MOST_WATCHED = 10_000;
const OVERVIEW_EVERY = 500; // ms: streams that nobody watches are updated less often

/**
 * All that the dashboard shows, bounded in every direction. Verdicts are added one by one; at each `refresh` what has
 * changed gets a new revision, and `since` returns what is new for a page. Independent of HTTP; the time is passed
 * in.
 */
export class Board {
  /** What users do about incidents and streams. */
  readonly actions: BoardActions;
  readonly #options: BoardOptions;
  readonly #streams: Map<string | undefined, BoardStream> = new Map(); // least recently updated first
  readonly #byId: Map<number, BoardStream> = new Map();
  readonly #incidents: IncidentLog;
  readonly #throughput: Throughput = new Throughput();
  readonly #gates: GateReadings | undefined;
  readonly lanes: Lanes;
  readonly #marks: MissedMarks = new MissedMarks();
  #revision = 1;
  #removed = 0; // the revision of the last eviction of a stream: older pages start over
  #nextId = 0;
  #absences = 0; // that began
  #changes = 0; // lasting ones that were found
  #overviewAt = Number.NEGATIVE_INFINITY;
  #source: Pick<WireStatus, 'source' | 'error'> = { source: 'running', error: null };
  readonly #memo: Map<string, string | undefined> = new Map(); // of this revision, shared by pages with the same cursor

  constructor(options: BoardOptions) {
    this.#options = options;
    this.#incidents = new IncidentLog(options);
    this.actions = new BoardActions({
      incidents: this.#incidents,
      has: (key) => this.#streams.has(key),
      keyOf: (id) => this.#byId.get(id),
    });
    this.lanes = new Lanes(options.hello);
    this.#gates = options.gates && new GateReadings(options.gates);
  }

  /** @param now milliseconds of the server's clock */
  add(verdict: ShownVerdict, now: number): void {
    const stream = this.#stream(verdict, now);
    const found = stream.add(verdict, now);
    if (found > 0) stream.changes.revision = this.#revision + 1;
    this.#changes += found;
    this.lanes.add(stream.id, verdict.time, laneScore(verdict, this.#options.hello.threshold), now);
    if (verdict.absence?.phase === 'began') this.#absences++;
    else this.#throughput.add(verdict);
    stream.show(this.#incidents.add(verdict, stream, now));
    for (const { key } of verdict.ended ?? [])
      if (key !== verdict.key) this.#streams.get(key)?.show(this.#incidents.current(key));
  }

  /** Sets the state of the source. */
  end(error?: string): void {
    this.#source = { source: error === undefined ? 'completed' : 'failed', error: error ?? null };
  }

  stream(id: number): BoardStream | undefined {
    return this.#byId.get(id);
  }

  get source(): WireStatus['source'] {
    return this.#source.source;
  }

  /** Gives all changes a new revision. */
  refresh(now: number): void {
    this.#revision++;
    this.#memo.clear();
    this.#gates?.refresh();
    const isDue = now - this.#overviewAt >= OVERVIEW_EVERY;
    if (isDue) this.#overviewAt = now;
    for (const stream of this.#streams.values())
      if (stream.refresh(now, isDue)) stream.revision = this.#revision;
    this.#incidents.refresh(this.#revision);
    this.actions.refresh(this.#revision);
    this.#throughput.refresh(now);
  }

  /** The cursor of a page that has received nothing. */
  start(stream: number | undefined): Cursor {
    return { instance: this.#options.hello.instance, revision: 0, stream, records: 0 };
  }

  /**
   * What is new for a page at `cursor`, as JSON of a `WireUpdate`, and its cursor afterwards. Computed once for pages
   * with the same cursor.
   */
  since(cursor: Cursor, now: number): PageUpdate {
    const known = cursor.instance === this.#options.hello.instance && cursor.revision > this.#removed;
    const from = known ? Math.min(cursor.revision, this.#revision) : 0;
    const watched = cursor.stream === undefined ? undefined : this.#byId.get(cursor.stream);
    const records = known ? cursor.records : 0;
    const status = this.#once('status', () => part('status', this.#status()));
    const parts = [
      from === 0 ? part('hello', this.#options.hello) : undefined,
      this.#once(`streams ${from}`, () => this.#changedStreams(from)),
      this.#once(`incidents ${from}`, () =>
        list(
          'incidents',
          this.#incidents.since(from, (key) => this.#streams.get(key)?.dimensions),
        ),
      ),
      this.#once(`marks ${from}`, () => list('marks', this.#marks.since(from))),
      this.actions.since(from),
      watched && this.#once(`points ${watched.id} ${records}`, () => newPoints(watched, records)),
      watched && this.#once(`ahead ${watched.id} ${records}`, () => newAhead(watched, records)),
      watched &&
        this.#once(`changes ${watched.id} ${from} ${records}`, () => newChanges(watched, from, records)),
      watched && this.#once(`gates ${watched.id}`, () => this.#changedGates(watched, now)),
    ].filter((one) => one !== undefined);
    return {
      update: `{${[status, ...parts].join(',')}}`,
      isIdle: parts.length === 0,
      cursor: {
        instance: this.#options.hello.instance,
        revision: this.#revision,
        stream: cursor.stream,
        records: watched?.history.records ?? 0,
      },
    };
  }

  /** What people have reported, as labels of a backtest. */
  labels(): FeedbackLabels {
    return feedbackLabels(this.#incidents.all(), this.#marks.since(0), (id) => this.#byId.get(id));
  }

  /** The lasting changes of all streams, as they are kept. */
  changes(): ChangeLine[] {
    return [...this.#streams.values()].flatMap(({ key, dimensions, changes }) =>
      changes.all.map(({ time, detectedAt, ...change }) => {
        const when = { time: time ?? undefined, detectedAt: detectedAt ?? undefined };
        return changeLine({ ...change, ...when, key }, dimensions);
      }),
    );
  }

  /** Records a person's feedback on the board. @returns undefined where the records are no longer kept */
  takeFeedback(feedback: WireFeedback): TakenFeedback | undefined {
    return recordFeedback(feedback, this.#feedbackPlace);
  }

  /** Follows what is not applied yet of that which was restored. See `DashboardOptions.resumeFeedback`. */
  resumeFeedback(resume: ((place: unknown) => PromiseLike<unknown>) | undefined): void {
    resumeFeedback(this.#feedbackPlace, resume);
  }

  /**
   * What is shown of the streams whose keys are selected: the newest records of each, and their incidents. Ids are
   * included, so that a page's ids stay valid after a restart.
   */
  snapshot(owns: (key: string | undefined) => boolean): Snapshot {
    return seal(KIND, 1, this.#config(), takenTree(this.#tree(owns)));
  }

  /** The same, nested, in which each stream is taken when it is saved or changes. */
  deferred(owns: (key: string | undefined) => boolean): ExtraTree {
    return { kind: KIND, version: 1, config: this.#config(), state: this.#tree(owns) };
  }

  #tree(owns: (key: string | undefined) => boolean): ExtraTree {
    const streams = [...this.#streams.values()].filter(({ key }) => owns(key));
    const keys = new Map(streams.map(({ id, key }) => [id, key]));
    return {
      nextId: this.#nextId,
      streams: streams.map((stream) => stream.deferred(this.lanes)),
      incidents: this.#incidents.save(keys),
      marks: this.#marks.save(keys),
      mutes: this.actions.save(owns),
    };
  }

  /**
   * Adds what another board showed, of streams that this one does not have.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT
   */
  restore(snapshot: Snapshot, now: number): void {
    const parts = fields(unseal(snapshot, KIND, 1, this.#config()));
    const { nextId, streams, incidents, marks, mutes } = parts;
    this.#nextId = Math.max(this.#nextId, count('nextId', nextId));
    const ids = new Map<number, BoardStream>();
    for (const saved of savedList('streams', streams)) {
      const of = fields(savedPart(saved), ['stream', 'lanes']);
      const stream = BoardStream.resumed(of.stream, (id, newest) => {
        // The same id twice: from independent runs.
        const own = this.#newStream(this.#byId.has(id) ? this.#nextId++ : id, newest, now);
        ids.set(id, own);
        return own;
      });
      stream.revision = this.#revision;
      this.#add(stream);
      this.lanes.resume(stream.id, of.lanes);
      this.#throughput.resume(stream);
    }
    this.#incidents.resume(incidents, ids);
    for (const stream of this.#streams.values()) stream.show(this.#incidents.current(stream.key));
    this.#marks.resume(marks, ids, this.#revision);
    this.actions.resume(mutes);
  }

  /** For `/metrics`. */
  measures(): BoardMeasures {
    const { events, anomalies, newest, perSecond } = this.#throughput;
    const states: Record<string, number> = { warmingUp: 0, normal: 0, incident: 0, absent: 0, stale: 0 };
    for (const { state } of this.#streams.values()) states[state]!++;
    const { total: incidents } = this.#incidents;
    const [absences, changes] = [this.#absences, this.#changes];
    return { events, anomalies, incidents, absences, changes, perSecond, newest, states };
  }

  get #feedbackPlace(): FeedbackPlace {
    return {
      incidents: this.#incidents,
      marks: this.#marks,
      stream: (id) => this.#byId.get(id),
      revision: () => this.#revision + 1,
    };
  }

  #stream(verdict: Verdict<unknown, Value>, now: number): BoardStream {
    const { key } = verdict;
    const known = this.#streams.get(key);
    if (known !== undefined) {
      if (this.#streams.size === this.#options.maxStreams) {
        this.#streams.delete(key);
        this.#streams.set(key, known);
      }
      return known;
    }
    const stream = this.#newStream(this.#nextId++, verdict, now);
    this.#add(stream);
    return stream;
  }

  #newStream(id: number, newest: Newest, now: number): BoardStream {
    const { dimensions, staleAfter } = this.#options;
    const newWatch = this.#streams.size < MOST_WATCHED ? this.#options.newWatch : undefined;
    return new BoardStream(
      id,
      newest,
      dimensions?.(newest.key),
      { history: () => this.#historyOf(newest), staleAfter, newWatch },
      now,
    );
  }

  /** Records of each stream that are kept: what was asked for, or an equal share of all that memory is used for. */
  #historyOf(newest: Newest): number {
    const { history, hello } = this.#options;
    const share = Math.floor(ALL_RECORDS / dimensionsOf(newest) / Math.max(1, this.#streams.size));
    return history ?? Math.min(hello.history, Math.max(LEAST_RECORDS, share));
  }

  #add(stream: BoardStream): void {
    this.#streams.set(stream.key, stream);
    this.#byId.set(stream.id, stream);
    if (this.#streams.size > this.#options.maxStreams) this.#letOldestGo();
  }

  /** What incidents depend on in addition to the verdicts. */
  #config(): Json {
    return { hold: this.#options.hold };
  }

  #letOldestGo(): void {
    for (const [key, { id }] of this.#streams) {
      this.#byId.get(id)?.settle();
      this.#streams.delete(key);
      this.#byId.delete(id);
      this.#gates?.forget(id);
      this.#incidents.forget(id);
      this.lanes.forget(id);
      this.#marks.forget(id);
      this.#removed = this.#revision + 1;
      return;
    }
  }

  #status(): WireStatus {
    const { events, perSecond } = this.#throughput;
    return { events, perSecond: Math.round(perSecond * 10) / 10, ...this.#source };
  }

  #changedStreams(from: number): string | undefined {
    // A page that has nothing receives those, too, that have come since the last refresh.
    const changed = [...this.#streams.values()].filter(({ revision }) => from === 0 || revision > from);
    return list(
      'streams',
      changed.map((stream) => stream.wire()),
    );
  }

  #changedGates(stream: BoardStream, now: number): string | undefined {
    const gates = this.#gates?.of(stream, now);
    return gates && part('gates', gates);
  }

  #once(what: string, make: () => string | undefined): string | undefined {
    if (!this.#memo.has(what)) this.#memo.set(what, make());
    return this.#memo.get(what);
  }
}

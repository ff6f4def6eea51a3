import { packFan } from '../backtest/report/packFan.ts';
import { packColumn, packDoubles } from '../charts/packColumn.ts';
import { type Incident, type Severity, toVector, type Value, type Verdict } from '../core/reading.ts';
import { DeferredState } from '../models/durable/extraParts.ts';
import {
  badSnapshot,
  count,
  fields,
  flag,
  list,
  nullOr,
  number,
  type State,
  text,
  time as timeOf,
} from '../models/snapshot/state.ts';
import { StreamCategories } from './history/streamCategories.ts';
import { type NewWatch, StreamChanges } from './history/streamChanges.ts';
import { dimensionsOf, StreamHistory } from './history/streamHistory.ts';
import { StreamLevels } from './history/streamLevels.ts';
import type { Lanes } from './lanes/lanes.ts';
import type { StreamState, WireAhead, WireChanges, WirePoints, WireStream } from './page/wire.ts';
import { given, numbers } from './savedIncident.ts';
import type { ShownVerdict } from './shownVerdict.ts';

const SPARK = 80; // numbers: of each refresh one, or the two extremes
/** In units of the usual time between two events: after so long without one the stream is stale. */
const PATIENCE = 20;
const LEAST_PATIENCE = 10_000; // ms
const SAVED = 500; // records
const SAVED_FIELDS = ['id', 'newest', 'spark', 'incidents', 'anomalies', 'history', 'levels'] as const;

/** The fields of the newest event that are shown. */
export type Newest = Pick<Verdict<unknown, Value>, 'key' | 'time' | 'value' | 'score' | 'warmingUp'>;

/** One stream on the board: its records and its row in the overview. */
export class BoardStream {
  readonly id: number;
  readonly key: string | undefined;
  readonly history: StreamHistory;
  /** Summaries of its records, further back. */
  readonly levels: StreamLevels;
  readonly dimensions: readonly string[];
  readonly changes: StreamChanges;
  /** Of its records, where verdicts have them. */
  readonly categories: StreamCategories = new StreamCategories();
  incidents = 0;
  /** Events that were flagged. */
  anomalies = 0;
  /** Of the open incident. */
  severity: Severity = 'none';
  /** Whether that is one of silence. */
  isAbsent = false;
  /** The board's revision in which anything of it last changed. */
  revision = 0;
  #state: StreamState = 'normal';
  #reportedSeverity: Severity = 'none';
  #newest: Newest;
  #ahead:
    | { readonly record: number; readonly steps: NonNullable<Verdict<unknown, Value>['ahead']> }
    | undefined;
  #arrived: number;
  #flagged = ''; // category
  #interval = Number.NaN; // ms between events, a moving average
  #spark: number[] = []; // NaN where there was no value, so that they are stored as plain doubles
  /** Least and greatest value since then, in the order in which they came: a spike between two refreshes is shown. */
  #extremes: readonly number[] = [];
  #sparked = 0; // records, when the sparkline was last moved on
  readonly #staleAfter: number | undefined;
  #deferred: DeferredState | undefined;

  constructor(
    id: number,
    first: Newest,
    dimensions: readonly string[] | undefined,
    options: {
      readonly history: () => number;
      readonly staleAfter: number | undefined;
      /** Undefined where no changes are shown. */
      readonly newWatch?: NewWatch | undefined;
    },
    now: number,
  ) {
    const dimensionCount = dimensionsOf(first);
    this.id = id;
    this.key = first.key;
    this.history = new StreamHistory(dimensionCount, options.history);
    this.levels = new StreamLevels(dimensionCount);
    this.changes = new StreamChanges(options.newWatch && (() => options.newWatch!(dimensionCount)));
    this.dimensions = Array.from(
      { length: dimensionCount },
      (_, d) => dimensions?.[d] ?? (dimensionCount === 1 ? 'value' : `dimension ${d + 1}`),
    );
    this.#newest = first;
    this.#arrived = now;
    this.#staleAfter = options.staleAfter;
  }

  /** @returns how many lasting changes were found */
  add(verdict: ShownVerdict, now: number): number {
    this.settle();
    if (verdict.absence?.phase === 'began') {
      this.#record({ ...verdict, score: Number.NaN }); // a gap in the chart, of the score, too
      return 0;
    }
    const waited = now - this.#arrived;
    this.#arrived = now;
    this.#extremes = widened(this.#extremes, toVector(verdict.value)[0]!);
    if (this.history.records > 0)
      this.#interval = Number.isNaN(this.#interval)
        ? waited
        : this.#interval + 0.05 * (waited - this.#interval);
    this.#record(verdict);
    if (verdict.ahead !== undefined) this.#ahead = { record: this.history.records - 1, steps: verdict.ahead };
    if (verdict.isAnomaly) {
      this.anomalies++;
      this.#flagged = verdict.rarity?.category ?? '';
    }
    this.#newest = verdict;
    return this.changes.add(verdict, this.history);
  }

  /** Takes its open incident. */
  show(incident: Incident<unknown, Value> | undefined): void {
    this.severity = incident?.severity ?? 'none';
    this.isAbsent = incident?.kind === 'absence';
  }

  /**
   * @param isDue whether the sparkline is updated; a change of state is reported at once
   * @returns whether anything is new
   */
  refresh(now: number, isDue: boolean): boolean {
    const { records } = this.history;
    const isNew = isDue && records !== this.#sparked;
    if (isNew) {
      this.settle();
      const shown = this.#extremes.length === 0 ? [Number.NaN] : this.#extremes;
      this.#spark.push(...shown.map((value) => Number(value.toPrecision(4))));
      this.#spark.splice(0, this.#spark.length - SPARK);
      this.#extremes = [];
      this.#sparked = records;
    }
    const state = this.#stateAt(now);
    const changed = isNew || state !== this.#state || this.severity !== this.#reportedSeverity;
    this.#reportedSeverity = this.severity;
    this.#state = state;
    return changed;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Event time of the newest event; undefined in a stream without times. */
  get newest(): number | undefined {
    return this.#newest.time;
  }

  /** When it was last updated, milliseconds. */
  get arrived(): number {
    return this.#arrived;
  }

  /** What `save` gives, with its lanes, when it is saved or just before it changes; the same as long as it does not. */
  deferred(lanes: Pick<Lanes, 'save'>): DeferredState {
    this.#deferred ??= new DeferredState(() => ({ stream: this.save(), lanes: lanes.save(this.id) }));
    return this.#deferred.want();
  }

  /** To be called before anything changes that is saved. */
  settle(): void {
    this.#deferred?.settle();
    this.#deferred = undefined;
  }

  /** The stream with its newest records, for {@link BoardStream.resumed}. */
  save(): State {
    const { key, time, value, score, warmingUp } = this.#newest;
    return {
      newest: { ...given({ key, time }), value: numbers(value), score, warmingUp },
      ...{
        id: this.id,
        spark: this.#spark.map(finite),
        incidents: this.incidents,
        anomalies: this.anomalies,
      },
      history: this.history.save(SAVED),
      levels: this.levels.save(),
      changes: this.changes.save(),
      ...(this.categories.some ? { rare: this.#saveRare() } : {}),
    };
  }

  /** @param saved what `save` gave */
  static resumed(saved: State | undefined, make: (id: number, newest: Newest) => BoardStream): BoardStream {
    const parts = fields(saved, SAVED_FIELDS, ['changes', 'rare']);
    const { id, newest, spark, incidents, anomalies, history, levels, changes, rare } = parts;
    const stream = make(count('id', id), readNewest(newest));
    stream.history.resume(history);
    stream.levels.resume(levels, stream.history.records);
    if (changes !== undefined) stream.changes.resume(changes);
    if (rare !== undefined) stream.#resumeRare(rare);
    stream.incidents = count('incidents', incidents);
    stream.anomalies = count('anomalies', anomalies);
    stream.#spark = list('spark', spark).map((value) => nullOr('spark', value, number) ?? Number.NaN);
    stream.#sparked = stream.history.records;
    return stream;
  }

  /** As the page receives it. */
  wire(): WireStream {
    const { value, score, time } = this.#newest;
    return {
      id: this.id,
      name: this.key ?? null,
      dimensions: this.dimensions,
      state: this.#state,
      severity: this.severity,
      records: this.history.records,
      incidents: this.incidents,
      value: toVector(value).map(finite),
      score: rounded(score),
      time: time ?? null,
      rarity: this.categories.some
        ? { newest: this.categories.of(this.history.records - 1), flagged: this.#flagged }
        : null,
      spark: this.#spark.map(finite),
    };
  }

  /** The records from number `from` on, or all that are kept if some of these no longer are; undefined without any. */
  points(from: number): WirePoints | undefined {
    const { records, oldest } = this.history;
    if (from === records) return undefined;
    const fresh = from < oldest || from === 0 || from > records;
    const first = fresh ? oldest : from;
    const { times, dimensions, score } = this.history.columns(first, records);
    const categories = this.categories.pack(first, records);
    return {
      stream: this.id,
      first,
      fresh,
      times: packDoubles(times),
      dimensions: dimensions.map(({ value, expected, lower, upper }) => ({
        value: packColumn(value),
        expected: packColumn(expected),
        lower: packColumn(lower),
        upper: packColumn(upper),
      })),
      score: packColumn(score),
      ...(categories === undefined ? {} : { categories }),
    };
  }

  /** What is expected of the next events, where that was forecast after record `from` or a later one. */
  ahead(from: number): WireAhead | undefined {
    const ahead = this.#ahead;
    return ahead === undefined || ahead.record < from
      ? undefined
      : { stream: this.id, ...packFan(ahead.record, ahead.steps) };
  }

  /** Its lasting changes. */
  wireChanges(): WireChanges {
    return { stream: this.id, changes: this.changes.all };
  }

  #saveRare(): State {
    const { records, oldest } = this.history;
    const first = Math.max(oldest, records - SAVED);
    return { flagged: this.#flagged, categories: this.categories.save(first, records) };
  }

  #resumeRare(saved: State): void {
    const { flagged, categories } = fields(saved, ['flagged', 'categories']);
    this.#flagged = text('flagged', flagged);
    this.categories.resume(categories!);
  }

  #record(verdict: ShownVerdict): void {
    this.history.add(verdict);
    const { records, oldest } = this.history;
    this.categories.add(records - 1, verdict.rarity?.category, oldest);
    this.levels.advance(this.history);
  }

  #stateAt(now: number): StreamState {
    if (this.isAbsent) return 'absent';
    const usual = Number.isNaN(this.#interval) ? 0 : this.#interval;
    if (now - this.#arrived > (this.#staleAfter ?? Math.max(LEAST_PATIENCE, PATIENCE * usual)))
      return 'stale';
    if (this.severity !== 'none') return 'incident';
    return this.#newest.warmingUp ? 'warmingUp' : 'normal';
  }
}

/** The least and the greatest number so far, in the order in which they came: none, one or two. */
function widened(extremes: readonly number[], value: number): readonly number[] {
  if (!Number.isFinite(value) || extremes.includes(value)) return extremes;
  const [a = value, b = a] = extremes;
  if (extremes.length < 2) return [...extremes, value];
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  // The other extreme came before.
  return value < low ? [high, value] : value > high ? [low, value] : extremes;
}

/** What JSON can hold of a number. */
export function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

function rounded(score: number): number {
  return Math.round(score * 1000) / 1000;
}

/** What `save` made of the newest event: JSON has neither NaN nor undefined. */
function readNewest(saved: State): Newest {
  const { key, time, value, score, warmingUp } = fields(
    saved,
    ['value', 'score', 'warmingUp'],
    ['key', 'time'],
  );
  const finiteOrNone = (state: State): number => nullOr('value', state, number) ?? Number.NaN;
  const values = Array.isArray(value) ? list('value', value).map(finiteOrNone) : finiteOrNone(value);
  if (Array.isArray(values) && values.length === 0) throw badSnapshot('snapshot: value has no dimensions');
  return {
    key: key === undefined ? undefined : text('key', key),
    time: time === undefined ? undefined : timeOf('time', time),
    value: values,
    score: number('score', score, 0, 1),
    warmingUp: flag('warmingUp', warmingUp),
  };
}

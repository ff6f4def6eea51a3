import { show } from '../../core/options.ts';
import type { Problem, ProblemKind, RareVerdict } from '../../core/reading.ts';
import { defaultTime, defaultValue, keyOf } from '../../core/selectors.ts';
import { TIME_UNITS, TimeReader } from '../../core/timeReader.ts';
import { Suppression } from '../decision/suppression.ts';
import { RecentKeys } from '../derived/recentKeys.ts';
import { evictedEarly } from '../evictedEarly.ts';
import { ProblemTally } from '../problemTally.ts';
import { type Restorable, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import {
  asJson,
  badSnapshot,
  count,
  fields,
  type Json,
  list,
  nullOr,
  oneOf,
  text,
} from '../snapshot/state.ts';
import { type DetectRareOptions, type ResolvedRare, rareOptions } from './rareOptions.ts';
import { RareStream } from './rareStream.ts';

/**
 * From events to verdicts by how rare their categories are, of many streams: what `detectRare` wraps, and what a program that
 * needs snapshots uses directly. Synchronous.
 */
export class RareDetector<E> implements Restorable {
  readonly #options: ResolvedRare<E>;
  readonly #suppression: Suppression | undefined;
  readonly #keyOf: (event: E) => string | undefined;
  readonly #problems: ProblemTally<E>;
  #times: TimeReader = new TimeReader();
  #streams: RecentKeys<RareStream<E>>;
  #newest: E | undefined; // that may evict a stream
  #events = 0;

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options?: DetectRareOptions<E>);
  /**
   * @param where the caller, for messages
   * @internal
   */
  constructor(options: DetectRareOptions<E> | ResolvedRare<E>, where: string);
  constructor(options: DetectRareOptions<E> | ResolvedRare<E> = {}, where = 'RareDetector') {
    this.#options = resolveRare(where, options);
    const { suppress, timeZone, key, onProblem } = this.#options;
    this.#suppression = suppress === undefined ? undefined : new Suppression(where, suppress, timeZone);
    this.#keyOf = keyOf(key);
    this.#problems = new ProblemTally(onProblem);
    this.#streams = this.#noStreams();
  }

  /** Problems so far, by kind. */
  get problems(): Readonly<Partial<Record<ProblemKind, number>>> {
    return this.#problems.counts;
  }

  /** The keys of the streams that are remembered, the one idle longest first. */
  *keys(): Generator<string | undefined, void, void> {
    for (const [key] of this.#streams.entries()) yield key;
  }

  /** The verdict on an event, which is then learnt; undefined for one without a category, which is reported. */
  process(event: E): RareVerdict<E> | undefined {
    const { value: select = defaultValue, time: selectTime = defaultTime } = this.#options;
    const key = this.#keyOf(event);
    const raw: unknown = select(event);
    const report = (kind: ProblemKind, detail: string, remedy: string): void =>
      this.#report(event, key, kind, detail, remedy);
    const value = categoryOf(raw);
    if (value === undefined) {
      if (raw === undefined || raw === null) report('missing', 'expected a category, got none', 'left out');
      else report('unreadable', `expected text, a number, true or false, got ${show(raw)}`, 'left out');
      this.#events++;
      return undefined;
    }
    const rawTime: unknown = selectTime(event);
    const time = rawTime === undefined || rawTime === null ? undefined : this.#times.read(rawTime);
    if (Number.isNaN(time))
      report(
        'badTime',
        `expected ${this.#times.expected(rawTime)}, got ${show(rawTime)}`,
        'scored without a time',
      );
    this.#newest = event;
    const stream = this.#streams.use(key);
    const level = this.#options.level?.(event);
    const verdict = stream.process(event, value, Number.isNaN(time) ? undefined : time, level);
    this.#events++;
    return verdict;
  }

  snapshot(): Snapshot {
    const streams = Array.from(this.#streams.entries(), ([key, stream]) => ({
      key: key ?? null,
      state: stream.save(),
    }));
    return seal('RareDetector', 1, this.#config(), {
      ...{ events: this.#events, timeUnit: this.#times.unit ?? null, streams },
    });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'RareDetector', 1, this.#config()), [
      'events',
      'timeUnit',
      'streams',
    ]);
    const events = count('events', state.events);
    const unit = nullOr('timeUnit', state.timeUnit, (name, each) => oneOf(name, each, TIME_UNITS));
    const resumed = new Map<string | undefined, RareStream<E>>();
    for (const each of list('streams', state.streams)) {
      const saved = fields(each, ['key', 'state']);
      const key = nullOr('key', saved.key, text);
      if (resumed.has(key)) throw badSnapshot(`snapshot: ${show(key)} is there twice`);
      const stream = new RareStream<E>(key, this.#options, this.#suppression);
      stream.resume(saved.state);
      resumed.set(key, stream);
    }
    if (resumed.size > this.#options.maxKeys) throw badSnapshot('snapshot: there are too many streams');
    this.#streams = this.#noStreams(resumed);
    for (const key of [...resumed.keys()]) this.#streams.use(key);
    this.#events = events;
    this.#times = new TimeReader(unit);
  }

  /** @param resumed streams that are used once, and then forgotten as any other */
  #noStreams(resumed?: Map<string | undefined, RareStream<E>>): RecentKeys<RareStream<E>> {
    const { maxKeys } = this.#options;
    return new RecentKeys(
      maxKeys,
      (key) => {
        const known = resumed?.get(key);
        resumed?.delete(key);
        return known ?? new RareStream<E>(key, this.#options, this.#suppression);
      },
      (key, { isWarmingUp }) => {
        if (isWarmingUp && this.#newest !== undefined)
          this.#problems.add(evictedEarly(key, this.#newest, this.#events, { maxKeys }));
      },
    );
  }

  #report(event: E, key: string | undefined, kind: ProblemKind, detail: string, remedy: string): void {
    const index = this.#events;
    const name = `event ${index}${key === undefined ? '' : ` of ${show(key)}`}`;
    const message = `${name}: ${detail}; ${remedy}`;
    const problem: Problem<E> = {
      ...{ kind, dimension: undefined, key, event, index, detail, remedy, message },
    };
    this.#problems.add(problem);
  }

  /** What the counts depend on. */
  #config(): Json {
    const { key, template, threshold, timeOfDay, timeZone, repeat, memory, maxValues } = this.#options;
    return asJson({
      ...{ keyed: key !== undefined, template, threshold, timeOfDay, timeZone, repeat, memory, maxValues },
    });
  }
}

/** Checks the options and fills in the defaults. @throws RxAnomalyError BAD_OPTION */
export function resolveRare<E>(
  where: string,
  options: DetectRareOptions<E> | ResolvedRare<E>,
): ResolvedRare<E> {
  return rareOptions.resolve(where, options as DetectRareOptions<unknown>) as ResolvedRare<E>;
}

function categoryOf(raw: unknown): string | undefined {
  switch (typeof raw) {
    case 'string':
      return raw;
    case 'number':
      return Number.isNaN(raw) ? undefined : String(raw);
    case 'bigint':
    case 'boolean':
      return String(raw);
    default:
      return undefined;
  }
}

import { show } from '../../core/options.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import { keyOf } from '../../core/selectors.ts';
import type { Observation } from '../forecaster.ts';
import { lagsFor } from '../forecasters/lstmOptions.ts';
import { toVerdict } from '../keyedStream.ts';
import type { Eviction } from '../keyOptions.ts';
import { nest, nestedSnapshot, type Restorable, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import {
  asJson,
  badSnapshot,
  count,
  fields,
  flag,
  type Json,
  list,
  nullOr,
  type State,
  text,
} from '../snapshot/state.ts';
import type { FleetForecaster } from './fleetForecaster.ts';
import { FleetMember } from './fleetMember.ts';
import { FleetModels, SAVED_KEY, type SavedKey } from './fleetModels.ts';
import {
  type FleetCause,
  type FleetOptions,
  type ResolvedFleetOptions,
  resolveFleet,
} from './fleetOptions.ts';
import { Recency } from './keyRecords.ts';

/**
 * From events to verdicts for thousands of keys under one set of weights: one `Detector` is shared by all of them,
 * and each key has only its numbers, about two kilobytes with 16 hidden units. A verdict comes at once, because its
 * forecast was made before. The update of the key's hidden state waits until `maxBatch` events wait, until its key
 * comes again, or until `flush` is called. Verdicts do not depend on which. Synchronous: what `detectFleet` wraps.
 */
export class FleetDetector<E, V extends Value = number> implements Restorable {
  readonly #where: string;
  readonly #options: ResolvedFleetOptions<E, V>;
  readonly #clock: () => number;
  readonly #keyOf: (event: E) => string | undefined;
  readonly #waiting: FleetMember<E, V>[] = [];
  #members: Map<string | undefined, FleetMember<E, V>> = new Map();
  #recency: Recency<FleetMember<E, V>> = new Recency();
  #models: FleetModels | undefined;
  #waitingSince = 0;
  #events = 0;

  /**
   * @param where the caller, for messages
   * @throws RxAnomalyError BAD_OPTION
   */
  constructor(options: FleetOptions<E, V> | ResolvedFleetOptions<E, V> = {}, where = 'FleetDetector') {
    this.#where = where;
    this.#options = resolveFleet(where, options);
    this.#clock = this.#options.clock ?? (() => 0);
    this.#keyOf = keyOf(this.#options.key);
  }

  /** Keys alive. */
  get size(): number {
    return this.#members.size;
  }

  /** Events whose state updates wait for the engine; at most `maxBatch`. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** The shared forecaster; undefined before the first readable event. */
  get forecaster(): FleetForecaster | undefined {
    return this.#models?.forecaster;
  }

  /** The verdict on an event; undefined when the policy left it out. */
  process(event: E): Verdict<E, V> | undefined {
    const key = this.#keyOf(event);
    const member = this.#member(key);
    const observation = member.reader.read(event, this.#events++);
    if (observation === undefined) return undefined;
    if (member.waits) this.flush('again');
    this.#touch(member, observation);
    const { reader, transform } = member;
    this.#models ??= this.#createModels(observation.value.length, typeof reader.shape([0]) === 'number');
    if (member.slot < 0) member.slot = this.#models.acquire();
    const { time, value, imputed } = observation;
    const modelled = { time, value: transform.forward(value), imputed };
    const detection = this.#models.process(member.slot, modelled);
    this.#enqueue(member);
    const verdict = toVerdict(event, key, observation, detection, reader, transform);
    transform.learn(value);
    if (this.queued === this.#options.maxBatch) this.flush('full');
    return verdict;
  }

  /** Calls the engine for the waiting events. */
  flush(cause: FleetCause): void {
    const batch = this.#waiting.length;
    if (batch === 0 || this.#models === undefined) return;
    for (const member of this.#waiting) member.waits = false;
    this.#waiting.length = 0;
    this.#models.forecaster.flush();
    this.#options.onPressure?.({
      batch,
      capacity: this.#options.maxBatch,
      waited: this.#clock() - this.#waitingSince,
      cause,
      keys: this.size,
      updates: this.#models.forecaster.updates,
    });
  }

  snapshot(): Snapshot {
    this.flush('leave');
    const members: State[] = [];
    for (let member = this.#recency.oldest; member !== undefined; member = member.newer) {
      members.push({ key: member.key ?? null, ...fields(this.#save(member)) });
    }
    const shared = this.#models && {
      dimensions: this.#models.dimensions,
      scalar: this.#models.scalar,
      forecaster: nest(this.#models.forecaster.snapshot()),
    };
    return seal('FleetDetector', 1, this.#config(), {
      events: this.#events,
      shared: shared ?? null,
      members,
    });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'FleetDetector', 1, this.#config()), [
      'events',
      'shared',
      'members',
    ]);
    const events = count('events', state.events);
    this.flush('leave');
    const before = { members: this.#members, recency: this.#recency, models: this.#models };
    this.#members = new Map();
    this.#recency = new Recency();
    this.#models = undefined;
    try {
      if (state.shared !== null) {
        const { dimensions, scalar, forecaster } = fields(state.shared, SHARED);
        const known = count('dimensions', dimensions, 1);
        requireLike(forecaster, known);
        this.#models = this.#createModels(known, flag('scalar', scalar));
        this.#models.forecaster.restore(nestedSnapshot(forecaster));
      }
      for (const saved of list('members', state.members)) {
        const key = nullOr('key', fields(saved).key, text);
        if (this.#members.has(key)) throw badSnapshot(`snapshot: ${show(key)} is there twice`);
        if (this.#models === undefined && fields(saved).engine !== undefined)
          throw badSnapshot('snapshot: shared is missing');
        this.#join(key, saved);
      }
    } catch (error) {
      // All or nothing: a fleet that refused one part is unchanged.
      this.dispose();
      this.#members = before.members;
      this.#recency = before.recency;
      this.#models = before.models;
      throw error;
    }
    before.models?.dispose();
    this.#events = events;
  }

  /** Disposes of every key and the shared models, without notification. */
  dispose(): void {
    this.#models?.dispose();
    this.#models = undefined;
    this.#waiting.length = 0;
    this.#members.clear();
    this.#recency.clear();
  }

  #enqueue(member: FleetMember<E, V>): void {
    member.waits = true;
    if (this.#waiting.push(member) === 1) this.#waitingSince = this.#clock();
  }

  #member(key: string | undefined): FleetMember<E, V> {
    const known = this.#members.get(key);
    if (known !== undefined) return known;
    const returned = this.#options.onReturn?.(key);
    const member = this.#join(
      key,
      returned === undefined ? undefined : unseal(returned, 'FleetMember', 1, this.#config()),
    );
    if (this.size > this.#options.maxKeys) this.#evictOldest('capacity');
    return member;
  }

  #join(key: string | undefined, saved: State | undefined): FleetMember<E, V> {
    const member = new FleetMember<E, V>(this.#where, this.#options, key);
    if (saved !== undefined) this.#resume(member, saved);
    else if (this.#models !== undefined) {
      const { dimensions, scalar } = this.#models;
      member.reader.resume({ dimensions, scalar, lastTime: null });
    }
    this.#members.set(key, member);
    this.#recency.touch(member);
    return member;
  }

  /** Makes `member` the most recent, and evicts those that have been idle too long. */
  #touch(member: FleetMember<E, V>, { time }: Observation): void {
    this.#recency.touch(member);
    const { idleTimeout } = this.#options;
    if (idleTimeout === undefined) return;
    member.lastSeen = time ?? this.#clock();
    for (let oldest = this.#recency.oldest; oldest !== undefined; oldest = this.#recency.oldest) {
      if (member.lastSeen - oldest.lastSeen <= idleTimeout) break;
      this.#evictOldest('idle');
    }
  }

  #evictOldest(reason: Eviction['reason']): void {
    const member = this.#recency.oldest;
    if (member === undefined) return;
    if (member.waits) this.flush('leave');
    this.#members.delete(member.key);
    this.#recency.remove(member);
    const snapshot = (): Snapshot => seal('FleetMember', 1, this.#config(), this.#save(member));
    try {
      this.#options.onEvict?.({ key: member.key, reason, snapshot });
    } finally {
      if (member.slot >= 0) this.#models?.release(member.slot);
    }
  }

  #createModels(dimensions: number, scalar: boolean): FleetModels {
    return new FleetModels(dimensions, scalar, this.#options as ResolvedFleetOptions, () =>
      this.flush('update'),
    );
  }

  /** All that one key has of its own. */
  #save(member: FleetMember<E, V>): State {
    const { slot } = member;
    const tables = slot < 0 ? undefined : this.#models?.save(slot);
    return { ...fields(member.save()), ...tables };
  }

  #resume(member: FleetMember<E, V>, saved: State): void {
    member.resume(saved);
    const key = savedKey(saved);
    if (key === undefined) return;
    const { dimensions } = member.reader;
    if (dimensions === undefined) throw badSnapshot('snapshot of FleetMember: its dimensions are missing');
    this.#models ??= this.#createModels(dimensions, typeof member.reader.shape([0]) === 'number');
    if (dimensions !== this.#models.dimensions) {
      const expected = `a key of ${this.#models.dimensions} dimensions, got ${dimensions}`;
      throw badSnapshot(`snapshot of FleetMember: expected ${expected}`);
    }
    member.slot = this.#models.resume(key);
  }

  #config(): Json {
    const { lstm, batchSize, surprise, threshold, transform, recurrence } = this.#options;
    const { anomalyWeight, acceptAfter } = recurrence;
    return asJson({
      ...{ ...lstm, lags: lagsFor(lstm, 1), engine: null },
      ...{ batchSize, surprise, threshold, transform, anomalyWeight },
      ...(acceptAfter === 0 ? {} : { acceptAfter }),
    });
  }
}

const SHARED = ['dimensions', 'scalar', 'forecaster'] as const;

/** Before models of so many dimensions are made. */
function requireLike(forecaster: State, dimensions: number): void {
  const { config } = nestedSnapshot(forecaster);
  if (fields(config).dimensions !== dimensions)
    throw badSnapshot('snapshot: the models shared by all keys are of other dimensions');
}

/** What a key that was saved had in the tables; undefined where it had no event of use yet. */
function savedKey(saved: State): SavedKey | undefined {
  const given = fields(saved);
  if (SAVED_KEY.every((name) => given[name] === undefined)) return undefined;
  for (const name of SAVED_KEY)
    if (given[name] === undefined) throw badSnapshot(`snapshot: ${name} is missing`);
  const { forecaster, engine, scorer, records } = given;
  return { forecaster, engine, scorer, records };
}

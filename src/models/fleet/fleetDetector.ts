import { RxAnomalyError } from '../../core/errors.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import { defaultKey } from '../../core/selectors.ts';
import { Detector } from '../detector.ts';
import { Intake } from '../intake.ts';
import { toVerdict } from '../keyedStream.ts';
import type { Observation } from '../observation.ts';
import {
  asJson,
  fields,
  type Json,
  nestedSnapshot,
  packFloats,
  type Restorable,
  type Snapshot,
  seal,
  trusted,
  unpackFloats,
  unseal,
} from '../snapshot.ts';
import type { Eviction } from '../streamDetectorOptions.ts';
import { createTransform, type Transform } from '../transform.ts';
import { FleetForecaster } from './fleetForecaster.ts';
import {
  type FleetCause,
  type FleetOptions,
  type ResolvedFleetOptions,
  resolveFleetOptions,
} from './fleetOptions.ts';
import { FleetScorer } from './fleetScorer.ts';
import { KeyRecords } from './keyRecords.ts';
import { type Dated, Recency } from './recency.ts';

/** One key, as far as it is not in the tables. */
interface Member<E, V extends Value> extends Dated<Member<E, V>> {
  readonly key: string | undefined;
  readonly intake: Intake<E, V>;
  readonly transform: Transform;
  slot: number; // −1 before the first readable event
  waits: boolean; // its last event is in the queue
  lastSeen: number;
}

/** The models that work for whichever key is at hand, made once the dimensions are known. */
interface Shared {
  readonly dimensions: number;
  readonly scalar: boolean;
  readonly forecaster: FleetForecaster;
  readonly scorer: FleetScorer;
  readonly detector: Detector;
  readonly records: KeyRecords; // of scorer and threshold
}

/**
 * From events to verdicts for thousands of keys under one set of weights: one `Detector` works for all of them, and each
 * key has only its numbers, some two kilobytes with 16 hidden units. A verdict is given at once: it rests on a forecast
 * that was made before. What the event does to the key's hidden state waits until `maxBatch` events do, until its key
 * comes again, or until `flush` is called. Verdicts don't depend on which of these it was. Synchronous: what
 * `detectFleet` wraps.
 */
export class FleetDetector<E, V extends Value = number> implements Restorable {
  readonly #where: string;
  readonly #options: FleetOptions<E, V>;
  readonly #clock: () => number;
  readonly #waiting: Member<E, V>[] = [];
  #members: Map<string | undefined, Member<E, V>> = new Map();
  #recency: Recency<Member<E, V>> = new Recency();
  #resolved: ResolvedFleetOptions;
  #shared: Shared | undefined;
  #waitingSince = 0;
  #events = 0;

  /**
   * @param where who is made, for messages
   * @throws RxAnomalyError BAD_OPTION
   */
  constructor(options: FleetOptions<E, V> = {}, where = 'FleetDetector') {
    this.#resolved = resolveFleetOptions(where, options, 1);
    this.#where = where;
    this.#options = options;
    this.#clock = options.clock ?? (() => 0);
  }

  /** Keys alive. */
  get size(): number {
    return this.#members.size;
  }

  /** Events whose effect on their key's state waits for the engine; at most `maxBatch`. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** The shared forecaster; undefined before the first readable event. */
  get forecaster(): FleetForecaster | undefined {
    return this.#shared?.forecaster;
  }

  /** The verdict on an event; undefined when the policy left it out. */
  process(event: E): Verdict<E, V> | undefined {
    const key = (this.#options.key ?? defaultKey)(event);
    const member = this.#member(key);
    const observation = member.intake.read(event, this.#events++);
    if (observation === undefined) return undefined;
    if (member.waits) this.flush('again');
    this.#touch(member, observation);
    const { intake, transform } = member;
    this.#shared ??= this.#share(observation.value.length, typeof intake.shape([0]) === 'number');
    if (member.slot < 0) this.#settle(member, this.#shared);
    const { time, value, imputed } = observation;
    const judgement = this.#judge(member, this.#shared, { time, value: transform.forward(value), imputed });
    const verdict = toVerdict(event, key, observation, judgement, intake, transform);
    transform.learn(value);
    if (this.queued === this.#resolved.maxBatch) this.flush('full');
    return verdict;
  }

  /** Calls the engine for the events that wait. */
  flush(cause: FleetCause): void {
    const batch = this.#waiting.length;
    if (batch === 0 || this.#shared === undefined) return;
    for (const member of this.#waiting) member.waits = false;
    this.#waiting.length = 0;
    this.#shared.forecaster.flush();
    this.#options.onPressure?.({
      batch,
      capacity: this.#resolved.maxBatch,
      waited: this.#clock() - this.#waitingSince,
      cause,
      keys: this.size,
      updates: this.#shared.forecaster.updates,
    });
  }

  snapshot(): Snapshot {
    this.flush('leave');
    const members: Json[] = [];
    for (let member = this.#recency.oldest; member !== undefined; member = member.newer) {
      members.push({ key: member.key ?? null, ...fields(this.#save(member)) });
    }
    const shared = this.#shared && {
      dimensions: this.#shared.dimensions,
      scalar: this.#shared.scalar,
      forecaster: this.#shared.forecaster.snapshot(),
    };
    return seal('FleetDetector', 1, this.#config(), {
      events: this.#events,
      shared: asJson(shared ?? {}),
      members,
    });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'FleetDetector', 1, this.#config()));
    this.flush('leave');
    const before = { members: this.#members, recency: this.#recency, shared: this.#shared };
    this.#members = new Map();
    this.#recency = new Recency();
    this.#shared = undefined;
    try {
      const { dimensions, scalar, forecaster } = fields(state.shared);
      if (typeof dimensions === 'number') {
        this.#shared = this.#share(dimensions, scalar === true);
        this.#shared.forecaster.restore(nestedSnapshot(forecaster));
      }
      for (const saved of trusted<readonly Json[]>(state.members)) {
        this.#join(trusted<string | null>(fields(saved).key) ?? undefined, saved);
      }
    } catch (error) {
      // All or nothing: a fleet that refused one part goes on as it was.
      this.dispose();
      this.#members = before.members;
      this.#recency = before.recency;
      this.#shared = before.shared;
      throw error;
    }
    before.shared?.forecaster.dispose();
    this.#events = trusted<number>(state.events);
  }

  /** Lets every key and the shared models go, without telling anyone. */
  dispose(): void {
    this.#shared?.forecaster.dispose();
    this.#shared = undefined;
    this.#waiting.length = 0;
    this.#members.clear();
    this.#recency.clear();
  }

  #judge(member: Member<E, V>, shared: Shared, observation: Observation): ReturnType<Detector['process']> {
    const { forecaster, scorer, detector, records } = shared;
    forecaster.select(member.slot);
    scorer.select(member.slot);
    records.load(member.slot);
    const judgement = detector.process(observation);
    records.store(member.slot);
    forecaster.put();
    member.waits = true;
    if (this.#waiting.push(member) === 1) this.#waitingSince = this.#clock();
    return judgement;
  }

  #member(key: string | undefined): Member<E, V> {
    const known = this.#members.get(key);
    if (known !== undefined) return known;
    const returned = this.#options.onReturn?.(key);
    const member = this.#join(
      key,
      returned === undefined ? undefined : unseal(returned, 'FleetMember', 1, this.#config()),
    );
    if (this.size > this.#resolved.maxKeys) this.#evictOldest('capacity');
    return member;
  }

  #join(key: string | undefined, saved: Json | undefined): Member<E, V> {
    const transform = createTransform(this.#resolved.transform);
    const member: Member<E, V> = {
      key,
      intake: new Intake<E, V>(this.#where, this.#options, key, (value) => transform.refuse(value)),
      transform,
      slot: -1,
      waits: false,
      lastSeen: -Infinity,
      newer: undefined,
      older: undefined,
    };
    if (saved !== undefined) this.#resume(member, saved);
    else if (this.#shared !== undefined) {
      const { dimensions, scalar } = this.#shared;
      member.intake.resume({ dimensions, scalar, lastTime: null });
    }
    this.#members.set(key, member);
    this.#recency.touch(member);
    return member;
  }

  /** Gives a new key its place in the tables. */
  #settle(member: Member<E, V>, { forecaster, scorer, records }: Shared): void {
    member.slot = forecaster.acquire();
    scorer.clear(member.slot);
    records.clear(member.slot);
  }

  /** Makes `member` the one seen last, and lets go of those that have been idle too long. */
  #touch(member: Member<E, V>, { time }: Observation): void {
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
      if (member.slot >= 0) this.#shared?.forecaster.release(member.slot);
    }
  }

  #share(dimensions: number, scalar: boolean): Shared {
    this.#resolved = resolveFleetOptions(this.#where, this.#options, dimensions);
    const { threshold, anomalyWeight, surprise } = this.#resolved;
    const forecaster = new FleetForecaster(dimensions, this.#resolved, () => this.flush('update'));
    const scorer = new FleetScorer({ dimensions, surprise }, forecaster.scaler);
    const detector = new Detector({
      dimensions,
      forecaster: () => forecaster,
      scorer: () => scorer,
      threshold,
      drift: false, // it would have to be looked for key by key, and the weights are everybody's
      learnFromAnomalies: anomalyWeight,
    });
    const records = new KeyRecords([...scorer.parts, ...detector.threshold.parts]);
    return { dimensions, scalar, forecaster, scorer, detector, records };
  }

  /** All that one key has of its own. */
  #save({ intake, transform, lastSeen, slot }: Member<E, V>): Json {
    const shared = slot < 0 ? undefined : this.#shared;
    const carried = shared?.forecaster.carried(slot);
    return asJson({
      intake: intake.save(),
      transform: transform.save(),
      lastSeen: Number.isFinite(lastSeen) ? lastSeen : null,
      forecaster: carried && packFloats(carried.record),
      engine: carried && packFloats(carried.engine),
      scorer: shared && packFloats(shared.scorer.counts(slot)),
      records: shared && packFloats(shared.records.row(slot)),
    });
  }

  #resume(member: Member<E, V>, saved: Json): void {
    const { intake, transform, lastSeen, forecaster, engine, scorer, records } = fields(saved);
    member.intake.resume(intake);
    member.transform.resume(transform);
    if (typeof lastSeen === 'number') member.lastSeen = lastSeen;
    if (engine === undefined) return;
    const { dimensions } = member.intake;
    this.#shared ??= this.#share(dimensions ?? 1, typeof member.intake.shape([0]) === 'number');
    if (dimensions !== this.#shared.dimensions) {
      const expected = `a key of ${this.#shared.dimensions} dimensions, got ${dimensions}`;
      throw new RxAnomalyError('BAD_SNAPSHOT', `snapshot of FleetMember: expected ${expected}`);
    }
    this.#settle(member, this.#shared);
    const { slot } = member;
    const { record } = this.#shared.forecaster.carried(slot);
    const [counts, row] = [this.#shared.scorer.counts(slot), this.#shared.records.row(slot)];
    try {
      record.set(unpackFloats(forecaster, record.length));
      counts.set(unpackFloats(scorer, counts.length));
      row.set(unpackFloats(records, row.length));
      this.#shared.forecaster.engine.loadSlot(slot, unpackFloats(engine));
    } catch (error) {
      this.#shared.forecaster.release(slot);
      throw error;
    }
  }

  #config(): Json {
    const { lstm, lessons, surprise, threshold, transform, anomalyWeight } = resolveFleetOptions(
      this.#where,
      this.#options,
      1,
    );
    return asJson({ ...lstm, engine: null, lessons, surprise, threshold, transform, anomalyWeight });
  }
}

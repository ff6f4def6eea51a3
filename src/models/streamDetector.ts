import { show } from '../core/options.ts';
import type { ProblemKind, Value, Verdict } from '../core/reading.ts';
import { keyOf } from '../core/selectors.ts';
import { checkFeedback, type Feedback } from './decision/feedback.ts';
import { unknownFeedback, unknownKey, WaitingFeedback } from './decision/waitingFeedback.ts';
import type { Detector } from './detector.ts';
import { evictedEarly } from './evictedEarly.ts';
import { newPlaces } from './fleet/newPlaces.ts';
import type { Observation } from './forecaster.ts';
import { type KeyedContext, KeyedStream } from './keyedStream.ts';
import type { Eviction } from './keyOptions.ts';
import { ProblemTally } from './problemTally.ts';
import { Recency } from './recency.ts';
import { type Restorable, type Snapshot, seal, unseal } from './snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, nullOr, type State, text } from './snapshot/state.ts';
import {
  configOf,
  type ResolvedStreamDetector,
  resolveStreamDetector,
  type StreamDetectorOptions,
  withCallbacks,
} from './streamDetectorOptions.ts';
import {
  type Learnt,
  NOTHING,
  resultOf,
  taught,
  type WarmUp,
  WarmUpCount,
  type WarmUpOptions,
  type WarmUpSteps,
  warmUpOptions,
} from './warmUp.ts';

/**
 * From events to verdicts: reads each event, finds the model of its key, detects and learns. A bounded number of
 * models is alive; the oldest are evicted. Synchronous: what `detectAnomalies` wraps, and what a program that needs
 * snapshots uses directly.
 */
export class StreamDetector<E, V extends Value = number> implements Restorable {
  readonly #where: string;
  readonly #options: ResolvedStreamDetector<E, V>;
  #streams: Recency<KeyedStream<E, V>> = new Recency();
  readonly #keyOf: (event: E) => string | undefined;
  readonly #problems: ProblemTally<E>;
  readonly #context: KeyedContext<E, V>;
  #feedback: WaitingFeedback = new WaitingFeedback();
  #events = 0;
  #learnt: Learnt = NOTHING; // of an earlier pass over the events that are learnt now: the forecasters of their keys

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options?: StreamDetectorOptions<E, V>);
  /**
   * @param where the caller, for messages
   * @internal
   */
  constructor(options: StreamDetectorOptions<E, V> | ResolvedStreamDetector<E, V>, where: string);
  constructor(
    options: StreamDetectorOptions<E, V> | ResolvedStreamDetector<E, V> = {},
    where = 'StreamDetector',
  ) {
    this.#where = where;
    const resolved = resolveStreamDetector(where, options);
    this.#problems = new ProblemTally(resolved.reader.onProblem);
    this.#options = { ...resolved, reader: { ...resolved.reader, onProblem: this.#problems.add } };
    this.#keyOf = keyOf(resolved.key);
    const newPlace = newPlaces(resolved.fleet, resolved.createDetector);
    this.#context = { where, options: this.#options, newPlace };
  }

  /** Models alive. */
  get size(): number {
    return this.#streams.size;
  }

  /** Events so far, those before a restored snapshot included. */
  get events(): number {
    return this.#events;
  }

  /** How often each kind of problem has occurred, since this detector was made. */
  get problems(): Readonly<Partial<Record<ProblemKind, number>>> {
    return this.#problems.counts;
  }

  /** Whether a key's model is alive. */
  has(key?: string): boolean {
    return this.#streams.get(key) !== undefined;
  }

  /** The keys whose models are alive, least recently seen first. */
  *keys(): IterableIterator<string | undefined> {
    for (const { key } of this.#streams) yield key;
  }

  /** The detector of a key, for those who want to look inside. */
  detector(key?: string): Detector | undefined {
    return this.#streams.get(key)?.detector;
  }

  /**
   * The verdict on an event; undefined when the policy left it out, or when a missing value comes before the first
   * event that shows how many dimensions there are.
   */
  process(event: E): Verdict<E, V> | undefined {
    const stream = this.#stream(this.#keyOf(event), event);
    const observation = stream.read(event, this.#events);
    this.#events++; // not an event that cannot be read under the policy 'error': it reaches no model
    if (observation === undefined) return undefined;
    this.#letIdleGo(stream, observation);
    return stream.process(event, observation);
  }

  /**
   * Learns from history before the stream goes live: as if its events had been processed, but without verdicts. With one
   * pass everything is as it would be after `process` of each event, bit for bit. Passes before the last teach each key's
   * forecaster alone: models of their own begin with the forecaster of the pass before, so that times never run
   * backwards.
   *
   * ```ts
   * const detector = new StreamDetector<Reading>({ key: (r) => r.sensorId });
   * detector.warmUp(lastMonth, { passes: 4 });
   * ```
   *
   * @param events oldest first; with several passes, what can be read only once is copied into memory
   * @throws RxAnomalyError BAD_OPTION; BAD_DATA under the policy 'error'
   */
  warmUp(events: Iterable<E>, options: WarmUpOptions = {}): WarmUp {
    return resultOf(this.warmUpSteps(events, options));
  }

  /**
   * The same, an event a step. Yields each event of the last pass before it is processed.
   *
   * @internal
   */
  *warmUpSteps(events: Iterable<E>, options: WarmUpOptions = {}): WarmUpSteps<E> {
    const { passes } = warmUpOptions.resolve(`${this.#where}: warmUp`, options);
    const history = passes > 1 ? Array.from(events) : events;
    const learnt = new WarmUpCount();
    try {
      for (let pass = 1; pass < passes; pass++) {
        const pupil = this.#pupil();
        this.#learnt = yield* taught(pupil, history);
      }
      for (const event of history) {
        yield { event };
        learnt.add(this.process(event));
      }
    } finally {
      this.#learnt = NOTHING; // keys that are new then
    }
    return learnt;
  }

  /**
   * Applies a person's feedback on a stream, part of the snapshot from then on. `'normal'` widens the normal range of its key:
   * an anomaly whose value and whose distance from the forecast both lie in it is suppressed (`suppressed: 'feedback'`) and
   * learnt as an ordinary event. `'missed'` removes normal ranges there, and lowers the key's threshold so far that the
   * event would have been flagged, but not below half of the usual evidence. On a key that has no model it waits for the
   * key's first event, and is reported as the problem `unknownKey`. `'clear'` takes back what was given on the same events: all
   * later ones are decided as if it had never been given, while what the models have learnt meanwhile from events that it
   * decided otherwise stays. Of each kind the 64 newest pieces per key are kept; where there is none to clear, it is
   * reported as the problem `unknownFeedback`.
   *
   * @throws RxAnomalyError BAD_OPTION
   */
  takeFeedback(feedback: Feedback): void {
    const { key } = feedback ?? {};
    checkFeedback(this.#where, feedback, this.#streams.get(key)?.dimensions);
    const stream = this.#known(key);
    if (feedback.kind === 'clear') {
      const isKnown = stream?.takeFeedback(feedback) ?? this.#feedback.remove(feedback);
      if (!isKnown) this.#problems.add(unknownFeedback(key, this.#events));
    } else if (stream === undefined)
      this.#problems.add(unknownKey(key, this.#events, this.#feedback.add(feedback)));
    else stream.takeFeedback(feedback);
  }

  /** @param keys of which models; the whole state has those of all that are alive. @default all */
  snapshot(keys: Iterable<string | undefined> = this.keys()): Snapshot {
    const streams = Array.from(keys, (key) => ({ key: key ?? null, state: this.#alive(key).save() }));
    const feedback = this.#feedback.size === 0 ? {} : { feedback: this.#feedback.save() };
    return seal('StreamDetector', 1, configOf(this.#options), { events: this.#events, streams, ...feedback });
  }

  /** Lets a model go for good, without notification; does nothing where there is none. */
  forget(key: string | undefined): void {
    const stream = this.#streams.get(key);
    if (stream === undefined) return;
    this.#streams.remove(stream);
    stream.dispose();
  }

  /** The state of one model that is alive, as {@link Eviction} gives it. */
  snapshotOf(key: string | undefined): Snapshot {
    return seal('Stream', 1, null, this.#alive(key).save(this.#options.packsRows));
  }

  /** When a model that is alive was last seen, milliseconds; −∞ while no event was of use. */
  lastSeen(key: string | undefined): number {
    return this.#alive(key).lastSeen;
  }

  /**
   * Takes back what `snapshotOf` gave, as the most recently seen of the models. The model is made when it is needed first, and
   * where it cannot be, BAD_SNAPSHOT is thrown then.
   *
   * @param read gives the snapshot
   * @param lastSeen as `lastSeen` gave it
   */
  resumeLater(key: string | undefined, read: () => Snapshot, lastSeen: number): void {
    const stream = new KeyedStream(this.#context, key);
    stream.resumeLater(() => unseal(read(), 'Stream', 1, null), lastSeen);
    this.#streams.add(stream);
  }

  restore(snapshot: Snapshot): void {
    const saved = unseal(snapshot, 'StreamDetector', 1, configOf(this.#options));
    const state = fields(saved, ['events', 'streams'], ['feedback']);
    const waiting = WaitingFeedback.resumed(state.feedback);
    const events = count('events', state.events);
    const streams = new Recency<KeyedStream<E, V>>();
    try {
      for (const each of list('streams', state.streams)) {
        const stream = fields(each, ['key', 'state']);
        const key = nullOr('key', stream.key, text);
        if (streams.get(key)) throw badSnapshot(`snapshot: ${show(key)} is there twice`);
        streams.add(this.#resumed(key, stream.state));
      }
    } catch (error) {
      for (const stream of streams) stream.dispose();
      throw error;
    }
    this.dispose();
    this.#streams = streams;
    this.#events = events;
    this.#feedback = waiting;
  }

  /** Disposes of every model, without notification. */
  dispose(): void {
    for (const stream of this.#streams) stream.dispose();
    this.#streams.clear();
    this.#feedback.clear();
  }

  /** A detector of the same options, without callbacks. */
  #pupil(): StreamDetector<E, V> {
    const { onEvict: _, onReturn: __, ...options } = this.#options;
    const reader = { ...options.reader, onProblem: 'silent' as const };
    const changes = { reader, ahead: undefined }; // only its forecasters are of use
    const pupil = new StreamDetector<E, V>(withCallbacks(options, changes), this.#where);
    pupil.#learnt = this.#learnt;
    return pupil;
  }

  #stream(key: string | undefined, event: E): KeyedStream<E, V> {
    const known = this.#known(key, event);
    if (known !== undefined) return known;
    const stream = new KeyedStream(this.#context, key, this.#learnt.get(key));
    for (const feedback of this.#feedback.take(key)) stream.takeFeedback(feedback);
    return this.#begin(stream, event);
  }

  /** One that is alive, or that comes back. */
  #known(key: string | undefined, event?: E): KeyedStream<E, V> | undefined {
    const known = this.#streams.get(key);
    if (known !== undefined) return this.#streams.touch(known); // also when the event turns out to be unusable
    const saved = this.#options.onReturn?.(key);
    return saved && this.#begin(this.#resumed(key, unseal(saved, 'Stream', 1, null)), event);
  }

  #begin(stream: KeyedStream<E, V>, event: E | undefined): KeyedStream<E, V> {
    this.#streams.add(stream);
    if (this.size > this.#options.maxKeys) this.#evictOldest('capacity', event);
    return stream;
  }

  #alive(key: string | undefined): KeyedStream<E, V> {
    const stream = this.#streams.get(key);
    if (stream === undefined) throw new RangeError(`${this.#where}: no model of ${key} is alive`);
    return stream;
  }

  #resumed(key: string | undefined, saved: State): KeyedStream<E, V> {
    const stream = new KeyedStream(this.#context, key);
    stream.resume(saved);
    return stream;
  }

  #letIdleGo(stream: KeyedStream<E, V>, { time }: Observation): void {
    const { idleTimeout, clock } = this.#options;
    if (idleTimeout === undefined) return;
    stream.lastSeen = time ?? clock?.() ?? 0;
    const isIdle = ({ lastSeen }: KeyedStream<E, V>): boolean => stream.lastSeen - lastSeen > idleTimeout;
    while (this.#streams.oldest !== undefined && isIdle(this.#streams.oldest)) this.#evictOldest('idle');
  }

  #evictOldest(reason: Eviction['reason'], event?: E): void {
    const stream = this.#streams.oldest;
    if (stream === undefined) return;
    const { key, isWarmingUp } = stream;
    if (event !== undefined && isWarmingUp)
      this.#problems.add(evictedEarly(key, event, this.#events, this.#options));
    this.#streams.remove(stream);
    try {
      const { onEvict, packsRows } = this.#options;
      onEvict?.({ key, reason, snapshot: () => seal('Stream', 1, null, stream.save(packsRows)) });
    } finally {
      stream.dispose();
    }
  }
}

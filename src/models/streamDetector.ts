import type { Value, Verdict } from '../core/reading.ts';
import { defaultKey } from '../core/selectors.ts';
import type { Detector } from './detector.ts';
import { resolveLstmOptions } from './forecasters/lstmOptions.ts';
import { KeyedStream } from './keyedStream.ts';
import type { Observation } from './observation.ts';
import {
  asJson,
  fields,
  type Json,
  type Restorable,
  type Snapshot,
  seal,
  trusted,
  unseal,
} from './snapshot.ts';
import {
  checkStreamDetectorOptions,
  type Eviction,
  type StreamDetectorOptions,
} from './streamDetectorOptions.ts';
import { resolveThresholdOptions } from './threshold.ts';

/**
 * From events to verdicts: reads each event, finds the model of its key, judges and learns. A bounded number of models
 * is alive; the rest are let go, oldest first. Synchronous: what `detectAnomalies` wraps, and what a program that
 * needs snapshots uses directly.
 */
export class StreamDetector<E, V extends Value = number> implements Restorable {
  readonly #where: string;
  readonly #options: StreamDetectorOptions<E, V>;
  #streams: Map<string | undefined, KeyedStream<E, V>> = new Map(); // least recently seen first
  #events = 0;

  /**
   * @param where who is made, for messages
   * @throws RxAnomalyError BAD_OPTION
   */
  constructor(options: StreamDetectorOptions<E, V> = {}, where = 'StreamDetector') {
    checkStreamDetectorOptions(where, options);
    this.#where = where;
    this.#options = options;
  }

  /** Models alive. */
  get size(): number {
    return this.#streams.size;
  }

  /** The detector of a key, for those who want to look inside. */
  detector(key?: string): Detector | undefined {
    return this.#streams.get(key)?.detector;
  }

  /**
   * The verdict on an event; undefined when the policy left it out, or when nothing has yet told how many dimensions a
   * missing value would have had.
   */
  process(event: E): Verdict<E, V> | undefined {
    const stream = this.#stream((this.#options.key ?? defaultKey)(event));
    const observation = stream.read(event, this.#events++);
    if (observation === undefined) return undefined;
    this.#letIdleGo(stream, observation);
    return stream.process(event, observation);
  }

  snapshot(): Snapshot {
    const streams = [...this.#streams.values()].map((stream) => ({
      key: stream.key ?? null,
      state: stream.save(),
    }));
    return seal('StreamDetector', 1, this.#config(), { events: this.#events, streams });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'StreamDetector', 1, this.#config()));
    const streams = new Map<string | undefined, KeyedStream<E, V>>();
    try {
      for (const { key, state: saved } of trusted<{ key: string | null; state: Json }[]>(state.streams)) {
        streams.set(key ?? undefined, this.#resumed(key ?? undefined, saved));
      }
    } catch (error) {
      for (const stream of streams.values()) stream.dispose();
      throw error;
    }
    this.dispose();
    this.#streams = streams;
    this.#events = trusted<number>(state.events);
  }

  /** Lets every model go, without telling anyone. */
  dispose(): void {
    for (const stream of this.#streams.values()) stream.dispose();
    this.#streams.clear();
  }

  #stream(key: string | undefined): KeyedStream<E, V> {
    const known = this.#streams.get(key);
    if (known !== undefined) {
      if (this.#streams.size > 1) {
        // Most recently seen last, also when the event turns out to be of no use.
        this.#streams.delete(key);
        this.#streams.set(key, known);
      }
      return known;
    }
    const returned = this.#options.onReturn?.(key);
    const stream =
      returned === undefined
        ? new KeyedStream(this.#where, this.#options, key)
        : this.#resumed(key, unseal(returned, 'Stream', 1, null));
    this.#streams.set(key, stream);
    if (this.#streams.size > (this.#options.maxKeys ?? 1000)) this.#evictOldest('capacity');
    return stream;
  }

  #resumed(key: string | undefined, saved: Json): KeyedStream<E, V> {
    const stream = new KeyedStream(this.#where, this.#options, key);
    stream.resume(saved);
    return stream;
  }

  #letIdleGo(stream: KeyedStream<E, V>, { time }: Observation): void {
    const { idleTimeout, clock } = this.#options;
    if (idleTimeout === undefined) return;
    stream.lastSeen = time ?? clock?.() ?? 0;
    for (const { lastSeen } of this.#streams.values()) {
      if (stream.lastSeen - lastSeen <= idleTimeout) break;
      this.#evictOldest('idle');
    }
  }

  #evictOldest(reason: Eviction['reason']): void {
    for (const [key, stream] of this.#streams) {
      this.#streams.delete(key);
      try {
        this.#options.onEvict?.({ key, reason, snapshot: () => seal('Stream', 1, null, stream.save()) });
      } finally {
        stream.dispose();
      }
      return;
    }
  }

  /** The parts of the configuration that the models do not check themselves. */
  #config(): Json {
    return asJson({
      keyed: this.#options.key !== undefined,
      transform: this.#options.transform ?? 'none',
      threshold: resolveThresholdOptions(this.#where, this.#options),
      lstm: this.#options.forecaster === undefined ? resolveLstmOptions(this.#where, this.#options, 1) : null,
    });
  }
}
<<<<<<< HEAD
=======

/** @throws RxAnomalyError BAD_OPTION naming the option */
export function checkStreamDetectorOptions<E, V extends Value>(
  where: string,
  options: StreamDetectorOptions<E, V>,
): void {
  const check = optionChecks(where);
  check.known(options, STREAM_DETECTOR_OPTION_NAMES);
  checkIntakeOptions(where, options);
  resolveThresholdOptions(where, options);
  resolveLstmOptions(where, options, 1);
  for (const name of ['key', 'forecaster', 'scorer', 'onEvict', 'onReturn'] as const) {
    check.optionalFunction(name, options[name]);
  }
  check.oneOf('transform', options.transform ?? 'none', ['none', 'logReturn']);
  anomalyWeight(where, options.learnFromAnomalies ?? true);
  check.positiveInteger('maxKeys', options.maxKeys ?? 1);
  if (options.idleTimeout !== undefined) check.positive('idleTimeout', options.idleTimeout);
  const useless = options.forecaster && LSTM_OPTION_NAMES.find((name) => name in options);
  if (useless)
    throw badOption(
      where,
      useless,
      'left out where a forecaster is given',
      options[useless as keyof LstmOptions],
    );
}

function snapshotStream<E, V extends Value>({ intake, transform, detector, lastSeen }: Stream<E, V>): object {
  return {
    intake: intake.save(),
    transform: transform.save(),
    lastSeen: Number.isFinite(lastSeen) ? lastSeen : null,
    detector: detector?.snapshot() ?? null,
  };
}

/** What the subscriber gets of a judgement, in units of the stream. */
export function toVerdict<E, V extends Value>(
  event: E,
  key: string | undefined,
  { time, value: raw, imputed: filled }: Observation,
  judgement: Judgement,
  intake: Intake<E, V>,
  transform: Transform,
): Verdict<E, V> {
  const { prediction, score, isAnomaly, severity, warmingUp, startOfIncident, imputed } = judgement;
  const expected = transform.inverse(prediction.expected);
  return {
    event,
    time,
    key,
    value: intake.shape(raw.map((value, d) => (Number.isNaN(value) ? expected[d] : value))),
    expected: intake.shape(expected),
    lower: intake.shape(transform.inverse(prediction.lower)),
    upper: intake.shape(transform.inverse(prediction.upper)),
    residual: intake.shape(raw.map((value, d) => (filled || Number.isNaN(value) ? 0 : value - expected[d]))),
    score,
    severity,
    isAnomaly,
    warmingUp,
    imputed,
    startOfIncident,
    attribution: intake.shape(judgement.attribution),
  };
}
>>>>>>> e5b222e (detectFleet: thousands of keys under one set of weights; verdicts at once, engine work micro-batched)

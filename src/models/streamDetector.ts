import { badOption, optionChecks } from '../core/options.ts';
import type { Value, Verdict } from '../core/reading.ts';
import { defaultKey } from '../core/selectors.ts';
import { anomalyWeight, Detector, type Judgement } from './detector.ts';
import type { ForecasterFactory } from './forecaster.ts';
import { LstmForecaster } from './forecasters/lstmForecaster.ts';
import { LSTM_OPTION_NAMES, type LstmOptions, resolveLstmOptions } from './forecasters/lstmOptions.ts';
import { checkIntakeOptions, INTAKE_OPTION_NAMES, Intake, type IntakeOptions } from './intake.ts';
import type { Observation } from './observation.ts';
import type { ScorerFactory } from './scorer.ts';
import {
  asJson,
  fields,
  type Json,
  nestedSnapshot,
  type Restorable,
  type Snapshot,
  seal,
  unseal,
} from './snapshot.ts';
import { resolveThresholdOptions, THRESHOLD_OPTION_NAMES, type ThresholdOptions } from './threshold.ts';
import { createTransform, type Transform, type TransformName } from './transform.ts';

/** A model that was let go. */
export interface Eviction {
  readonly key: string | undefined;
  /** `'capacity'`: more keys than `maxKeys`; `'idle'`: no event for `idleTimeout`. */
  readonly reason: 'capacity' | 'idle';
  /** The model's state, made when called; only within the callback. `onReturn` can bring it back. */
  snapshot(): Snapshot;
}

/** Everything about detecting anomalies in one or many streams. Options of the LSTM and of the threshold are flat. */
export interface StreamDetectorOptions<E, V extends Value>
  extends IntakeOptions<E, V>,
    LstmOptions,
    ThresholdOptions {
  /** The stream that an event belongs to; each gets a model of its own. @default its field `key`; one stream if it has none */
  readonly key?: (event: E) => string | undefined;
  /**
   * What is modelled instead of the values: `'logReturn'` for prices. Forecasts, bounds and residuals come back in units
   * of the values.
   * @default 'none'
   */
  readonly transform?: TransformName;
  /** A forecaster in the place of the LSTM; the options of the LSTM may then not be given. */
  readonly forecaster?: ForecasterFactory;
  /** @default an `EvidenceScorer` */
  readonly scorer?: ScorerFactory;
  /** How much is learnt from flagged events: all, nothing, or a weight from 0 to 1. @default true */
  readonly learnFromAnomalies?: boolean | number;
  /** Models that are alive at most; the one that was idle longest gives way. @default 10000 */
  readonly maxKeys?: number;
  /**
   * Milliseconds without an event after which a key's model is let go: of event time where events have times, else of
   * the clock. @default never
   */
  readonly idleTimeout?: number;
  /** Told of every model that is let go, before it is disposed of. */
  readonly onEvict?: (eviction: Eviction) => void;
  /** Asked when a key appears that has no model: its snapshot if it was here before, undefined if it is new. */
  readonly onReturn?: (key: string | undefined) => Snapshot | undefined;
}

export const STREAM_DETECTOR_OPTION_NAMES: readonly string[] = [
  ...INTAKE_OPTION_NAMES,
  ...LSTM_OPTION_NAMES,
  ...THRESHOLD_OPTION_NAMES,
  'key',
  'transform',
  'forecaster',
  'scorer',
  'learnFromAnomalies',
  'maxKeys',
  'idleTimeout',
  'onEvict',
  'onReturn',
];

/** One key's model. */
interface Stream<E, V extends Value> {
  readonly intake: Intake<E, V>;
  readonly transform: Transform;
  detector: Detector | undefined; // once the first event has told the dimensions
  lastSeen: number;
}

/**
 * From events to verdicts: reads each event, finds the model of its key, judges and learns. A bounded number of models
 * is alive; the rest are let go, oldest first. Synchronous: what `detectAnomalies` wraps, and what a program that
 * needs snapshots uses directly.
 */
export class StreamDetector<E, V extends Value> implements Restorable {
  readonly #where: string;
  readonly #options: StreamDetectorOptions<E, V>;
  readonly #maxKeys: number;
  readonly #clock: () => number;
  readonly #streams: Map<string | undefined, Stream<E, V>> = new Map(); // least recently seen first
  #events = 0;

  /**
   * @param where who is made, for messages
   * @param clock milliseconds; asked only for streams without times under `idleTimeout`
   * @throws RxAnomalyError BAD_OPTION
   */
  constructor(where: string, options: StreamDetectorOptions<E, V>, clock: () => number) {
    checkStreamDetectorOptions(where, options);
    this.#where = where;
    this.#options = options;
    this.#maxKeys = options.maxKeys ?? 10_000;
    this.#clock = clock;
  }

  /** Models alive. */
  get size(): number {
    return this.#streams.size;
  }

  /** The detector of a key, for those who want to look inside. */
  detector(key?: string): Detector | undefined {
    return this.#streams.get(key)?.detector;
  }

  /** The verdict on an event; undefined when the policy left it out. */
  process(event: E): Verdict<E, V> | undefined {
    const key = (this.#options.key ?? defaultKey)(event);
    const stream = this.#stream(key);
    const observation = stream.intake.read(event, this.#events++);
    if (observation === undefined) return undefined;
    this.#letIdleGo(stream, observation);
    const { intake, transform } = stream;
    stream.detector ??= this.#createDetector(observation.value.length);
    const judgement = stream.detector.process({
      ...observation,
      value: transform.forward(observation.value),
    });
    const verdict = toVerdict(event, key, observation, judgement, intake, transform);
    transform.learn(observation.value);
    return verdict;
  }

  snapshot(): Snapshot {
    const streams = [...this.#streams].map(([key, stream]) => ({
      key: key ?? null,
      ...snapshotStream(stream),
    }));
    return seal('StreamDetector', 1, this.#config(), { events: this.#events, streams: asJson(streams) });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'StreamDetector', 1, this.#config()));
    this.dispose();
    this.#events = state['events'] as number;
    for (const saved of state['streams'] as readonly Json[]) {
      const { key, ...stream } = fields(saved);
      const name = (key as string | null) ?? undefined;
      this.#streams.set(name, this.#restoreStream(name, stream));
    }
  }

  /** Lets every model go, without telling anyone. */
  dispose(): void {
    for (const { detector } of this.#streams.values()) detector?.dispose();
    this.#streams.clear();
  }

  #stream(key: string | undefined): Stream<E, V> {
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
        ? this.#newStream(key)
        : this.#restoreStream(key, fields(unseal(returned, 'Stream', 1, null)));
    this.#streams.set(key, stream);
    if (this.#streams.size > this.#maxKeys) this.#evictOldest('capacity');
    return stream;
  }

  #letIdleGo(stream: Stream<E, V>, { time }: Observation): void {
    const { idleTimeout } = this.#options;
    if (idleTimeout === undefined) return;
    stream.lastSeen = time ?? this.#clock();
    for (const { lastSeen } of this.#streams.values()) {
      if (stream.lastSeen - lastSeen <= idleTimeout) break;
      this.#evictOldest('idle');
    }
  }

  #evictOldest(reason: Eviction['reason']): void {
    for (const [key, stream] of this.#streams) {
      this.#streams.delete(key);
      const snapshot = (): Snapshot => seal('Stream', 1, null, asJson(snapshotStream(stream)));
      try {
        this.#options.onEvict?.({ key, reason, snapshot });
      } finally {
        stream.detector?.dispose();
      }
      return;
    }
  }

  #createDetector(dimensions: number): Detector {
    const { scorer, learnFromAnomalies = true } = this.#options;
    return new Detector({
      dimensions,
      forecaster:
        this.#options.forecaster ?? ((D) => new LstmForecaster({ dimensions: D, ...this.#lstmOptions() })),
      ...(scorer === undefined ? {} : { scorer }),
      threshold: resolveThresholdOptions(this.#where, this.#options),
      learnFromAnomalies,
    });
  }

  #lstmOptions(): LstmOptions {
    const given = Object.entries(this.#options).filter(([name]) => LSTM_OPTION_NAMES.includes(name));
    return Object.fromEntries(given) as LstmOptions;
  }

  #newStream(key: string | undefined): Stream<E, V> {
    const transform = createTransform(this.#options.transform ?? 'none');
    const intake = new Intake<E, V>(this.#where, this.#options, key, (value) => transform.refuse(value));
    return { intake, transform, detector: undefined, lastSeen: -Infinity };
  }

  #restoreStream(key: string | undefined, saved: { readonly [name: string]: Json }): Stream<E, V> {
    const stream = this.#newStream(key);
    const { intake, transform } = stream;
    intake.resume(saved['intake']);
    transform.resume(saved['transform']);
    if (typeof saved['lastSeen'] === 'number') stream.lastSeen = saved['lastSeen'];
    if (saved['detector'] !== null && intake.dimensions !== undefined) {
      stream.detector = this.#createDetector(intake.dimensions);
      stream.detector.restore(nestedSnapshot(saved['detector']));
    }
    return stream;
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

function toVerdict<E, V extends Value>(
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

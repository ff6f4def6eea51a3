import type { Value, Verdict } from '../core/reading.ts';
import { ACCEPTED, Acceptance } from './decision/acceptance.ts';
import type { Feedback } from './decision/feedback.ts';
import { type Suppression, suppressed } from './decision/suppression.ts';
import { resolveThresholdOptions } from './decision/threshold.ts';
import { type Detection, Detector } from './detector.ts';
import { LstmForecaster } from './forecasters/lstmForecaster.ts';
import { lstmOptionsOf } from './forecasters/lstmOptions.ts';
import type { Observation } from './observation.ts';
import { EventReader } from './reader.ts';
import { fields, nest, nestedSnapshot, type State, trusted } from './snapshot.ts';
import type { StreamDetectorOptions } from './streamDetectorOptions.ts';
import { createTransform, type Transform } from './transform.ts';

/** One key's stream: how its events are read, what is done to its values, and its detector. */
export class KeyedStream<E, V extends Value> {
  readonly key: string | undefined;
  /** When it was last heard of, milliseconds; −∞ while no event was of use. */
  lastSeen: number;
  readonly #where: string;
  readonly #options: StreamDetectorOptions<E, V>;
  readonly #reader: EventReader<E, V>;
  readonly #transform: Transform;
  readonly #suppression: Suppression | undefined;
  readonly #acceptance: Acceptance = new Acceptance();
  #missed: readonly number[] = []; // scores that were called missed before there was a detector
  #detector: Detector | undefined; // once the first event has told the dimensions

  /**
   * @param where who reads, for messages
   * @param suppression what `options.suppress` says, once for all keys
   */
  constructor(
    where: string,
    options: StreamDetectorOptions<E, V>,
    key: string | undefined,
    suppression?: Suppression,
  ) {
    const transform = createTransform(options.transform ?? 'none');
    this.key = key;
    this.lastSeen = Number.NEGATIVE_INFINITY;
    this.#where = where;
    this.#options = options;
    this.#transform = transform;
    this.#suppression = suppression;
    this.#reader = new EventReader<E, V>(where, options, key, (value) => transform.refuse(value));
  }

  get detector(): Detector | undefined {
    return this.#detector;
  }

  /** The observation in an event; undefined when the policy leaves it out. */
  read(event: E, index: number): Observation | undefined {
    return this.#reader.read(event, index);
  }

  /** Judges an observation that was read from `event`, then learns from it. */
  process(event: E, observation: Observation): Verdict<E, V> {
    const transform = this.#transform;
    this.#detector ??= this.#createDetector(observation.value.length);
    const { time, value, imputed } = observation;
    const modelled = { time, value: transform.forward(value), imputed };
    const detection = this.#detector.detect(modelled);
    const verdict = toVerdict(event, this.key, observation, detection, this.#reader, transform);
    const rule = detection.isAnomaly ? this.#ruleFor(verdict) : undefined;
    this.#detector.learn(modelled, rule === undefined ? detection : { ...detection, isAnomaly: false });
    transform.learn(value);
    return rule === undefined ? verdict : suppressed(verdict, rule);
  }

  /**
   * Takes in what a person says. What is normal is left alone from now on, as by a rule of suppression; what was missed
   * takes that back and makes the threshold of this key ask for less evidence.
   */
  takeFeedback(feedback: Feedback): void {
    this.#acceptance.add(feedback);
    if (feedback.kind !== 'missed') return;
    if (this.#detector === undefined) this.#missed = [...this.#missed, feedback.score];
    else this.#detector.threshold.lower(feedback.score);
  }

  save(): State {
    return {
      reader: this.#reader.save(),
      transform: this.#transform.save(),
      lastSeen: Number.isFinite(this.lastSeen) ? this.lastSeen : null,
      detector: this.#detector === undefined ? null : nest(this.#detector.snapshot()),
      ...(this.#acceptance.size === 0 ? {} : { acceptance: this.#acceptance.save() }),
      ...(this.#missed.length === 0 ? {} : { missed: this.#missed }),
    };
  }

  /** Takes back what `save` gave; when it throws, the stream is of no more use and disposed of. */
  resume(saved: State | undefined): void {
    const { reader, transform, lastSeen, detector, acceptance, missed } = fields(saved);
    this.#acceptance.resume(acceptance);
    this.#missed = trusted<readonly number[]>(missed ?? []);
    this.#reader.resume(reader);
    this.#transform.resume(transform);
    if (typeof lastSeen === 'number') this.lastSeen = lastSeen;
    if (detector === null || this.#reader.dimensions === undefined) return;
    this.#detector = this.#createDetector(this.#reader.dimensions);
    try {
      this.#detector.restore(nestedSnapshot(detector));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#detector?.dispose();
  }

  #ruleFor(verdict: Verdict<E, V>): string | undefined {
    return this.#acceptance.covers(verdict) ? ACCEPTED : this.#suppression?.ruleFor(verdict);
  }

  #createDetector(dimensions: number): Detector {
    const { forecaster, scorer, drift, recurring, acceptAfter, learnFromAnomalies } = this.#options;
    const detector = new Detector({
      dimensions,
      forecaster:
        forecaster ?? ((D) => new LstmForecaster({ dimensions: D, ...lstmOptionsOf(this.#options) })),
      ...(scorer === undefined ? {} : { scorer }),
      threshold: resolveThresholdOptions(this.#where, this.#options),
      ...(drift === undefined ? {} : { drift }),
      ...(recurring === undefined ? {} : { recurring }),
      ...(acceptAfter === undefined ? {} : { acceptAfter }),
      ...(learnFromAnomalies === undefined ? {} : { learnFromAnomalies }),
    });
    for (const score of this.#missed) detector.threshold.lower(score);
    this.#missed = [];
    return detector;
  }
}

/** What the subscriber gets of a judgement, in units of the stream. */
export function toVerdict<E, V extends Value>(
  event: E,
  key: string | undefined,
  { time, value: raw, imputed: filled }: Observation,
  detection: Detection,
  reader: EventReader<E, V>,
  transform: Transform,
): Verdict<E, V> {
  const { prediction, score, isAnomaly, severity, warmingUp, startOfIncident, imputed } = detection;
  const expected = transform.inverse(prediction.expected);
  const value = raw.slice();
  const residual = new Array<number>(value.length);
  for (let d = 0; d < value.length; d++) {
    const missing = Number.isNaN(value[d]);
    residual[d] = filled || missing ? 0 : value[d] - expected[d];
    if (missing) value[d] = expected[d];
  }
  const verdict = {
    event,
    time,
    key,
    value: reader.shape(value),
    expected: reader.shape(expected),
    lower: reader.shape(transform.inverse(prediction.lower)),
    upper: reader.shape(transform.inverse(prediction.upper)),
    residual: reader.shape(residual),
    score,
    severity,
    isAnomaly,
    warmingUp,
    imputed,
    startOfIncident,
    attribution: reader.shape(detection.attribution),
  };
  return detection.drift ? { ...verdict, drift: true } : verdict;
}

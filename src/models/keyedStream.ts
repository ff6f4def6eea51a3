import { RxAnomalyError } from '../core/errors.ts';
import { show } from '../core/options.ts';
import type { AheadStep, Value, Verdict } from '../core/reading.ts';
import { noticeFallback } from '../numerics/engines/fallback.ts';
import { AheadForecaster, type AheadPrediction } from './ahead/aheadForecaster.ts';
import { withCovariates } from './covariates/covariateForecaster.ts';
import { ACCEPTED, Acceptance } from './decision/acceptance.ts';
import type { Feedback } from './decision/feedback.ts';
import { suppressed } from './decision/suppression.ts';
import type { Detection, Detector, DetectorPlace, Learnt } from './detector.ts';
import { EventReader } from './eventReader.ts';
import type { Observation } from './forecaster.ts';
import type { Dated } from './recency.ts';
import { nest, nestedSnapshot, type Snapshot } from './snapshot/snapshot.ts';
import { badSnapshot, fields, list, nullOr, number, type State, time } from './snapshot/state.ts';
import type { ResolvedStreamDetector } from './streamDetectorOptions.ts';
import { createTransform, type Transform } from './transform.ts';

/** One key's stream: its reader, its transform, and its detector. */
export class KeyedStream<E, V extends Value> implements Dated<KeyedStream<E, V>> {
  readonly key: string | undefined;
  newer: KeyedStream<E, V> | undefined = undefined;
  older: KeyedStream<E, V> | undefined = undefined;
  /** Time of its last event, milliseconds; −∞ while no event was of use. */
  lastSeen: number;
  /** Whether its newest event fell into the warm-up; true before the first. */
  isWarmingUp = true;
  readonly #where: string;
  readonly #options: ResolvedStreamDetector<E, V>;
  readonly #reader: EventReader<E, V>;
  readonly #transform: Transform;
  #acceptance: Acceptance | undefined; // once there was feedback
  #missed: readonly number[] = NO_SCORES; // scores that were called missed before there was a detector
  #place: DetectorPlace | undefined; // known after the first event
  readonly #newPlace: (dimensions: number, covariates: number) => DetectorPlace;
  #ahead: AheadForecaster | undefined; // made with the detector, where it is asked for
  readonly #learnt: Snapshot | undefined;
  #slow: string | undefined; // why its engine is slow, until it was reported
  #dormant: (() => State) | undefined; // reads a saved state that nothing was asked of yet

  /**
   * @param where who reads, for messages
   * @param newPlace makes its detector
   * @param learnt what its detector begins with in the place of `initial`; of an earlier pass over the same events
   */
  constructor(
    where: string,
    options: ResolvedStreamDetector<E, V>,
    key: string | undefined,
    newPlace: (dimensions: number, covariates: number) => DetectorPlace,
    learnt?: Snapshot,
  ) {
    const transform = createTransform(options.transform);
    this.key = key;
    this.lastSeen = Number.NEGATIVE_INFINITY;
    this.#where = where;
    this.#options = options;
    this.#newPlace = newPlace;
    this.#learnt = learnt;
    this.#transform = transform;
    this.#reader = new EventReader<E, V>(where, options.reader, key, transform.refuse);
  }

  get detector(): Detector | undefined {
    this.#wake();
    return this.#place?.detector;
  }

  /** Undefined before the first event that shows them. */
  get dimensions(): number | undefined {
    return this.#reader.dimensions;
  }

  /** The observation in an event; undefined when the policy leaves it out. */
  read(event: E, index: number): Observation | undefined {
    this.#wake();
    return this.#reader.read(event, index);
  }

  /** The verdict on an observation that was read from `event`; then learns from it. */
  process(event: E, observation: Observation): Verdict<E, V> {
    const transform = this.#transform;
    this.#place ??= this.#beginDetector(observation.value.length);
    if (this.#slow !== undefined) {
      this.#reader.reportSlowEngine(event, this.#slow);
      this.#slow = undefined;
    }
    const { detector } = this.#place;
    const { time, value, imputed } = observation;
    const { calendar } = this.#options;
    const calendarTime = calendar === undefined || time === undefined ? time : calendar.at(time);
    const { covariates } = observation;
    const moment = { time, calendarTime, value: transform.forward(value), imputed };
    const modelled = covariates === undefined ? moment : { ...moment, covariates };
    const detection = detector.detect(modelled);
    const verdict = toVerdict(event, this.key, observation, detection, this.#reader, transform);
    this.isWarmingUp = detection.warmingUp;
    const { isAnomaly, pending = false } = detection;
    const rule = isAnomaly || pending ? this.#ruleFor(verdict) : undefined;
    const learnt = detector.learn(modelled, rule === undefined ? detection : overruled(detection));
    transform.learn(value);
    const decided = isAnomaly && rule !== undefined ? suppressed(verdict, rule) : verdict;
    if (this.#ahead === undefined) return decided;
    const ahead = this.#forecastAhead(this.#ahead, { ...observation, calendarTime }, learnt);
    return ahead === undefined ? decided : { ...decided, ahead };
  }

  /**
   * Applies a person's feedback. Normal values are suppressed from now on, like by a rule; a missed anomaly reverts
   * that and lowers the threshold of this key.
   */
  takeFeedback(feedback: Feedback): void {
    this.#wake();
    this.#acceptance ??= new Acceptance();
    this.#acceptance.add(feedback);
    if (feedback.kind !== 'missed') return;
    if (this.#place === undefined) this.#missed = [...this.#missed, feedback.score];
    else this.#place.detector.threshold.lower(feedback.score);
  }

  save(): State {
    if (this.#dormant !== undefined) return this.#dormant();
    return {
      reader: this.#reader.save(),
      transform: this.#transform.save(),
      lastSeen: Number.isFinite(this.lastSeen) ? this.lastSeen : null,
      detector: this.#place === undefined ? NONE_YET : nest(this.#place.detector.snapshot()),
      ...(this.#ahead === undefined ? {} : { ahead: nest(this.#ahead.snapshot()) }),
      ...(this.#acceptance === undefined || this.#acceptance.size === 0
        ? {}
        : { acceptance: this.#acceptance.save() }),
      ...(this.#missed.length === 0 ? {} : { missed: this.#missed }),
    };
  }

  /** Takes back what `save` gave; when it throws, the stream is of no more use and disposed of. */
  resume(saved: State | undefined): void {
    const { reader, transform, lastSeen, detector, ahead, acceptance, missed } = fields(saved, PARTS, MAYBE);
    this.isWarmingUp = false; // not known, and of an earlier run
    this.#acceptance = undefined;
    if (acceptance !== undefined) {
      this.#acceptance = new Acceptance();
      this.#acceptance.resume(acceptance);
    }
    this.#missed = list('missed', missed ?? []).map((score) => number('missed', score, 0, 1));
    this.#reader.resume(reader);
    this.#transform.resume(transform, this.#reader.dimensions);
    this.lastSeen = nullOr('lastSeen', lastSeen, time) ?? Number.NEGATIVE_INFINITY;
    if (detector === NONE_YET) return;
    const snapshot = nestedSnapshot(detector);
    const { dimensions } = this.#reader;
    // Before it is made: a wrong number of dimensions might cost gigabytes.
    if (dimensions === undefined || fields(snapshot.config).dimensions !== dimensions)
      throw badSnapshot(`snapshot: its models are not of ${dimensions ?? 'unknown'} dimensions`);
    this.#place = this.#createDetector(dimensions);
    try {
      this.#place.detector.restore(snapshot);
      if (ahead !== undefined) this.#resumeAhead(nestedSnapshot(ahead));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * Takes back what `save` gave when something is asked of the stream for the first time: many streams are not resumed at
   * one go. What is asked then throws BAD_SNAPSHOT, naming the key, where `resume` would.
   *
   * @param read gives the saved state
   * @param lastSeen as it was then
   */
  resumeLater(read: () => State, lastSeen: number): void {
    this.lastSeen = lastSeen;
    this.#dormant = read;
  }

  #wake(): void {
    const read = this.#dormant;
    if (read === undefined) return;
    try {
      this.resume(read());
      this.#dormant = undefined;
    } catch (error) {
      if (!(error instanceof RxAnomalyError)) throw error;
      const where = this.key === undefined ? 'the model' : `the model of ${show(this.key)}`;
      throw new RxAnomalyError(error.code, `${where} cannot be resumed: ${error.message}`, { cause: error });
    }
  }

  dispose(): void {
    this.#ahead?.dispose();
    this.#place?.dispose();
    this.#place = undefined;
  }

  /** What is expected after an observation that the detector has learnt; undefined where it is not due. */
  #forecastAhead(
    ahead: AheadForecaster,
    observation: Observation,
    { value, weight }: Learnt,
  ): AheadStep<V>[] | undefined {
    const known = observation.value.map((each, d) => (Number.isNaN(value[d]) ? Number.NaN : each));
    ahead.learn({ ...observation, value: known }, weight);
    return ahead.isDue ? toAheadSteps(ahead.predictAhead(), this.#reader) : undefined;
  }

  /** What was saved of other steps or quantiles is of no use: they are calibrated anew. */
  #resumeAhead(snapshot: Snapshot): void {
    if (this.#ahead === undefined) return;
    const { config } = this.#ahead.snapshot();
    if (JSON.stringify(config) === JSON.stringify(snapshot.config)) this.#ahead.restore(snapshot);
  }

  #ruleFor(verdict: Verdict<E, V>): string | undefined {
    return this.#acceptance?.covers(verdict) ? ACCEPTED : this.#options.suppression?.ruleFor(verdict);
  }

  #beginDetector(dimensions: number): DetectorPlace {
    const learnt = this.#learnt ?? this.#options.initial;
    const expected = learnt === undefined ? dimensions : fields(learnt.config).dimensions;
    if (this.#learnt === undefined && expected !== dimensions)
      throw badSnapshot(
        `${this.#where}: initialState is of ${expected} dimensions, and the events${this.key === undefined ? '' : ` of ${show(this.key)}`} of ${dimensions}; give streams of other events a detector of their own`,
      );
    const place = this.#createDetector(dimensions);
    if (learnt !== undefined) place.detector.adopt(learnt);
    return place;
  }

  #createDetector(dimensions: number): DetectorPlace {
    const [place, slow] = noticeFallback(() => this.#createModels(dimensions));
    this.#slow = slow;
    return place;
  }

  #createModels(dimensions: number): DetectorPlace {
    const { covariates } = this.#reader;
    const place = this.#newPlace(dimensions, covariates);
    for (const score of this.#missed) place.detector.threshold.lower(score);
    this.#missed = NO_SCORES;
    const { ahead, createForecaster } = this.#options;
    const copied = covariates === 0 ? createForecaster : withCovariates(createForecaster, covariates);
    if (ahead !== undefined)
      this.#ahead = new AheadForecaster(
        { ...ahead, dimensions, forecaster: copied },
        { forecaster: place.detector.forecaster, transform: this.#transform },
      );
    return place;
  }
}

const NO_SCORES: readonly number[] = [];
const PARTS = ['reader', 'transform', 'lastSeen', 'detector'] as const;
const MAYBE = ['ahead', 'acceptance', 'missed'] as const;
/** In the place of the detector's state, while there was no event of use. */
const NONE_YET = 'none yet';

/** What is learnt of an event that a rule suppresses: it is like any other, and confirms nothing. */
function overruled({ pending, ...detection }: Detection): Detection {
  return { ...detection, isAnomaly: false };
}

/** What the subscriber gets of a detection, in units of the stream. */
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
    if (Number.isNaN(value[d])) value[d] = expected[d];
    residual[d] = filled ? 0 : value[d] - expected[d];
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
  return detection.drift ? { ...verdict, drift: detection.drift } : verdict;
}

/** What the subscriber gets of forecasts. */
export function toAheadSteps<E, V extends Value>(
  ahead: readonly AheadPrediction[],
  reader: Pick<EventReader<E, V>, 'shape'>,
): AheadStep<V>[] {
  return ahead.map(({ step, time, expected, quantiles }) => ({
    step,
    time,
    expected: reader.shape(expected),
    quantiles: quantiles.map((quantile) => reader.shape(quantile)),
  }));
}

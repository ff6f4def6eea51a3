import { RxAnomalyError } from '../core/errors.ts';
import { show } from '../core/options.ts';
import type { AheadStep, Value, Verdict } from '../core/reading.ts';
import { noticeFallback } from '../numerics/engines/fallback.ts';
import { AheadForecaster } from './ahead/aheadForecaster.ts';
import { withCovariates } from './covariates/covariateForecaster.ts';
import type { Feedback } from './decision/feedback.ts';
import { ACCEPTED, FeedbackRecord } from './decision/feedbackRecord.ts';
import { suppressed } from './decision/suppression.ts';
import type { Detector, Learnt, LearntDetection, NewestDetection } from './detector.ts';
import type { DetectorPlace } from './detectorPlace.ts';
import { EventReader } from './eventReader.ts';
import type { Observation } from './forecaster.ts';
import type { Dated } from './recency.ts';
import { nest, nestedSnapshot, type Snapshot } from './snapshot/snapshot.ts';
import { badSnapshot, fields, nullOr, type State, time } from './snapshot/state.ts';
import type { ResolvedStreamDetector } from './streamDetectorOptions.ts';
import { toAheadSteps, toVerdict } from './toVerdict.ts';
import { createTransform, type Transform } from './transform.ts';

/** What the streams of one detector share. */
export interface KeyedContext<E, V extends Value> {
  /** Who reads, for messages. */
  readonly where: string;
  readonly options: ResolvedStreamDetector<E, V>;
  /** Makes the detector of a key. */
  readonly newPlace: (dimensions: number, covariates: number) => DetectorPlace;
}

/** What few streams have: an object less for each of many thousands. */
interface Rare {
  /** Once there was feedback. */
  feedback?: FeedbackRecord;
  /** Made with the detector, where it is asked for. */
  ahead?: AheadForecaster;
  /** What its detector begins with in the place of `initial`. */
  learnt?: Snapshot;
  /** Reads a saved state that nothing was asked of yet. */
  dormant?: () => State;
}

/** One key's stream: its reader, its transform, and its detector. */
export class KeyedStream<E, V extends Value> implements Dated<KeyedStream<E, V>> {
  readonly key: string | undefined;
  newer: KeyedStream<E, V> | undefined = undefined;
  older: KeyedStream<E, V> | undefined = undefined;
  /** Time of its last event, milliseconds; −∞ while no event was of use. */
  lastSeen: number;
  /** Whether its newest event fell into the warm-up; true before the first. */
  isWarmingUp = true;
  readonly #context: KeyedContext<E, V>;
  readonly #reader: EventReader<E, V>;
  readonly #transform: Transform;
  #place: DetectorPlace | undefined; // known after the first event
  #slow: string | undefined; // why its engine is slow, until it was reported
  #rare: Rare | undefined;

  /** @param learnt what its detector begins with in the place of `initial`; of an earlier pass over the same events */
  constructor(context: KeyedContext<E, V>, key: string | undefined, learnt?: Snapshot) {
    const { where, options } = context;
    const transform = createTransform(options.transform);
    this.key = key;
    this.lastSeen = Number.NEGATIVE_INFINITY;
    this.#context = context;
    this.#transform = transform;
    this.#reader = new EventReader<E, V>(where, options.reader, key, transform.refuse);
    if (learnt !== undefined) this.#rare = { learnt };
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
    const { time, value } = observation;
    const { calendar } = this.#context.options;
    const calendarTime = calendar === undefined || time === undefined ? time : calendar.at(time);
    const forward = transform.forward(value);
    const modelled =
      forward === value && calendarTime === time
        ? observation // as nearly all are
        : { ...observation, calendarTime, value: forward };
    const detection = detector.detectInPlace(modelled);
    const verdict = toVerdict(event, this.key, observation, detection, this.#reader, transform);
    this.isWarmingUp = detection.warmingUp;
    const { isAnomaly, pending } = detection;
    const rule = isAnomaly || pending ? this.#ruleFor(verdict) : undefined;
    const learnt = detector.learn(modelled, rule === undefined ? detection : overruled(detection));
    transform.learn(value);
    const decided = isAnomaly && rule !== undefined ? suppressed(verdict, rule) : verdict;
    const forecaster = this.#rare?.ahead;
    if (forecaster === undefined) return decided;
    const ahead = this.#forecastAhead(forecaster, { ...observation, calendarTime }, learnt);
    return ahead === undefined ? decided : { ...decided, ahead };
  }

  /**
   * Applies a person's feedback. Normal values are suppressed from now on, like by a rule; a missed anomaly reverts
   * that and lowers the threshold of this key.
   *
   * @returns false where there was nothing to clear
   */
  takeFeedback(feedback: Feedback): boolean {
    this.#wake();
    const record = this.#rare?.feedback ?? new FeedbackRecord();
    const isKnown = record.add(feedback);
    if (record.size > 0) this.#rare = { ...this.#rare, feedback: record };
    else delete this.#rare?.feedback;
    const threshold = this.#place?.detector.threshold;
    if (feedback.kind === 'missed') threshold?.lower(feedback.score);
    else if (feedback.kind === 'clear' && isKnown) threshold?.lowerOnly(record.missed);
    return isKnown;
  }

  /** @param isPacked in the form of its place, where it has one */
  save(isPacked = false): State {
    const { dormant, ahead, feedback } = this.#rare ?? {};
    if (dormant !== undefined) return dormant();
    const place = this.#place;
    return {
      reader: this.#reader.save(),
      transform: this.#transform.save(),
      lastSeen: Number.isFinite(this.lastSeen) ? this.lastSeen : null,
      detector:
        place === undefined
          ? NONE_YET
          : ((isPacked ? place.packed?.pack() : undefined) ?? nest(place.detector.snapshot())),
      ...(ahead === undefined ? {} : { ahead: nest(ahead.snapshot()) }),
      ...(feedback === undefined ? {} : { feedback: feedback.save() }),
    };
  }

  /** Takes back what `save` gave; when it throws, the stream is of no more use and disposed of. */
  resume(saved: State | undefined): void {
    const { reader, transform, lastSeen, detector, ahead, feedback } = fields(saved, PARTS, MAYBE);
    this.isWarmingUp = false; // not known, and of an earlier run
    const { feedback: _, ...others } = this.#rare ?? {};
    const rare: Rare = {
      ...others,
      ...(feedback !== undefined && { feedback: FeedbackRecord.resumed(feedback) }),
    };
    this.#rare = Object.keys(rare).length === 0 ? undefined : rare;
    this.#reader.resume(reader);
    this.#transform.resume(transform, this.#reader.dimensions);
    this.lastSeen = nullOr('lastSeen', lastSeen, time) ?? Number.NEGATIVE_INFINITY;
    if (detector === NONE_YET) return;
    const restore = this.#restoring(detector);
    this.#place = this.#createDetector(this.#reader.dimensions!);
    try {
      restore(this.#place);
      if (ahead !== undefined) this.#resumeAhead(nestedSnapshot(ahead));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * What puts back the saved state of a detector.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT where it is of other dimensions: before any is made, as that might cost gigabytes
   */
  #restoring(saved: State): (place: DetectorPlace) => void {
    const { dimensions = 0 } = this.#reader;
    const { row } = fields(saved);
    const snapshot = row === undefined ? nestedSnapshot(saved) : undefined;
    const most = ArrayBuffer.isView(row) ? row.byteLength / LEAST_ROW : 0;
    const own =
      snapshot === undefined ? dimensions <= most : fields(snapshot.config).dimensions === dimensions;
    if (dimensions === 0 || !own)
      throw badSnapshot(`snapshot: its models are not of ${dimensions || 'unknown'} dimensions`);
    return (place) => {
      if (snapshot !== undefined) place.detector.restore(snapshot);
      else if (place.packed !== undefined) place.packed.unpack(saved);
      else throw badSnapshot('snapshot: it is of a fleet, and this is none');
    };
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
    this.#rare = { ...this.#rare, dormant: read };
  }

  #wake(): void {
    const read = this.#rare?.dormant;
    if (read === undefined) return;
    try {
      this.resume(read());
      delete this.#rare?.dormant;
    } catch (error) {
      if (!(error instanceof RxAnomalyError)) throw error;
      const where = this.key === undefined ? 'the model' : `the model of ${show(this.key)}`;
      throw new RxAnomalyError(error.code, `${where} cannot be resumed: ${error.message}`, { cause: error });
    }
  }

  dispose(): void {
    this.#rare?.ahead?.dispose();
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
    const ahead = this.#rare?.ahead;
    if (ahead === undefined) return;
    const { config } = ahead.snapshot();
    if (JSON.stringify(config) === JSON.stringify(snapshot.config)) ahead.restore(snapshot);
  }

  #ruleFor(verdict: Verdict<E, V>): string | undefined {
    if (this.#rare?.feedback?.covers(verdict)) return ACCEPTED;
    return this.#context.options.suppression?.ruleFor(verdict);
  }

  #beginDetector(dimensions: number): DetectorPlace {
    const { where, options } = this.#context;
    const own = this.#rare?.learnt;
    const learnt = own ?? options.initial;
    const expected = learnt === undefined ? dimensions : fields(learnt.config).dimensions;
    if (own === undefined && expected !== dimensions)
      throw badSnapshot(
        `${where}: initialState is of ${expected} dimensions, and the events${this.key === undefined ? '' : ` of ${show(this.key)}`} of ${dimensions}; give streams of other events a detector of their own`,
      );
    const place = this.#createDetector(dimensions);
    if (learnt !== undefined) place.detector.adopt(learnt);
    place.detector.threshold.lowerOnly(this.#rare?.feedback?.missed ?? []); // what came before the first event
    return place;
  }

  #createDetector(dimensions: number): DetectorPlace {
    const [place, slow] = noticeFallback(() => this.#createModels(dimensions));
    this.#slow = slow;
    return place;
  }

  #createModels(dimensions: number): DetectorPlace {
    const { covariates } = this.#reader;
    const { newPlace, options } = this.#context;
    const place = newPlace(dimensions, covariates);
    const { ahead, createForecaster } = options;
    const copied = covariates === 0 ? createForecaster : withCovariates(createForecaster, covariates);
    if (ahead !== undefined)
      this.#rare = {
        ...this.#rare,
        ahead: new AheadForecaster(
          { ...ahead, dimensions, forecaster: copied },
          { forecaster: place.detector.forecaster, transform: this.#transform },
        ),
      };
    return place;
  }
}

const PARTS = ['reader', 'transform', 'lastSeen', 'detector'] as const;
const MAYBE = ['ahead', 'feedback'] as const;
/** Bytes of a packed row for each dimension, which has at least h and c of 64 units. */
const LEAST_ROW = 16;
/** In the place of the detector's state, while there was no event of use. */
const NONE_YET = 'none yet';

/** What is learnt of an event that a rule suppresses: it is like any other, and confirms nothing. */
function overruled({ prediction, score, drift }: NewestDetection): LearntDetection {
  return { prediction, score, drift, isAnomaly: false };
}

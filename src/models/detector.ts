import type { DriftKind, Evidence } from '../core/reading.ts';
import { pooled } from '../numerics/pooled.ts';
import { arrive } from './arrival.ts';
import { unexplained } from './covariates/unexplained.ts';
import { Recurrence, type ResolvedRecurrence } from './decision/recurrence.ts';
import { type Flag, type LearntFlag, Threshold, WARMING_UP } from './decision/threshold.ts';
import { type DetectorOptions, detectorOptions, type ResolvedDetector } from './detectorOptions.ts';
import { DriftDetector } from './driftDetector.ts';
import { orElse } from './filled.ts';
import type { Forecaster, Observation, Prediction } from './forecaster.ts';
import { Regimes } from './regimes/regimes.ts';
import { noPrediction } from './scaling/laplaceBand.ts';
import type { Score, Scorer } from './scorer.ts';
import { nest, prepareAll, type Restorable, type Snapshot, seal, unseal } from './snapshot/snapshot.ts';
import { badSnapshot, fields, flag, type Json, type State } from './snapshot/state.ts';
import { FLAG, ranged } from './snapshot/vectors.ts';

/** The result for one observation. */
export interface Detection extends Score, Flag {
  readonly prediction: Prediction;
  /** (D) the observation, with the forecast in the place of what was missing. */
  readonly value: readonly number[];
  /** True when a value was missing. */
  readonly imputed: boolean;
  /** (D) value − expected; 0 where the value was imputed, NaN while there is no forecast. */
  readonly residual: readonly number[];
  /** How the process has changed, where that was detected. */
  readonly drift: DriftKind | undefined;
  /** What it was flagged for; left out where it was not, and where the scorer cannot say. */
  readonly evidence?: Evidence;
}

/**
 * A {@link Detection} without residuals, in one object for all of a detector: allocated for each event, it and the arrays in it
 * took as long as the network. What is not there is `undefined` or `false`, so that the object keeps its shape.
 *
 * @internal
 */
export interface NewestDetection extends Omit<Detection, 'residual' | 'evidence' | 'pending'> {
  readonly pending: boolean;
  readonly evidence: Evidence | undefined;
}

/**
 * What of a detection is learnt from.
 *
 * @internal
 */
export type LearntDetection = Pick<Detection, 'prediction' | 'score' | 'drift'> & LearntFlag;

/** What was learnt of an observation. */
export interface Learnt {
  /** (D) NaN where nothing was. */
  readonly value: readonly number[];
  /** 0 … 1: how much. */
  readonly weight: number;
}

/**
 * One stream's detector: forecaster, scorer and threshold, always in the order predict → score → flag → learn. The
 * forecast is made before the observation is seen, and the models learn from it only after the verdict, gated by it.
 * Imputed observations are fed to the forecaster as its input, but neither scored nor learnt from.
 */
export class Detector implements Restorable {
  readonly forecaster: Forecaster;
  readonly scorer: Scorer;
  readonly threshold: Threshold;
  readonly #drift: DriftDetector | undefined;
  readonly #regimes: Regimes | undefined;
  readonly #recurrence: Recurrence;
  readonly #learning: ResolvedRecurrence;
  /** 1 while the models are another stream's, and this one has shown nothing yet. */
  readonly #isNew: Float64Array = pooled(1);
  readonly #newest: Writable<NewestDetection> = {
    score: Number.NaN, // a number from the start: V8 then writes the next one in its place
    attribution: [],
    isAnomaly: false,
    severity: 'none',
    warmingUp: true,
    startOfIncident: false,
    pending: false,
    prediction: noPrediction(0),
    value: [],
    imputed: false,
    drift: undefined,
    evidence: undefined,
  };

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: DetectorOptions);
  /** @internal */
  constructor(options: DetectorOptions | ResolvedDetector);
  constructor(options: DetectorOptions | ResolvedDetector) {
    const resolved = detectorOptions.resolve('Detector', options);
    const { dimensions } = resolved;
    this.#learning = resolved.recurrence;
    this.#recurrence = new Recurrence(this.#learning);
    this.threshold = new Threshold(resolved.threshold);
    this.scorer = resolved.scorer(dimensions);
    this.forecaster = resolved.forecaster(dimensions);
    if (!resolved.drift) return;
    this.#drift = new DriftDetector(dimensions);
    this.#regimes = this.#newRegimes(dimensions);
  }

  /** Whether all that it remembers, but for `rare`, is in vectors of `numerics/pooled`. */
  get isPooled(): boolean {
    return this.forecaster.isPooled === true && this.scorer.isPooled === true;
  }

  /** What it remembers in other places, which hardly a stream ever has. Not to be changed. */
  get rare(): readonly unknown[] | undefined {
    return this.#regimes?.parked;
  }

  set rare(rare: readonly unknown[] | undefined) {
    if (this.#regimes !== undefined) this.#regimes.parked = rare;
  }

  /** `rare` for a snapshot; undefined where there is nothing. */
  get rareState(): State | undefined {
    return this.rare === undefined ? undefined : this.#regimes?.parkedState();
  }

  /** Takes back what `rareState` gave. @throws RxAnomalyError BAD_SNAPSHOT */
  restoreRare(state: State): void {
    if (this.#regimes === undefined) throw badSnapshot('snapshot of Detector: regimes are not a part of it');
    this.rare = this.#regimes.readAllParked(state);
  }

  /** The detection of an observation, without learning from it. Pure. */
  detect(observation: Observation): Detection {
    const prediction = this.#hasBegun ? this.forecaster.predict(observation.covariates) : this.#nothing();
    const { pending, evidence, ...newest } = this.#detect(prediction, observation);
    const { value } = newest;
    const residual = value.map((each, d) => (observation.imputed ? 0 : each - prediction.expected[d]));
    const detection: Detection = { ...newest, residual };
    if (pending) return { ...detection, pending };
    return evidence === undefined ? detection : { ...detection, evidence };
  }

  /**
   * The same for who learns from the observation next, and keeps nothing of the detection: the next call fills it anew.
   *
   * @internal
   */
  detectInPlace(observation: Observation): NewestDetection {
    const { forecaster } = this;
    const { covariates } = observation;
    if (!this.#hasBegun) return this.#detect(this.#nothing(), observation);
    const inPlace =
      this.scorer.keepsPrediction === false ? forecaster.predictInPlace?.(covariates) : undefined;
    return this.#detect(inPlace ?? forecaster.predict(covariates), observation);
  }

  /** Whether the stream has shown something: models that are another's predict nothing before. */
  get #hasBegun(): boolean {
    return this.#isNew[0] !== 1;
  }

  #nothing(): Prediction {
    return noPrediction(this.forecaster.dimensions);
  }

  #detect(prediction: Prediction, observation: Observation): NewestDetection {
    const hasBegun = this.#hasBegun;
    const newest = this.#newest;
    const { expected } = prediction;
    const { score, attribution } =
      wasMeasured(observation) && hasBegun
        ? this.#score(prediction, observation)
        : nothingToScore(observation);
    const { value, imputed } = filledIn(observation, expected);
    const flag = hasBegun && !this.#regimes?.warmingUp ? this.threshold.decide(score) : WARMING_UP;
    const { isAnomaly, pending = false } = flag;
    newest.score = score;
    newest.attribution = attribution;
    newest.isAnomaly = isAnomaly;
    newest.severity = flag.severity;
    newest.warmingUp = flag.warmingUp;
    newest.startOfIncident = flag.startOfIncident;
    newest.pending = pending;
    newest.prediction = prediction;
    newest.value = value;
    newest.imputed = imputed;
    newest.drift = hasBegun ? this.#driftAt(expected, observation) : undefined;
    newest.evidence = isAnomaly ? this.#evidence(prediction, observation) : undefined;
    return newest;
  }

  #driftAt(expected: readonly number[], observation: Observation): DriftKind | undefined {
    return this.#regimes?.change ?? (this.#drift?.signals(expected, observation) ? 'shape' : undefined);
  }

  /** What spoke, in the units of the observation. Of flagged events alone: it takes a while. */
  #evidence(prediction: Prediction, observation: Observation): Evidence | undefined {
    const rest = unexplained(this.forecaster, prediction, observation);
    if (rest === undefined) return this.scorer.evidence?.(prediction, observation);
    const evidence = this.scorer.evidence?.(rest.prediction, rest.observation);
    if (evidence?.usual === undefined) return evidence;
    const { dimension: d, usual } = evidence;
    return { ...evidence, usual: usual + (observation.value[d] - rest.observation.value[d]) };
  }

  #score(prediction: Prediction, observation: Observation): Score {
    const rest = unexplained(this.forecaster, prediction, observation);
    return rest === undefined
      ? this.scorer.score(prediction, observation)
      : this.scorer.score(rest.prediction, rest.observation);
  }

  /** Learns from an observation and its detection, be it that of `detect` or one that overrules it. */
  learn(observation: Observation, detection: Detection): Learnt;
  /** @internal */
  learn(observation: Observation, detection: LearntDetection): Learnt;
  learn(observation: Observation, detection: LearntDetection): Learnt {
    const { isAnomaly, prediction, score, drift } = detection;
    if (this.#isNew[0] === 1) {
      this.#isNew[0] = Number(!wasMeasured(observation));
      if (this.#isNew[0] === 0) arrive(this.forecaster, this.scorer, observation);
      this.threshold.learn(detection, score);
      return { value: observation.value, weight: 0 };
    }
    const weight = observation.imputed ? 0 : this.#recurrence.weight(isAnomaly);
    const rest = unexplained(this.forecaster, prediction, observation);
    const known = this.#ofKnownRegime(observation, rest?.observation ?? observation);
    if (drift !== undefined) this.forecaster.boostLearningRate?.();
    this.#drift?.learn(prediction.expected, known);
    if (wasMeasured(known)) {
      if (rest === undefined) this.scorer.learn(prediction, known, weight);
      else {
        const value = masked(rest.observation.value, known.value);
        this.scorer.learn(rest.prediction, { ...rest.observation, value }, weight);
      }
    }
    this.forecaster.learn(known, weight);
    const began = this.forecaster.beganToExplain ?? NONE;
    for (let d = 0; d < began.length; d++) if (began[d]) this.scorer.forgetCourse?.(d);
    this.#recurrence.learn(isAnomaly);
    this.threshold.learn(detection, score);
    return { value: known.value, weight };
  }

  /**
   * Begins with what another detector has learnt of its stream: forecaster, scorer and known regimes, but none of its
   * incidents and feedback. The first observation is not detected: it shows where this stream is.
   *
   * @param snapshot of a Detector, or of a forecaster alone
   * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, or of another configuration
   */
  adopt(snapshot: Snapshot): void {
    if (snapshot.kind === 'Detector') {
      this.restore(snapshot);
      this.threshold.forgetIncidents();
      this.#recurrence.state.fill(0);
    } else this.forecaster.restore(snapshot);
    this.#isNew[0] = 1;
  }

  /**
   * The observation without what is not to be learnt, after the models were begun anew if need be.
   *
   * @param rest the same without what covariates explain: a plan that changes is no other regime
   */
  #ofKnownRegime(observation: Observation, rest: Observation): Observation {
    if (this.#regimes === undefined || observation.imputed) return observation;
    const known = this.#regimes.learn(rest.value);
    if (known === rest.value) return observation;
    return { ...observation, value: masked(observation.value, known) };
  }

  /** None where flagged events are never learnt: a level that shifted for good is to stay an anomaly. */
  #newRegimes(dimensions: number): Regimes | undefined {
    const { anomalyWeight, acceptAfter } = this.#learning;
    if (anomalyWeight === 0 && acceptAfter === 0) return undefined;
    const models = [this.forecaster.restartable, this.scorer.restartable];
    const able = models.filter((model) => model !== undefined);
    return able.length === 0 ? undefined : new Regimes(dimensions, able, acceptAfter || undefined);
  }

  /** Detects, then learns. */
  process(observation: Observation): Detection {
    const detection = this.detect(observation);
    this.learn(observation, detection);
    return detection;
  }

  snapshot(): Snapshot {
    return seal('Detector', 1, this.#config(), {
      forecaster: nest(this.forecaster.snapshot()),
      scorer: nest(this.scorer.snapshot()),
      threshold: nest(this.threshold.snapshot()),
      drift: this.#drift === undefined ? null : nest(this.#drift.snapshot()),
      regimes: this.#regimes?.state() ?? null,
      recurrence: this.#recurrence.memory.pack(),
      ...(this.#isNew[0] === 1 ? { isNew: true } : {}),
    });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'Detector', 1, this.#config()), PARTS, ['isNew']);
    const isNew = flag('isNew', state.isNew ?? false);
    ranged(this.#isNew, FLAG).prepare(this.#isNew, 'isNew'); // which notes the check
    const recurrence = this.#recurrence.memory.prepare(state.recurrence, 'recurrence');
    if ((this.#drift === undefined) !== (state.drift === null))
      throw badSnapshot('snapshot of Detector: drift is missing or not a part of it');
    if ((this.#regimes === undefined) !== (state.regimes === null))
      throw badSnapshot('snapshot of Detector: regimes are missing or not a part of it');
    const regimes = this.#regimes?.prepareRestore(state.regimes);
    // Last: a model of the user's may not be able to check first.
    const parts = prepareAll([
      [this.forecaster, state.forecaster],
      [this.scorer, state.scorer],
      [this.threshold, state.threshold],
      ...(this.#drift === undefined ? [] : [[this.#drift, state.drift] as const]),
    ]);
    recurrence();
    parts();
    regimes?.();
    this.#isNew[0] = Number(isNew);
  }

  dispose(): void {
    this.forecaster.dispose();
  }

  #config(): Json {
    return { dimensions: this.forecaster.dimensions, ...this.#learning, drift: this.#drift !== undefined };
  }
}

const PARTS = ['forecaster', 'scorer', 'threshold', 'drift', 'regimes', 'recurrence'] as const;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NONE: readonly boolean[] = [];

/** (D) values, NaN where another list has it. */
function masked(values: readonly number[], known: readonly number[]): number[] {
  return values.map((value, d) => (Number.isNaN(known[d]) ? Number.NaN : value));
}

/** Whether there is anything in an observation to score and to learn from. */
function wasMeasured({ value, imputed }: Observation): boolean {
  return !imputed && !value.every(Number.isNaN);
}

/** The observation itself, or with the forecast in the place of what is missing. */
function filledIn(
  observation: Observation,
  expected: readonly number[],
): Pick<Observation, 'value' | 'imputed'> {
  const { value } = observation;
  if (!value.some(Number.isNaN)) return observation;
  return { value: value.map((each, d) => orElse(each, expected[d])), imputed: true };
}

function nothingToScore({ value }: Observation): Score {
  return { score: 0, attribution: value.map(() => 1 / value.length) };
}

import { optionChecks } from '../core/options.ts';
import {
  RECURRENCE_OPTION_NAMES,
  Recurrence,
  type RecurrenceOptions,
  type ResolvedRecurrence,
  resolveRecurrence,
} from './decision/recurrence.ts';
import { type Flag, Threshold, type ThresholdOptions } from './decision/threshold.ts';
import { DriftDetector } from './driftDetector.ts';
import type { Forecaster, ForecasterFactory, Prediction } from './forecaster.ts';
import { LstmForecaster } from './forecasters/lstmForecaster.ts';
import type { Observation } from './observation.ts';
import { Regimes } from './regimes/regimes.ts';
import type { RegimeChange } from './regimes/regimeWatch.ts';
import type { Score, Scorer, ScorerFactory } from './scorer.ts';
import { EvidenceScorer } from './scorers/evidenceScorer.ts';
import {
  badSnapshot,
  fields,
  type Json,
  nest,
  packFloats,
  prepareAll,
  prepareVectors,
  type Restorable,
  type Snapshot,
  seal,
  unseal,
} from './snapshot.ts';

/** What one stream's {@link Detector} is made of; only `dimensions` must be given. */
export interface DetectorOptions extends RecurrenceOptions {
  /** D. */
  readonly dimensions: number;
  /** @default an {@link LstmForecaster} with its defaults */
  readonly forecaster?: ForecasterFactory;
  /** @default a {@link EvidenceScorer} with its defaults */
  readonly scorer?: ScorerFactory;
  readonly threshold?: ThresholdOptions;
  /**
   * Whether a change of the process is looked for in the residuals; where one is signalled the forecaster learns faster
   * for a while, if it can.
   * @default true
   */
  readonly drift?: boolean;
  /**
   * Whether forecaster and scorer begin anew in a dimension that has become another: level or spread far outside all
   * before, for a hundred events. Long glitches leave no trace, and a regime that returns is known again. The forecaster
   * and the scorer must support it, as the default ones do. Never where flagged events teach nothing
   * (`learnFromAnomalies: false`).
   * @default true
   */
  readonly restart?: boolean;
}

/** All that was said of one observation. */
export interface Detection extends Score, Flag {
  readonly prediction: Prediction;
  /** (D) the observation, with what was expected in the place of what was missing. */
  readonly value: readonly number[];
  /** True when something was missing. */
  readonly imputed: boolean;
  /** (D) value − expected; 0 where it was missing, NaN while there is no forecast. */
  readonly residual: readonly number[];
  /** Whether a change of the process became clear here. */
  readonly drift: boolean;
}

/**
 * One stream's detector: forecaster, scorer and threshold, always in the order predict → score → flag → learn. The
 * forecast is made before the observation is seen, and the models learn from it only after the verdict, gated by it.
 * Imputed observations are fed to the forecaster as its input, but neither judged nor learnt from.
 */
export class Detector implements Restorable {
  readonly forecaster: Forecaster;
  readonly scorer: Scorer;
  readonly threshold: Threshold;
  readonly #drift: DriftDetector | undefined;
  readonly #regimes: Regimes | undefined;
  #change: RegimeChange | undefined; // that the newest observation brought
  readonly #recurrence: Recurrence;
  readonly #learning: ResolvedRecurrence;

  constructor(options: DetectorOptions) {
    const check = optionChecks('Detector');
    check.known(options, [
      'dimensions',
      'forecaster',
      'scorer',
      'threshold',
      'drift',
      'restart',
      ...RECURRENCE_OPTION_NAMES,
    ]);
    const dimensions = check.positiveInteger('dimensions', options.dimensions);
    this.#learning = resolveRecurrence('Detector', options);
    this.#recurrence = new Recurrence(this.#learning);
    if (check.boolean('drift', options.drift ?? true)) this.#drift = new DriftDetector(dimensions);
    this.threshold = new Threshold(options.threshold);
    this.scorer = options.scorer?.(dimensions) ?? new EvidenceScorer({ dimensions });
    this.forecaster = options.forecaster?.(dimensions) ?? new LstmForecaster({ dimensions });
    if (check.boolean('restart', options.restart ?? !process.env.NORESTART))
      this.#regimes = this.#newRegimes(dimensions);
  }

  /** Judges an observation without learning from it. Pure. */
  detect(observation: Observation): Detection {
    const prediction = this.forecaster.predict();
    const { expected } = prediction;
    const { score, attribution } = wasMeasured(observation)
      ? this.scorer.score(prediction, observation)
      : nothingToScore(observation);
    const value = observation.value.slice();
    const residual = new Array<number>(value.length);
    let { imputed } = observation;
    for (let d = 0; d < value.length; d++) {
      const missing = Number.isNaN(value[d]);
      residual[d] = observation.imputed || missing ? 0 : value[d] - expected[d];
      if (!missing) continue;
      value[d] = expected[d];
      imputed = true;
    }
    // Field by field: spreading the two objects would take longer than all the rest.
    const { isAnomaly, severity, warmingUp, startOfIncident } = this.#regimes?.warmingUp
      ? WARMING_UP
      : this.threshold.decide(score);
    return {
      score,
      attribution,
      isAnomaly,
      severity,
      warmingUp,
      startOfIncident,
      prediction,
      value,
      imputed,
      residual,
      drift: this.#drift?.signals(expected, observation) ?? false,
    };
  }

  /** Learns from an observation that was judged, and from the judgement, be it `judge`'s own or one that overrules it. */
  learn(observation: Observation, detection: Detection): void {
    const { isAnomaly, prediction, score, drift } = detection;
    const weight = observation.imputed ? 0 : this.#recurrence.weight(isAnomaly);
    const known = this.#ofKnownRegime(observation);
    if (drift || this.#change !== undefined) this.forecaster.boostLearningRate?.();
    this.#drift?.learn(prediction.expected, known);
    if (wasMeasured(known)) this.scorer.learn(prediction, known, weight);
    this.forecaster.learn(known, weight);
    this.#recurrence.learn(isAnomaly);
    this.threshold.learn(detection, score);
  }

  /** The observation without what is not to be learnt, after models were begun anew if need be. */
  #ofKnownRegime(observation: Observation): Observation {
    this.#change = undefined;
    if (this.#regimes === undefined || observation.imputed) return observation;
    const { value, change } = this.#regimes.learn(observation.value);
    this.#change = change;
    return value === observation.value ? observation : { ...observation, value };
  }

  #newRegimes(dimensions: number): Regimes | undefined {
    const { anomalyWeight, acceptAfter } = this.#learning;
    if (anomalyWeight === 0 && acceptAfter === 0) return undefined;
    const { restartable: forecaster } = this.forecaster;
    const { restartable: scorer } = this.scorer;
    const models = [forecaster, scorer].filter((model) => model !== undefined);
    return models.length === 0 ? undefined : new Regimes(dimensions, models, acceptAfter || undefined);
  }

  /** Scores, flags, then learns. */
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
      recurrence: packFloats(this.#recurrence.state),
    });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'Detector', 1, this.#config()));
    const recurrence = prepareVectors(
      { recurrence: this.#recurrence.state },
      { recurrence: state.recurrence },
    );
    if ((this.#drift === undefined) !== (state.drift === null))
      throw badSnapshot('snapshot of Detector: drift is missing or not a part of it');
    const parts = prepareAll([
      [this.forecaster, state.forecaster],
      [this.scorer, state.scorer],
      [this.threshold, state.threshold],
      ...(this.#drift === undefined ? [] : [[this.#drift, state.drift] as const]),
    ]);
    if ((this.#regimes === undefined) !== (state.regimes === null))
      throw badSnapshot('snapshot of Detector: regimes are missing or not a part of it');
    const regimes = this.#regimes?.prepareRestore(state.regimes);
    recurrence();
    parts();
    regimes?.();
    this.#change = undefined;
  }

  dispose(): void {
    this.forecaster.dispose();
  }

  #config(): Json {
    return { dimensions: this.forecaster.dimensions, ...this.#learning, drift: this.#drift !== undefined };
  }
}

/** While a regime is new. */
const WARMING_UP: Flag = { isAnomaly: false, severity: 'none', warmingUp: true, startOfIncident: false };

/** Whether there is anything in an observation to score and to learn from. */
function wasMeasured({ value, imputed }: Observation): boolean {
  return !imputed && !value.every(Number.isNaN);
}

function nothingToScore({ value }: Observation): Score {
  return { score: 0, attribution: value.map(() => 1 / value.length) };
}

import { badOption, optionChecks } from '../core/options.ts';
import type { Forecaster, ForecasterFactory, Prediction } from './forecaster.ts';
import { LstmForecaster } from './forecasters/lstmForecaster.ts';
import type { Observation } from './observation.ts';
import type { Score, Scorer, ScorerFactory } from './scorer.ts';
import { EvidenceScorer } from './scorers/evidenceScorer.ts';
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
import { type Flag, Threshold, type ThresholdOptions } from './threshold.ts';

/** What one stream's {@link Detector} is made of; only `dimensions` must be given. */
export interface DetectorOptions {
  /** D. */
  readonly dimensions: number;
  /** @default an {@link LstmForecaster} with its defaults */
  readonly forecaster?: ForecasterFactory;
  /** @default a {@link EvidenceScorer} with its defaults */
  readonly scorer?: ScorerFactory;
  readonly threshold?: ThresholdOptions;
  /**
   * How much the forecaster learns from events that were flagged: not at all, fully, or with this weight (0 … 1). With
   * `false` a level that shifted for good is an anomaly for ever.
   * @default true
   */
  readonly learnFromAnomalies?: boolean | number;
}

/** All that was said of one observation. */
export interface Judgement extends Score, Flag {
  readonly prediction: Prediction;
  /** (D) the observation, with what was expected in the place of what was missing. */
  readonly value: readonly number[];
  /** True when something was missing. */
  readonly imputed: boolean;
  /** (D) value − expected; 0 where it was missing, NaN while there is no forecast. */
  readonly residual: readonly number[];
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
  readonly #anomalyWeight: number;

  constructor(options: DetectorOptions) {
    const check = optionChecks('Detector');
    check.known(options, ['dimensions', 'forecaster', 'scorer', 'threshold', 'learnFromAnomalies']);
    const dimensions = check.positiveInteger('dimensions', options.dimensions);
    this.#anomalyWeight = anomalyWeight('Detector', options.learnFromAnomalies ?? true);
    this.threshold = new Threshold(options.threshold);
    this.scorer = options.scorer?.(dimensions) ?? new EvidenceScorer({ dimensions });
    this.forecaster = options.forecaster?.(dimensions) ?? new LstmForecaster({ dimensions });
  }

  /** Judges an observation without learning from it. Pure. */
  judge(observation: Observation): Judgement {
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
    const { isAnomaly, severity, warmingUp, startOfIncident } = this.threshold.decide(score);
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
    };
  }

  /** Learns from an observation that was judged. */
  learn(observation: Observation, judgement: Judgement): void {
    const weight = observation.imputed ? 0 : judgement.isAnomaly ? this.#anomalyWeight : 1;
    if (wasMeasured(observation)) this.scorer.learn(judgement.prediction, observation, weight);
    this.forecaster.learn(observation, weight);
    this.threshold.learn(judgement);
  }

  /** Judges, then learns. */
  process(observation: Observation): Judgement {
    const judgement = this.judge(observation);
    this.learn(observation, judgement);
    return judgement;
  }

  snapshot(): Snapshot {
    return seal('Detector', 1, this.#config(), {
      forecaster: asJson(this.forecaster.snapshot()),
      scorer: asJson(this.scorer.snapshot()),
      threshold: asJson(this.threshold.snapshot()),
    });
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'Detector', 1, this.#config()));
    const [forecaster, scorer] = [this.forecaster.snapshot(), this.scorer.snapshot()];
    try {
      this.forecaster.restore(nestedSnapshot(state.forecaster));
      this.scorer.restore(nestedSnapshot(state.scorer));
      this.threshold.restore(nestedSnapshot(state.threshold));
    } catch (error) {
      // All or nothing: a detector that refused one part goes on as it was.
      this.forecaster.restore(forecaster);
      this.scorer.restore(scorer);
      throw error;
    }
  }

  dispose(): void {
    this.forecaster.dispose();
  }

  #config(): Json {
    return { dimensions: this.forecaster.dimensions, anomalyWeight: this.#anomalyWeight };
  }
}

/** Whether there is anything in an observation to judge and to learn from. */
function wasMeasured({ value, imputed }: Observation): boolean {
  return !imputed && !value.every(Number.isNaN);
}

function nothingToScore({ value }: Observation): Score {
  return { score: 0, attribution: value.map(() => 1 / value.length) };
}

/** `learnFromAnomalies` as a weight. @throws RxAnomalyError BAD_OPTION */
export function anomalyWeight(where: string, learnFromAnomalies: boolean | number): number {
  if (typeof learnFromAnomalies === 'boolean') return learnFromAnomalies ? 1 : 0;
  if (learnFromAnomalies >= 0 && learnFromAnomalies <= 1) return learnFromAnomalies;
  throw badOption(where, 'learnFromAnomalies', 'true, false or a number from 0 to 1', learnFromAnomalies);
}

import { exp } from '../../core/math/exp.ts';
import { log, log10 } from '../../core/math/log.ts';
import { pow, square } from '../../core/math/pow.ts';
import { positive } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import { pooled } from '../../numerics/pooled.ts';
import { TailModel } from '../../numerics/stats/tailModel.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { attribute, LARGEST_RATIO, type Score, type Scorer, standardResidual } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import type { Json } from '../snapshot/state.ts';
import {
  COUNT,
  type Memory,
  packVectors,
  prepareVectors,
  ranged,
  SHARE,
  within,
} from '../snapshot/vectors.ts';

/** Options of a {@link TailScorer}. */
export interface TailScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** −log10 of the probability that gives the score 0.5. Higher: fewer alerts. @default 2.5 */
  readonly surprise?: number;
}

export const tailOptions: OptionSet<TailScorerOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  surprise: {
    kind: positive(),
    default: 2.5,
    unit: '−log10 of a probability',
    about: 'surprise that gives the score 0.5',
    when: 'higher for fewer alerts; sensitivity does the same',
  },
});

const SMOOTHING = 1 / 3; // newest share of the residual's moving average: a run of like errors outweighs one
const LARGEST_Z = 50;
const MATURE = 750; // records after which the observed tail outweighs the prior, by 1/e each
const NORM = 3; // between the mean (1), which one channel cannot move alone, and the maximum (∞), which any can

/**
 * Scores by how far in the tail of its own past an observation is. Two channels per dimension: the residual over its
 * predicted scale, smoothed, and the value itself in standard deviations; each gives r = −log10 p by a
 * {@link TailModel}, shrunk to a heavy-tailed prior while young. S is the power mean of degree 3 over channels, less
 * the logarithm of the number of dimensions (Bonferroni); score = S / (S + surprise).
 */
export class TailScorer implements Scorer {
  readonly name = 'tail';
  readonly keepsPrediction = false;
  readonly #dimensions: number;
  readonly #surprise: number;
  readonly #scaler: RobustScaler;
  readonly #channels: readonly { readonly residual: TailModel; readonly value: TailModel }[]; // D
  readonly #smoothed: Float64Array; // (2D) moving average of the signed residual, and its accumulated weight
  readonly #seen: Float64Array = pooled(1);

  constructor(options: TailScorerOptions) {
    const { dimensions, surprise } = tailOptions.resolve('TailScorer', options);
    this.#dimensions = dimensions;
    this.#surprise = surprise;
    this.#scaler = new RobustScaler({ dimensions: this.#dimensions });
    this.#channels = Array.from({ length: this.#dimensions }, () => ({
      residual: new TailModel(),
      value: new TailModel(),
    }));
    this.#smoothed = pooled(2 * this.#dimensions);
  }

  score(prediction: Prediction, observation: Observation): Score {
    const evidence = this.#channels.map((channel, d) => {
      if (Number.isNaN(observation.value[d])) return 0;
      const residual = this.#shrunk(channel.residual, this.#residualLevel(prediction, observation, d));
      const value = this.#shrunk(channel.value, this.#valueLevel(observation, d));
      return (pow(residual, NORM) + pow(value, NORM)) / 2;
    });
    const total =
      pow(
        evidence.reduce((sum, e) => sum + e, 0),
        1 / NORM,
      ) - log10(this.#dimensions);
    const surprise = Math.max(0, total);
    return { score: surprise / (surprise + this.#surprise), attribution: attribute(evidence) };
  }

  /**
   * An observation of any weight above 0 counts fully; one of weight 0 updates the moving average and not the tails.
   */
  learn(prediction: Prediction, observation: Observation, weight: number): void {
    for (const [d, channel] of this.#channels.entries()) {
      if (Number.isNaN(observation.value[d])) continue;
      if (weight > 0) {
        channel.residual.learn(this.#residualLevel(prediction, observation, d));
        channel.value.learn(this.#valueLevel(observation, d));
      }
      const gathered = this.#smoothed[this.#dimensions + d];
      this.#smoothed[d] += SMOOTHING * (standardResidual(prediction, observation, d) - this.#smoothed[d]);
      this.#smoothed[this.#dimensions + d] = gathered + SMOOTHING * (1 - gathered);
    }
    this.#scaler.learn(observation.value, weight === 0 ? 0 : 1);
    this.#seen[0]++;
  }

  snapshot(): Snapshot {
    return seal('TailScorer', 1, this.#config(), packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    return prepareVectors(this.#carried(), unseal(snapshot, 'TailScorer', 1, this.#config()));
  }

  /** |moving average| of the residual including this observation, without bias from its start at 0. */
  #residualLevel(prediction: Prediction, observation: Observation, d: number): number {
    const residual = standardResidual(prediction, observation, d);
    const average = this.#smoothed[d] + SMOOTHING * (residual - this.#smoothed[d]);
    const weight = this.#smoothed[this.#dimensions + d];
    return Math.abs(average) / (weight + SMOOTHING * (1 - weight));
  }

  #valueLevel(observation: Observation, d: number): number {
    return Math.min(LARGEST_Z, Math.abs(this.#scaler.standardise(d, observation.value[d])));
  }

  /** While few records were seen, p is mixed with that of a power-law tail of exponent 2.5 around the median. */
  #shrunk(model: TailModel, statistic: number): number {
    const trust = exp(-this.#seen[0] / MATURE);
    const above = log(statistic + 0.05) - model.medianLevel();
    const prior = 2.5 * log10(1 + square(exp(above) / 1.55));
    return Math.max(0, (1 - trust) * model.surprise(statistic) + (this.#seen[0] < 50 ? 0 : trust * prior));
  }

  #carried(): Memory {
    const carried: Record<string, Memory[string]> = {
      seen: ranged(this.#seen, COUNT),
      smoothed: ranged(this.#smoothed, [
        [this.#dimensions, within(-LARGEST_RATIO, LARGEST_RATIO)],
        [this.#dimensions, SHARE],
      ]),
      scaler: this.#scaler.memory,
    };
    for (const [d, { residual, value }] of this.#channels.entries()) {
      carried[`residual.${d}`] = residual;
      carried[`value.${d}`] = value;
    }
    return carried;
  }

  #config(): Json {
    return { dimensions: this.#dimensions, surprise: this.#surprise };
  }
}

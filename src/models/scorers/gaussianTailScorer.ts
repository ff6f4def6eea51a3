import { log10 } from '../../core/math/log.ts';
import { square } from '../../core/math/pow.ts';
import { fraction, positiveInteger } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import { pooled } from '../../numerics/pooled.ts';
import { gaussianTail } from '../../numerics/stats/gaussianTail.ts';
import { RecentValues } from '../../numerics/stats/recentValues.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { SettledResiduals } from '../scaling/settledResiduals.ts';
import { attributeCubed, bonferroni, type Score, type Scorer } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import {
  COUNT,
  type Memory,
  packVectors,
  prepareVectors,
  type RangedVector,
  ranged,
  within,
} from '../snapshot/vectors.ts';

/** Options of a {@link GaussianTailScorer}. */
export interface GaussianTailScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** W: errors in the long-term mean and variance, exponentially weighted. @default 8000 */
  readonly longWindow?: number;
  /** W′: newest errors whose mean is scored. @default 10 */
  readonly shortWindow?: number;
  /** ε: tail probability that gives the score 0.5, above 0 and below 1. Lower: fewer alerts. @default 1e-5 */
  readonly epsilon?: number;
}

export const gaussianTailOptions: OptionSet<GaussianTailScorerOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  longWindow: {
    kind: positiveInteger(),
    default: 8000,
    unit: 'errors',
    about: 'errors in the long-term mean and variance',
    when: 'shorter where noise changes often',
  },
  shortWindow: {
    kind: positiveInteger(100_000, 'all of them are kept'),
    default: 10,
    unit: 'errors',
    about: 'newest errors whose mean is scored',
    when: '1 for spikes, more for slow changes',
  },
  epsilon: {
    kind: fraction,
    default: 1e-5,
    unit: 'probability',
    about: 'tail probability that gives the score 0.5',
    when: 'lower for fewer alerts',
  },
});

/**
 * Anomaly likelihood, the last stage of Numenta's detector (Lavin & Ahmad 2015, "Evaluating real-time anomaly detection
 * algorithms"; Ahmad, Lavin, Purdy & Agha 2017): L = 1 − Q((μ̃ − μ)/σ), with μ and σ² the mean and
 * variance of the last W errors, μ̃ the mean of the last W′ of them, Q the tail of the standard normal. A noisy stream so
 * raises its own threshold, and a run of errors outweighs one.
 *
 * The error is |residual| over its predicted scale, at most 50. The window of W errors is exponential, in constant
 * memory; there is no result for the first 100. σ is that of single errors, as in the paper, not of means of W′: on
 * independent
 * errors alerts are far rarer than ε. The score is Numenta's log likelihood, log10(Q + ε²) / log10 ε²: 0.5 at Q = ε, 1 at
 * most. Of D dimensions the least probable counts, at D times its probability (Bonferroni).
 */
export class GaussianTailScorer implements Scorer {
  readonly name = 'gaussianTail';
  readonly keepsPrediction = false;
  readonly #config: Readonly<Required<GaussianTailScorerOptions>>;
  readonly #residuals: SettledResiduals;
  readonly #recent: readonly RecentValues[]; // D, each the last W′ errors
  readonly #usual: Float64Array; // (3D) mean and variance of the errors, and how many there were, dimension by dimension

  constructor(options: GaussianTailScorerOptions) {
    this.#config = gaussianTailOptions.resolve('GaussianTailScorer', options);
    const { dimensions } = this.#config;
    this.#residuals = new SettledResiduals(dimensions);
    this.#recent = Array.from({ length: dimensions }, () => new RecentValues(this.#config.shortWindow));
    this.#usual = pooled(3 * dimensions);
  }

  score(prediction: Prediction, observation: Observation): Score {
    const surprises = this.#recent.map((_, d) => this.#surprise(prediction, observation, d));
    const most = -2 * log10(this.#config.epsilon);
    return { score: Math.min(1, bonferroni(surprises) / most), attribution: attributeCubed(surprises) };
  }

  /** Learns from every observation equally, whatever the weight, as in the paper. */
  learn(prediction: Prediction, observation: Observation): void {
    for (const [d, recent] of this.#recent.entries()) {
      const error = this.#error(prediction, observation, d);
      if (Number.isNaN(error)) continue;
      recent.add(error);
      const [mean, variance, seen] = this.#usual.subarray(3 * d);
      // West 1979, with equal weights until the window is full.
      const rate = Math.max(1 / this.#config.longWindow, 1 / (seen + 1));
      this.#usual[3 * d] = mean + rate * (error - mean);
      this.#usual[3 * d + 1] = (1 - rate) * (variance + rate * square(error - mean));
      this.#usual[3 * d + 2] = seen + 1;
    }
    this.#residuals.learn(prediction, observation);
  }

  snapshot(): Snapshot {
    return seal('GaussianTailScorer', 1, this.#config, packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    return prepareVectors(this.#carried(), unseal(snapshot, 'GaussianTailScorer', 1, this.#config));
  }

  /** −log10 (Q + ε²); 0 without enough data. */
  #surprise(prediction: Prediction, observation: Observation, d: number): number {
    const [mean, variance, seen] = this.#usual.subarray(3 * d);
    const error = this.#error(prediction, observation, d);
    if (seen < UNKNOWN || Number.isNaN(error)) return 0;
    const recent = this.#recent[d].meanWith(error);
    const z = (recent - mean) / Math.max(Math.sqrt(variance), LEAST_DEVIATION);
    return -log10(Math.min(1, gaussianTail(z) + square(this.#config.epsilon)));
  }

  /** |residual| in predicted scales; NaN where there is none. */
  #error(prediction: Prediction, observation: Observation, d: number): number {
    return Math.min(LARGEST_ERROR, Math.abs(this.#residuals.of(prediction, observation, d)));
  }

  #carried(): Memory {
    const usual = ranged(this.#usual, [
      [1, within(0, LARGEST_ERROR)],
      [1, within(0, square(LARGEST_ERROR))],
      [1, COUNT],
    ]);
    const carried: Record<string, RangedVector> = { settled: this.#residuals.memory, usual };
    for (const [d, { state }] of this.#recent.entries())
      carried[`recent.${d}`] = ranged(state, [
        [this.#config.shortWindow, within(0, LARGEST_ERROR)],
        [1, COUNT],
      ]);
    return carried;
  }
}

const UNKNOWN = 50; // errors before their mean and variance are used
const LARGEST_ERROR = 50; // predicted scales: one absurd error must not raise σ for the next W
const LEAST_DEVIATION = 0.1; // predicted scales: on a constant stream the slightest error would be infinite

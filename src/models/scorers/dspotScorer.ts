import { log10 } from '../../core/math/log.ts';
import { fraction, positiveInteger } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import { PeaksOverThreshold } from '../../numerics/stats/peaksOverThreshold.ts';
import { RecentValues } from '../../numerics/stats/recentValues.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { SettledResiduals } from '../scaling/settledResiduals.ts';
import { attributeCubed, bonferroni, LARGEST_RATIO, type Score, type Scorer } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import {
  COUNT,
  type Layout,
  type Memory,
  packVectors,
  prepareVectors,
  type RangedVector,
  ranged,
  within,
} from '../snapshot/vectors.ts';

/** How a {@link DspotScorer} takes up its tail, and how easily it is surprised. */
export interface DspotScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** q: probability that gives the score 0.5: about the rate of false alarms. @default 1e-4 */
  readonly risk?: number;
  /** d: ordinary observations whose mean is subtracted. @default 10 */
  readonly depth?: number;
  /** n: observations from which the first threshold is taken; the score is 0 before. @default 300 */
  readonly calibration?: number;
  /** Share of the calibration below that threshold, above 0 and below 1. The paper has 0.98 of 1000. @default 0.95 */
  readonly level?: number;
}

export const dspotOptions: OptionSet<DspotScorerOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  risk: {
    kind: fraction,
    default: 1e-4,
    unit: 'probability',
    about: 'probability that gives the score 0.5',
    when: 'lower for fewer alerts',
  },
  depth: {
    kind: positiveInteger(100_000, 'all of them are kept'),
    default: 10,
    unit: 'observations',
    about: 'ordinary observations whose mean is subtracted',
    when: 'more where the mean drifts slowly',
  },
  calibration: {
    kind: positiveInteger(100_000, 'all of them are kept'),
    default: 300,
    unit: 'observations',
    about: 'observations from which the first threshold is taken',
    when: 'more for a surer start, which comes later',
  },
  level: {
    kind: fraction,
    default: 0.95,
    about: 'share of the calibration below the first threshold',
    when: 'higher with a longer calibration',
  },
});

/**
 * DSPOT: streaming peaks over threshold with drift (Siffer, Fouque, Termier & Largouët 2017, "Anomaly detection in
 * streams with extreme value theory", KDD, algorithm 3). The statistic is how far the residual, in predicted scales,
 * is from the mean of the last d ordinary ones, to either side: this corrects a constant error of the forecast. Its
 * tail is a generalised Pareto distribution by maximum likelihood; `PeaksOverThreshold` says where that departs
 * from the paper. What is less probable than q is an anomaly, and neither the tail nor the mean learns from it: the
 * first n observations shape the tail, and errors that become larger for good stay anomalies until the forecaster has
 * widened its scale. On independent residuals alerts are at most five times as frequent as q.
 *
 * score = S / (S + S₀) with S = −log10 p, S₀ = −log10 q. Each dimension has a tail of its own, at the risk q/D
 * (Bonferroni).
 */
export class DspotScorer implements Scorer {
  readonly name = 'dspot';
  readonly keepsPrediction = false;
  readonly #config: Readonly<Required<DspotScorerOptions>>;
  readonly #residuals: SettledResiduals;
  readonly #tails: readonly PeaksOverThreshold[]; // D
  readonly #ordinary: readonly RecentValues[]; // D, each the last d residuals that were no anomalies

  constructor(options: DspotScorerOptions) {
    this.#config = dspotOptions.resolve('DspotScorer', options);
    const { dimensions, depth, risk, calibration, level } = this.#config;
    this.#residuals = new SettledResiduals(dimensions);
    this.#ordinary = Array.from({ length: dimensions }, () => new RecentValues(depth));
    this.#tails = Array.from(
      { length: dimensions },
      () => new PeaksOverThreshold({ risk: risk / dimensions, calibration, level }),
    );
  }

  score(prediction: Prediction, observation: Observation): Score {
    const surprises = this.#tails.map((tail, d) =>
      tail.surprise(this.#distance(this.#residuals.of(prediction, observation, d), d)),
    );
    const surprise = bonferroni(surprises);
    return {
      score: surprise / (surprise - log10(this.#config.risk)),
      attribution: attributeCubed(surprises),
    };
  }

  /** Learns by its own decision, as in the paper, whatever the weight. */
  learn(prediction: Prediction, observation: Observation): void {
    for (const [d, tail] of this.#tails.entries()) {
      const residual = this.#residuals.of(prediction, observation, d);
      if (Number.isNaN(residual)) continue;
      // The first d are for the mean alone: relative to an unknown mean every distance is large.
      const isOrdinary = !this.#ordinary[d].isFull || tail.learn(this.#distance(residual, d));
      if (isOrdinary) this.#ordinary[d].add(residual);
    }
    this.#residuals.learn(prediction, observation);
  }

  snapshot(): Snapshot {
    return seal('DspotScorer', 1, this.#config, packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const apply = prepareVectors(this.#carried(), unseal(snapshot, 'DspotScorer', 1, this.#config));
    return () => {
      apply();
      for (const tail of this.#tails) tail.refresh();
    };
  }

  #distance(residual: number, d: number): number {
    return Math.abs(residual - this.#ordinary[d].mean);
  }

  #carried(): Memory {
    const carried: Record<string, RangedVector> = { settled: this.#residuals.memory };
    const ofLast = (values: Float64Array, least: number): RangedVector =>
      ranged(values, [
        [values.length - 1, within(least, 2 * LARGEST_RATIO)],
        [1, COUNT],
      ]);
    for (let d = 0; d < this.#config.dimensions; d++) {
      const { first, peaks, counts } = this.#tails[d].state;
      carried[`ordinary.${d}`] = ofLast(this.#ordinary[d].state, -LARGEST_RATIO);
      carried[`${d}.first`] = ofLast(first, 0);
      carried[`${d}.peaks`] = ofLast(peaks, 0);
      carried[`${d}.counts`] = ranged(counts, TAIL, ([, normal, over]) => over <= normal);
    }
    return carried;
  }
}

/** Threshold, normal values, peaks among them. */
const TAIL: Layout = [
  [1, within(0, 2 * LARGEST_RATIO)],
  [2, COUNT],
];

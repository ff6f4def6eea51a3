import { positiveInteger } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import { dynamicThreshold } from '../../numerics/stats/dynamicThreshold.ts';
import { RecentValues } from '../../numerics/stats/recentValues.ts';
import { MovingAverage } from '../evidence/movingAverage.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { SettledResiduals } from '../scaling/settledResiduals.ts';
import { attributeCubed, LARGEST_RATIO, type Score, type Scorer } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import {
  COUNT,
  type Memory,
  orElse,
  packVectors,
  prepareVectors,
  type RangedVector,
  ranged,
  within,
} from '../snapshot/vectors.ts';

/** Options of a {@link DynamicThresholdScorer}. */
export interface DynamicThresholdScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** h: smoothed errors that the threshold is chosen from. @default 2100, as in the paper */
  readonly window?: number;
  /** Observations between two choices. @default 70, as in the paper */
  readonly stride?: number;
  /** Errors that the smoothing averages over; the newest counts 1 / smoothing. @default 5 */
  readonly smoothing?: number;
}

export const dynamicThresholdOptions: OptionSet<DynamicThresholdScorerOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  window: {
    kind: positiveInteger(100_000, 'all of them are kept'),
    default: 2100,
    unit: 'errors',
    about: 'smoothed errors that the threshold is chosen from',
    when: 'longer for a steadier threshold',
  },
  stride: {
    kind: positiveInteger(),
    default: 70,
    unit: 'observations',
    about: 'observations between two choices of the threshold',
    when: 'fewer to follow faster',
  },
  smoothing: {
    kind: positiveInteger(),
    default: 5,
    unit: 'errors',
    about: 'errors that the smoothing averages over',
    when: '50 as in the paper, 1 for spikes',
  },
});

/**
 * Telemanom's threshold (Hundman et al. 2018, section 3.2 and 3.3) over a stream: errors are smoothed by an
 * exponential moving average, and every 70 observations `dynamicThreshold` chooses, from the last 2100 of them,
 * the threshold for the next ones; the first time after 140. The paper processes a batch together with the data of
 * its threshold; here the batch that a threshold applies to comes after all that it was chosen from. There are no
 * probabilities, and no guaranteed rate of false alarms. The paper smooths over about 50 errors, which delays and
 * dilutes a spike; here 5.
 *
 * The error is the largest smoothed |residual| over its predicted scale among the dimensions that were measured.
 * score = r / (r + 1) with r = error / threshold; 0 before the first choice, and the threshold is at least one scale:
 * an error within the forecast's own scale is none.
 */
export class DynamicThresholdScorer implements Scorer {
  readonly name = 'dynamicThreshold';
  readonly keepsPrediction = false;
  readonly #config: Readonly<Required<DynamicThresholdScorerOptions>>;
  readonly #residuals: SettledResiduals;
  readonly #smoothed: readonly MovingAverage[]; // D
  readonly #errors: RecentValues;
  readonly #threshold: Float64Array = Float64Array.of(Number.POSITIVE_INFINITY, 0); // and observations since it was chosen

  constructor(options: DynamicThresholdScorerOptions) {
    this.#config = dynamicThresholdOptions.resolve('DynamicThresholdScorer', options);
    const { dimensions, smoothing, window } = this.#config;
    this.#residuals = new SettledResiduals(dimensions);
    this.#smoothed = Array.from({ length: dimensions }, () => new MovingAverage(smoothing));
    this.#errors = new RecentValues(window);
  }

  score(prediction: Prediction, observation: Observation): Score {
    const errors = this.#errorsWith(prediction, observation);
    const ratio = Math.max(...errors) / this.#threshold[0];
    return { score: ratio / (ratio + 1), attribution: attributeCubed(errors) };
  }

  /** Learns from every observation equally, whatever the weight: the choice of the threshold handles past anomalies. */
  learn(prediction: Prediction, observation: Observation): void {
    const isScored = this.#residuals.has(prediction, observation);
    if (isScored) this.#errors.add(Math.max(...this.#errorsWith(prediction, observation)));
    for (const [d, smoothed] of this.#smoothed.entries()) {
      const residual = this.#residuals.of(prediction, observation, d);
      if (!Number.isNaN(residual)) smoothed.learn(Math.abs(residual));
    }
    this.#residuals.learn(prediction, observation);
    if (!isScored || ++this.#threshold[1] < this.#config.stride || this.#errors.size < FEWEST) return;
    this.#threshold.set([Math.max(LEAST_THRESHOLD, dynamicThreshold(this.#errors.byAge())), 0]);
  }

  snapshot(): Snapshot {
    return seal('DynamicThresholdScorer', 1, this.#config, packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const state = unseal(snapshot, 'DynamicThresholdScorer', 1, this.#config);
    return prepareVectors(this.#carried(), state);
  }

  /** (D) the smoothed errors including this observation; 0 where it is missing. */
  #errorsWith(prediction: Prediction, observation: Observation): number[] {
    return this.#smoothed.map((smoothed, d) => {
      const residual = this.#residuals.of(prediction, observation, d);
      return Number.isNaN(residual) ? 0 : smoothed.with(Math.abs(residual));
    });
  }

  #carried(): Memory {
    const carried: Record<string, RangedVector> = {
      settled: this.#residuals.memory,
      errors: ranged(this.#errors.state, [
        [this.#config.window, within(0, LARGEST_RATIO)],
        [1, COUNT],
      ]),
      threshold: ranged(this.#threshold, [
        [1, orElse(within(LEAST_THRESHOLD, Number.MAX_VALUE), Number.POSITIVE_INFINITY)],
        [1, COUNT],
      ]),
    };
    for (const [d, smoothed] of this.#smoothed.entries())
      carried[`smoothed.${d}`] = smoothed.memory(LARGEST_RATIO, 0);
    return carried;
  }
}

const FEWEST = 140; // errors: two strides
const LEAST_THRESHOLD = 1;

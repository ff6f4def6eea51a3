import { positive } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { attribute, type Score, type Scorer, standardResidual } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { badSnapshot } from '../snapshot/state.ts';

/** Options of a {@link ZScoreScorer}. */
export interface ZScoreScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** Residual, in predicted scales, that gives the score 0.5. Higher: fewer alerts. @default 6 */
  readonly deviations?: number;
}

export const zScoreOptions: OptionSet<ZScoreScorerOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  deviations: {
    kind: positive(),
    default: 6,
    unit: 'predicted scales',
    about: 'residual that gives the score 0.5',
    when: 'higher for fewer alerts',
  },
});

/**
 * The textbook rule, for comparison: the largest |residual| over its predicted scale, z, as score = z / (z +
 * deviations).
 * It trusts the forecaster's band and has no memory.
 */
export class ZScoreScorer implements Scorer {
  readonly name = 'zScore';
  readonly keepsPrediction = false;
  readonly #config: Readonly<Required<ZScoreScorerOptions>>;

  constructor(options: ZScoreScorerOptions) {
    this.#config = zScoreOptions.resolve('ZScoreScorer', options);
  }

  score(prediction: Prediction, observation: Observation): Score {
    const sizes = observation.value.map((_, d) => Math.abs(standardResidual(prediction, observation, d)));
    const largest = Math.max(...sizes);
    return { score: largest / (largest + this.#config.deviations), attribution: attribute(sizes) };
  }

  learn(): void {}

  snapshot(): Snapshot {
    return seal('ZScoreScorer', 1, this.#config, null);
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot);
  }

  prepareRestore(snapshot: Snapshot): () => void {
    if (unseal(snapshot, 'ZScoreScorer', 1, this.#config) !== null)
      throw badSnapshot('snapshot of ZScoreScorer: it has a state, and should have none');
    return () => {};
  }
}

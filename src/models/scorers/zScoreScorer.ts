import { optionChecks } from '../../core/options.ts';
import type { Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';
import { attribute, type Score, type Scorer, standardResidual } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot.ts';

/** How easily a {@link ZScoreScorer} is surprised. */
export interface ZScoreScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** Residual, in predicted scales, that gives the score 0.5. Higher: fewer alerts. @default 6 */
  readonly deviations?: number;
}

/**
 * The textbook rule, to compare with: the largest |residual| over its predicted scale, z, as score = z / (z + deviations).
 * It takes the forecaster's band at its word and remembers nothing.
 */
export class ZScoreScorer implements Scorer {
  readonly name = 'zScore';
  readonly #config: { readonly dimensions: number; readonly deviations: number };

  constructor(options: ZScoreScorerOptions) {
    const check = optionChecks('ZScoreScorer');
    check.known(options, ['dimensions', 'deviations']);
    this.#config = {
      dimensions: check.positiveInteger('dimensions', options.dimensions),
      deviations: check.positive('deviations', options.deviations ?? 6),
    };
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
    unseal(snapshot, 'ZScoreScorer', 1, this.#config);
  }
}

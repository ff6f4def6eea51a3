import { log10 } from '../../core/math/log.ts';
import { fraction, positiveInteger } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';
import { RankWindow } from '../../numerics/stats/rankWindow.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { SettledResiduals } from '../scaling/settledResiduals.ts';
import { attribute, LARGEST_RATIO, type Score, type Scorer } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { COUNT, type Memory, packVectors, prepareVectors, ranged, within } from '../snapshot/vectors.ts';

/** Options of a {@link ConformalScorer}. */
export interface ConformalScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** Observations that calibrate; more than 1/ε, or nothing can be that improbable. @default 2000 */
  readonly window?: number;
  /** ε: p-value that gives the score 0.5, which is the rate of false alarms. @default 0.002 */
  readonly epsilon?: number;
}

export const conformalOptions: OptionSet<ConformalScorerOptions> = new OptionSet(
  {
    dimensions: DIMENSIONS,
    window: {
      kind: positiveInteger(100_000, 'all of them are kept, in order'),
      default: 2000,
      unit: 'observations',
      about: 'observations that calibrate',
      when: 'more for a smaller epsilon',
    },
    epsilon: {
      kind: fraction,
      default: 0.002,
      unit: 'probability',
      about: 'p-value that gives the score 0.5',
      when: 'lower for fewer alerts',
    },
  },
  (where, options) => {
    const { window, epsilon } = options;
    const least = Math.ceil(1 / epsilon - 1);
    if (window < 1 / epsilon - 1)
      throw badOption(where, 'window', `${least} or more, for epsilon ${epsilon}`, window);
    return options;
  },
);

/**
 * Conformal p-value: the share of the last observations that were as strange as this one, itself counted, p = (#{i : αᵢ ≥
 * α} + 1) / (n + 1). Where observations are exchangeable P(p ≤ ε) ≤ ε, whatever their distribution (Vovk, Gammerman &
 * Shafer 2005; as an inductive anomaly detector Laxhammar & Falkman 2015; over streams Ishimtsev,
 * Bernstein, Burnaev & Nazarov 2017). Equals count as stranger, so that ties raise p and no random number breaks them.
 *
 * Strangeness α is the largest |residual| over its predicted scale among the dimensions that were measured: one number,
 * so that the guarantee holds for an observation of any number of dimensions. Nothing can be less probable than
 * 1/(n + 1): alerts begin after 1/ε observations, and whatever is stranger than everything in the window scores the same.
 * score = S / (S + S₀) with S = −log10 p, S₀ = −log10 ε.
 */
export class ConformalScorer implements Scorer {
  readonly name = 'conformal';
  readonly keepsPrediction = false;
  readonly #config: Readonly<Required<ConformalScorerOptions>>;
  readonly #residuals: SettledResiduals;
  readonly #calibration: RankWindow;

  constructor(options: ConformalScorerOptions) {
    this.#config = conformalOptions.resolve('ConformalScorer', options);
    this.#residuals = new SettledResiduals(this.#config.dimensions);
    this.#calibration = new RankWindow(this.#config.window);
  }

  score(prediction: Prediction, observation: Observation): Score {
    const sizes = this.#sizes(prediction, observation);
    const surprise = this.#surprise(Math.max(...sizes));
    return {
      score: surprise / (surprise - log10(this.#config.epsilon)),
      attribution: attribute(sizes),
    };
  }

  /** Learns from every observation equally, whatever the weight: without the strange ones p would be too small. */
  learn(prediction: Prediction, observation: Observation): void {
    if (this.#residuals.has(prediction, observation))
      this.#calibration.add(Math.max(...this.#sizes(prediction, observation)));
    this.#residuals.learn(prediction, observation);
  }

  snapshot(): Snapshot {
    return seal('ConformalScorer', 1, this.#config, packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const apply = prepareVectors(this.#carried(), unseal(snapshot, 'ConformalScorer', 1, this.#config));
    return () => {
      apply();
      this.#calibration.refresh();
    };
  }

  /** (D) |residual| in predicted scales; 0 where there is none. */
  #sizes(prediction: Prediction, observation: Observation): number[] {
    return observation.value.map((_, d) => Math.abs(this.#residuals.of(prediction, observation, d) || 0));
  }

  /** −log10 p. */
  #surprise(strangeness: number): number {
    return log10((this.#calibration.size + 1) / (this.#calibration.atLeast(strangeness) + 1));
  }

  #carried(): Memory {
    const calibration = ranged(this.#calibration.state, [
      [this.#config.window, within(0, LARGEST_RATIO)],
      [1, COUNT],
    ]);
    return { settled: this.#residuals.memory, calibration };
  }
}

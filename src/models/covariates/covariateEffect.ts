import { pooled, scratch } from '../../numerics/pooled.ts';
import { type Memory, orElse, ranged, VALUE } from '../snapshot/vectors.ts';
import { CovariateFeatures } from './covariateFeatures.ts';
import { EffectRegression } from './effectRegression.ts';

/**
 * How far the values of a stream lie from where they usually are because of its covariates. It is learnt from changes, from event
 * to event: of the values, and of covariates and their squares. So a level that drifts or a season teaches little that is wrong.
 */
export class CovariateEffect {
  /** C. */
  readonly covariates: number;
  readonly #features: CovariateFeatures;
  readonly #changes: EffectRegression;
  readonly #last: Float64Array; // (D) values; NaN where there was none
  readonly #missing: readonly number[]; // (C)
  readonly #began: boolean[]; // (D)

  constructor(covariates: number, dimensions: number) {
    this.covariates = covariates;
    this.#features = new CovariateFeatures(covariates);
    this.#changes = new EffectRegression(this.#features.size, dimensions);
    this.#last = pooled(dimensions);
    this.#last.fill(Number.NaN);
    this.#began = new Array<boolean>(dimensions).fill(false);
    this.#missing = new Array<number>(covariates).fill(Number.NaN);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      ...this.#features.memory,
      ...this.#changes.memory,
      last: ranged(this.#last, orElse(VALUE, Number.NaN)),
    };
  }

  /** (D) @param covariates (C) of the next event @default as they were last */
  of(covariates: readonly number[] = this.#missing): number[] {
    const effect = new Array<number>(this.#last.length).fill(0);
    if (!this.#features.areKnown) return effect;
    const features = scratch('covariates', this.#features.size);
    this.#features.writeLevel(covariates, features);
    for (let d = 0; d < effect.length; d++) effect[d] = this.#changes.of(d, features);
    return effect;
  }

  /** (D) whether it is the newest event after which it is used. */
  get began(): readonly boolean[] {
    return this.#began;
  }

  /** Updates with an event. */
  learn(value: readonly number[], covariates: readonly number[], weight: number): void {
    const was = this.#began.map((_, d) => this.#changes.isUsed(d));
    if (this.#features.areKnown) {
      const features = scratch('covariates', this.#features.size);
      this.#features.writeChange(covariates, features);
      this.#changes.learn(features, this.#last, value, weight);
    }
    this.#features.learn(covariates);
    for (let d = 0; d < value.length; d++) {
      this.#last[d] = value[d];
      this.#began[d] = !was[d] && this.#changes.isUsed(d);
    }
  }
}

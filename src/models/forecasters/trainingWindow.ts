import { views } from '../../numerics/views.ts';
import { compress, expand } from '../scaling/compress.ts';
import { ChangeScale } from './changeScale.ts';
import type { ResolvedLstmOptions } from './lstmOptions.ts';

/** One observation in a {@link TrainingWindow}. */
export interface Sample {
  /** (D) compressed. */
  readonly values: Float64Array;
  /** (D) how much to learn from each. */
  readonly weights: Float64Array;
}

/**
 * The newest observations, compressed, and the targets of a window of steps (TBPTT's k2): by how much each value
 * differs from the step's own, in units of the usual change. Under cross-entropy, the value itself.
 */
export class TrainingWindow {
  /** (N, 2D) ring of values and their weights, newest N = T + longest horizon + look-ahead. */
  readonly state: Float64Array;
  /** The unit of predictions. */
  readonly changes: ChangeScale;
  /** (T, P) the targets of each step: of each horizon, then the auxiliary ones. */
  readonly targets: Float64Array;
  /** (T, P) how much to learn from each target. */
  readonly weights: Float64Array;
  readonly #dimensions: number;
  readonly #options: ResolvedLstmOptions;
  readonly #behind: number; // events after a step before all its targets are known and it may learn
  readonly #samples: readonly Sample[]; // (N) views of `state`

  /**
   * @param targets P: those of one step
   * @param lookAhead coming observations that are given to a step
   */
  constructor(options: ResolvedLstmOptions, dimensions: number, targets: number, lookAhead: number) {
    const { window, horizons } = options;
    this.#options = options;
    this.#dimensions = dimensions;
    this.#behind = horizons.at(-1)! + lookAhead;
    this.changes = new ChangeScale(horizons.length * dimensions);
    const slots = window + this.#behind;
    this.state = new Float64Array(slots * 2 * dimensions);
    const rows = views(this.state, new Array<number>(2 * slots).fill(dimensions));
    this.#samples = Array.from({ length: slots }, (_, n) => ({
      values: rows[2 * n],
      weights: rows[2 * n + 1],
    }));
    this.targets = new Float64Array(window * targets);
    this.weights = new Float64Array(window * targets);
  }

  /** The entry of that event, to be written and read. */
  sample(event: number): Sample {
    return this.#samples[event % this.#samples.length];
  }

  /** Updates the changes up to that event, the newest. */
  learnChanges(event: number): void {
    const D = this.#dimensions;
    const { values, weights } = this.sample(event);
    for (const [k, horizon] of this.#options.horizons.entries()) {
      if (event < horizon) return;
      const { values: earlier } = this.sample(event - horizon);
      for (let d = 0; d < D; d++) this.changes.learn(k * D + d, earlier[d], values[d], weights[d]);
    }
  }

  /**
   * Fills `targets` and `weights` for the newest steps whose targets, up to the longest horizon, are known. Steps
   * that were given the next predicted value wait: the forecast of an observation must not depend on it through the
   * weights either.
   *
   * @param newest the event whose values were added last
   */
  fill(newest: number): void {
    const { window, horizons, auxiliary, loss } = this.#options;
    const D = this.#dimensions;
    const predictsChanges = loss !== 'crossEntropy';
    const first = newest - this.#behind - window + 1; // step t predicts t + horizon
    let at = 0;
    for (let t = first; t < first + window; t++) {
      const before = this.sample(t);
      for (let k = 0; k < horizons.length; k++) {
        const { values, weights } = this.sample(t + horizons[k]);
        for (let d = 0; d < D; d++, at++) {
          this.targets[at] = predictsChanges
            ? (values[d] - before.values[d]) / this.changes.of(k * D + d)
            : values[d];
          this.weights[at] = weights[d];
        }
      }
      if (auxiliary === 'none') continue;
      const after = this.sample(t + 1);
      for (let d = 0; d < D; d++, at++) {
        this.targets[at] = compress(Math.abs(expand(after.values[d]) - expand(before.values[d])));
        this.weights[at] = Math.min(after.weights[d], before.weights[d]);
      }
    }
  }
}

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
 * What the newest observations were, compressed, and what a window of steps (TBPTT's k2) should have said of them: by how
 * much each value differs from the step's own, in units of the usual change. Under cross-entropy, the value itself.
 */
export class TrainingWindow {
  /** (N, 2D) ring of values and their weights, newest N = T + longest horizon + look-ahead. */
  readonly state: Float64Array;
  /** The unit of what is foretold. */
  readonly changes: ChangeScale;
  /** (T, P) what each step should have said: of each horizon, then what is auxiliary. */
  readonly targets: Float64Array;
  /** (T, P) how much to learn from each target. */
  readonly weights: Float64Array;
  readonly #dimensions: number;
  readonly #options: ResolvedLstmOptions;
  readonly #behind: number; // events after a step before all its targets are known and it may learn
  readonly #samples: readonly Sample[]; // (N) views of `state`

  /**
   * @param targets P: those of one step
   * @param lookAhead coming observations that a step is shown
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

  /** The place of that event, to be filled in and read. */
  sample(event: number): Sample {
    return this.#samples[event % this.#samples.length];
  }

  /** Takes in by how much the values have changed up to that event, the newest. */
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
   * Fills `targets` and `weights` for the newest steps whose targets, up to the longest horizon, are known. Steps that were
   * shown what is foretold next wait: the forecast of an observation must not depend on it through the weights either.
   *
   * @param newest the event whose values were put in last
   */
  fill(newest: number): void {
    const { window, horizons, auxiliary, loss } = this.#options;
    const D = this.#dimensions;
    const predictsChanges = loss !== 'crossEntropy';
    const first = newest - this.#behind - window + 1; // step t foretold t + horizon
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

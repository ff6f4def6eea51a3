import { pooled, scratch } from '../../numerics/pooled.ts';
import { COMPRESSED, compress, expand } from '../scaling/laplaceBand.ts';
import { type RangedVector, ranged, SHARE } from '../snapshot/vectors.ts';
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
  /** (T, P) the targets of each step: of each horizon, then the auxiliary ones. Shared by models alike, as is `weights`: valid until the next `fill`. */
  readonly targets: Float64Array;
  /** (T, P) how much to learn from each target. */
  readonly weights: Float64Array;
  readonly #dimensions: number;
  readonly #options: ResolvedLstmOptions;
  readonly #behind: number; // events after a step before all its targets are known and it may learn
  readonly #slots: number; // N

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
    this.#slots = window + this.#behind;
    this.state = pooled(this.#slots * 2 * dimensions);
    this.targets = scratch('targets', window * targets);
    this.weights = scratch('weights', window * targets);
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, [
      [this.#dimensions, COMPRESSED],
      [this.#dimensions, SHARE],
    ]);
  }

  /** The entry of that event, to be written and read: views, made anew, for a view for every entry would take more than they. */
  sample(event: number): Sample {
    const D = this.#dimensions;
    const at = this.#placeOf(event);
    return {
      values: this.state.subarray(at, at + D),
      weights: this.state.subarray(at + D, at + 2 * D),
    };
  }

  /** Updates the changes up to that event, the newest. */
  learnChanges(event: number): void {
    const D = this.#dimensions;
    const { state } = this;
    const now = this.#placeOf(event);
    for (const [k, horizon] of this.#options.horizons.entries()) {
      if (event < horizon) return;
      const earlier = this.#placeOf(event - horizon);
      for (let d = 0; d < D; d++)
        this.changes.learn(k * D + d, state[earlier + d], state[now + d], state[now + D + d]);
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
    const { state } = this;
    const predictsChanges = loss !== 'crossEntropy';
    const first = newest - this.#behind - window + 1; // step t predicts t + horizon
    let at = 0;
    for (let t = first; t < first + window; t++) {
      const before = this.#placeOf(t);
      for (let k = 0; k < horizons.length; k++) {
        const then = this.#placeOf(t + horizons[k]);
        for (let d = 0; d < D; d++, at++) {
          this.targets[at] = predictsChanges
            ? (state[then + d] - state[before + d]) / this.changes.of(k * D + d)
            : state[then + d];
          this.weights[at] = state[then + D + d];
        }
      }
      if (auxiliary === 'none') continue;
      const after = this.#placeOf(t + 1);
      for (let d = 0; d < D; d++, at++) {
        this.targets[at] = compress(Math.abs(expand(state[after + d]) - expand(state[before + d])));
        this.weights[at] = Math.min(state[after + D + d], state[before + D + d]);
      }
    }
  }

  /** Where in the state the values of an event begin; their weights follow. */
  #placeOf(event: number): number {
    return (event % this.#slots) * 2 * this.#dimensions;
  }
}

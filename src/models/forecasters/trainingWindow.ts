import { pooled, scratch } from '../../numerics/pooled.ts';
import { COMPRESSED, compress, expand } from '../scaling/laplaceBand.ts';
import { type RangedVector, ranged, SHARE } from '../snapshot/vectors.ts';
import { ChangeScale } from './changeScale.ts';
import type { ResolvedLstmOptions } from './lstmOptions.ts';

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

  /**
   * Notes one value of an event.
   *
   * @param x compressed
   * @param weight how much to learn from it
   */
  note(event: number, d: number, x: number, weight: number): void {
    const at = this.#placeOf(event) + d;
    this.state[at] = x;
    this.state[at + this.#dimensions] = weight;
  }

  /** Updates the changes up to that event, the newest. */
  learnChanges(event: number): void {
    const D = this.#dimensions;
    const { state } = this;
    const now = this.#placeOf(event);
    const { horizons } = this.#options;
    for (let k = 0; k < horizons.length; k++) {
      const horizon = horizons[k];
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
    const { state, targets, weights, changes } = this;
    const predictsChanges = loss !== 'crossEntropy';
    const first = newest - this.#behind - window + 1; // step t predicts t + horizon
    const perStep = targets.length / window;
    for (let k = 0; k < horizons.length; k++) {
      for (let d = 0; d < D; d++) {
        const unit = changes.of(k * D + d);
        let before = this.#placeOf(first) + d;
        let then = this.#placeOf(first + horizons[k]) + d;
        for (let at = k * D + d; at < targets.length; at += perStep) {
          targets[at] = predictsChanges ? (state[then] - state[before]) / unit : state[then];
          weights[at] = state[then + D];
          before = this.#next(before);
          then = this.#next(then);
        }
      }
    }
    if (auxiliary === 'none') return;
    for (let d = 0; d < D; d++) {
      let before = this.#placeOf(first) + d;
      for (let at = horizons.length * D + d; at < targets.length; at += perStep) {
        const after = this.#next(before);
        targets[at] = compress(Math.abs(expand(state[after]) - expand(state[before])));
        weights[at] = Math.min(state[after + D], state[before + D]);
        before = after;
      }
    }
  }

  /** The place of the same number of the next event. */
  #next(place: number): number {
    const next = place + 2 * this.#dimensions;
    return next < this.state.length ? next : next - this.state.length;
  }

  /** Where in the state the values of an event begin; their weights follow. */
  #placeOf(event: number): number {
    return (event % this.#slots) * 2 * this.#dimensions;
  }
}

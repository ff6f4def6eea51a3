import { pooledOf } from '../../numerics/pooled.ts';
import { type Memory, orElse, ranged, VALUE } from '../snapshot/vectors.ts';
import { AtRest } from './atRest.ts';

/** Of a large move: what is less is rounding, or the noise of a sensor at rest. */
const SAME = 1e-3;

/**
 * Bounds on the evidence in a stream that mostly keeps one value, or mostly does not move: the evidence at a pulse, or at a
 * step, is bounded by how rare such pulses and steps are.
 */
export class Intermittence {
  readonly #values: AtRest = new AtRest();
  readonly #steps: AtRest = new AtRest(); // from one value to the next
  readonly #last: Float64Array = pooledOf(Number.NaN);

  /** Whether the stream is known to keep one value, or not to move, most of the time. */
  get rests(): boolean {
    return this.#values.rests || this.#steps.rests;
  }

  /** The upper bound on the surprise of `value`, in decades. Pure. @param large move of this stream, `LargestMoves.large` @default 0: values are exact */
  limit(value: number, large = 0): number {
    return this.#values.limit(value, SAME * large);
  }

  /** How rare pulses as large as `value` are among all, in decades. Pure. @param large as for `limit` */
  surpriseOfSize(value: number, large = 0): number {
    return this.#values.surpriseOfSize(value, SAME * large);
  }

  /** The upper bound on the surprise of the step from the last value to `value`, in decades. Pure. @param large as for `limit` */
  limitOfMoves(value: number, large = 0): number {
    const step = value - this.#last[0];
    return Number.isNaN(step) ? Number.POSITIVE_INFINITY : this.#steps.limit(step, SAME * large);
  }

  /** @param large as for `limit` */
  learn(value: number, weight: number, large = 0): void {
    if (weight > 0) {
      this.#values.learn(value, SAME * large);
      const step = value - this.#last[0];
      if (!Number.isNaN(step)) this.#steps.learn(step, SAME * large);
    }
    this.#last[0] = value;
  }

  carried(): Memory {
    const last = ranged(this.#last, orElse(VALUE, Number.NaN));
    return { 'rest.values': this.#values.memory, 'rest.steps': this.#steps.memory, 'rest.last': last };
  }
}

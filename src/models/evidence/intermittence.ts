import { pooledOf } from '../../numerics/pooled.ts';
import { type Memory, orElse, ranged, VALUE } from '../snapshot/vectors.ts';
import { AtRest } from './atRest.ts';

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

  /** The upper bound on the surprise of `value`, in decades. Pure. */
  limit(value: number): number {
    return this.#values.limit(value);
  }

  /** The upper bound on the surprise of the step from the last value to `value`, in decades. Pure. */
  limitOfMoves(value: number): number {
    const step = value - this.#last[0];
    return Number.isNaN(step) ? Number.POSITIVE_INFINITY : this.#steps.limit(step);
  }

  learn(value: number, weight: number): void {
    if (weight > 0) {
      this.#values.learn(value);
      const step = value - this.#last[0];
      if (!Number.isNaN(step)) this.#steps.learn(step);
    }
    this.#last[0] = value;
  }

  carried(): Memory {
    const last = ranged(this.#last, orElse(VALUE, Number.NaN));
    return { 'rest.values': this.#values.memory, 'rest.steps': this.#steps.memory, 'rest.last': last };
  }
}

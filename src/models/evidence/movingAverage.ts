import { pooled } from '../../numerics/pooled.ts';
import { type NumberRange, type RangedVector, ranged, SHARE, within } from '../snapshot/vectors.ts';
/** Exponential moving average that starts without bias: its weights sum to 1 from the first value on. */
export class MovingAverage {
  /** Average with the weight still missing at its start, and the accumulated weight. */
  readonly state: Float64Array = pooled(2);
  readonly #rate: number;

  /** @param length values over which it averages; the newest counts 1 / length */
  constructor(length: number) {
    this.#rate = 1 / length;
  }

  /** The state and its ranges, for a snapshot. @param most of the values @param least of the values */
  memory(most: number, least: number = -most): RangedVector {
    return ranged(this.state, [
      [1, within(least, most)],
      [1, SHARE],
    ]);
  }

  /** What the average would be with `value` in it. Pure. */
  with(value: number): number {
    const weight = this.state[1] + this.#rate * (1 - this.state[1]);
    return (this.state[0] + this.#rate * (value - this.state[0])) / weight;
  }

  /** The average of what was learnt, shrunk to 0 while that is little. */
  get shrunk(): number {
    return this.state[0];
  }

  learn(value: number): void {
    this.state[0] += this.#rate * (value - this.state[0]);
    this.state[1] += this.#rate * (1 - this.state[1]);
  }
}

/** Exponential moving average of a vector that starts without bias, like `MovingAverage` of a number. */
export class MovingVector {
  /** (n + 1) averages with the weight still missing at their start, and the accumulated weight. */
  readonly state: Float64Array;
  readonly #size: number;
  readonly #rate: number;

  /**
   * @param size n
   * @param length vectors over which it averages; the newest counts 1 / length
   */
  constructor(size: number, length: number) {
    this.state = pooled(size + 1);
    this.#size = size;
    this.#rate = 1 / length;
  }

  /** The state and its ranges, for a snapshot. @param each (n) of each place */
  memory(each: readonly NumberRange[]): RangedVector {
    return ranged(this.state, [...each.map((range) => [1, range] as const), [1, SHARE]]);
  }

  /** What the average would be with `vector` in it. @param out (n) */
  withInto(out: Float64Array, vector: Float64Array): void {
    const weight = this.state[this.#size] + this.#rate * (1 - this.state[this.#size]);
    for (let i = 0; i < this.#size; i++) {
      out[i] = (this.state[i] + this.#rate * (vector[i] - this.state[i])) / weight;
    }
  }

  learn(vector: Float64Array): void {
    for (let i = 0; i < this.#size; i++) this.state[i] += this.#rate * (vector[i] - this.state[i]);
    this.state[this.#size] += this.#rate * (1 - this.state[this.#size]);
  }
}

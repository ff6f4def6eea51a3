import { pooled } from '../../numerics/pooled.ts';
import { COUNT, orElse, type RangedVector, ranged } from '../snapshot/vectors.ts';

interface Bounds {
  readonly expected: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/**
 * Nothing negative is expected of a stream that never was, once so many values of it are known: counts, latencies and
 * shares have no band below 0.
 */
export class NonNegative {
  /** (D) values so far, none of them negative; −1 once one was. */
  readonly #seen: Float64Array;

  constructor(dimensions: number) {
    this.#seen = pooled(dimensions);
  }

  /** For a snapshot. */
  get memory(): RangedVector {
    return ranged(this.#seen, orElse(COUNT, -1));
  }

  /** The least value that dimension `d` is expected to have: 0 or −∞. */
  least(d: number): number {
    return this.#seen[d] < KNOWN ? Number.NEGATIVE_INFINITY : 0;
  }

  /** @param value (D) NaN where it is missing */
  learn(value: readonly number[]): void {
    for (let d = 0; d < this.#seen.length; d++) this.learnOne(d, value[d]);
  }

  learnOne(d: number, value: number): void {
    const seen = this.#seen;
    if (value < 0) seen[d] = -1;
    else if (value >= 0 && seen[d] >= 0) seen[d]++;
  }

  /** Raises what is below the least to it, in place. @param forecast whose arrays are the caller's own */
  bound<T extends Bounds>(forecast: T): T {
    for (let d = 0; d < this.#seen.length; d++) {
      if (this.#seen[d] < KNOWN) continue;
      raise(forecast.expected, d);
      raise(forecast.lower, d);
      raise(forecast.upper, d);
    }
    return forecast;
  }
}

const KNOWN = 100; // values

function raise(values: readonly number[], d: number): void {
  if (values[d] < 0) (values as number[])[d] = 0;
}

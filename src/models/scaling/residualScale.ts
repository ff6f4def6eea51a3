import { pow } from '../../core/math/pow.ts';
import { pooled } from '../../numerics/pooled.ts';
import { COUNT, type Layout, type RangedVector, ranged, SIZE } from '../snapshot/vectors.ts';

/** Ranges of the numbers of a `part`. */
export const SCALE_PART: Layout = [
  [1, SIZE],
  [1, COUNT],
];

/** Smallest scale, relative to the size of the value and absolute: a constant stream must not divide by zero. */
const RELATIVE_FLOOR = 1e-10;
const ABSOLUTE_FLOOR = 1e-15;

/** A scale that is safe to divide by, on any stream. */
export function flooredScale(scale: number, level: number): number {
  return Math.max(scale, RELATIVE_FLOOR * Math.abs(level) + ABSOLUTE_FLOOR);
}

/**
 * The usual error of a point forecaster: exponentially weighted mean of |residual| per dimension,
 * which is the maximum-likelihood scale of a Laplace distribution. After 30 residuals each counts for at most eight
 * times the scale, so that one outlier does not open the band.
 */
export class ResidualScale {
  /** (2D) mean |residual| per dimension, then how many were seen. */
  readonly state: Float64Array;
  readonly #dimensions: number;
  readonly #rate: number;

  /** @param halfLife observations after which a residual counts half */
  constructor(dimensions: number, halfLife: number) {
    this.#dimensions = dimensions;
    this.#rate = 1 - pow(2, -1 / halfLife);
    this.state = pooled(2 * dimensions);
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, [
      [this.#dimensions, SIZE],
      [this.#dimensions, COUNT],
    ]);
  }

  /** (2) a copy of what is known of dimension `d`: mean |residual|, and how many were seen. */
  part(d: number): Float64Array {
    return Float64Array.of(this.state[d], this.state[this.#dimensions + d]);
  }

  /** Puts a `part` in the place of what is known of dimension `d`; without one, nothing is known of it. */
  setPart(d: number, part: ArrayLike<number> = [0, 0]): void {
    this.state[d] = part[0];
    this.state[this.#dimensions + d] = part[1];
  }

  /** Mean |residual| of dimension `d`; 0 before its first that is not 0. */
  mean(d: number): number {
    return this.state[d];
  }

  /** (D) scale b; at least a floor that follows the size of `expected`. */
  scale(expected: readonly number[]): number[] {
    return expected.map((level, d) => this.scaleOf(d, level));
  }

  /** `scale` of dimension `d` alone. */
  scaleOf(d: number, level: number): number {
    return flooredScale(this.state[d], level);
  }

  /** Missing values (NaN) and missing forecasts leave their dimension as it was. */
  learn(expected: readonly number[], value: readonly number[], weight: number): void {
    for (let d = 0; d < this.#dimensions; d++) this.learnOne(d, expected[d], value[d], weight);
  }

  /** `learn` for dimension `d` alone. */
  learnOne(d: number, expected: number, value: number, weight: number): void {
    const size = Math.abs(value - expected);
    if (!Number.isFinite(size) || weight === 0) return;
    // If a stream's perfect start were counted, its first real residuals would be bounded by a scale of nothing.
    if (size === 0 && this.state[d] === 0) return;
    const seen = ++this.state[this.#dimensions + d];
    const bounded = seen > 30 ? Math.min(size, 8 * flooredScale(this.state[d], expected)) : size;
    this.state[d] += weight * Math.max(this.#rate, 1 / seen) * (bounded - this.state[d]);
  }
}

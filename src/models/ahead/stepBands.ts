import { log } from '../../core/math/log.ts';
import { pow } from '../../core/math/pow.ts';
import { pooled } from '../../numerics/pooled.ts';
import { flooredScale, ResidualScale } from '../scaling/residualScale.ts';
import { type Memory, type NumberRange, ranged, within } from '../snapshot/vectors.ts';

const RATE = 0.1; // of the offsets, per comparison
const FIRST = 0.75; // of a Laplace distribution's quantiles: the offsets before the first comparison
const LIMIT = 100; // an offset
/** Of quantiles, in units of the usual error. */
export const OFFSET: NumberRange = within(-LIMIT, LIMIT);
const PRIOR = 12; // comparisons that the first guess of a step's size counts for
const SPREAD = 1.2; // mean deviations: what a forecast of an unknown stream is off by at most
const HALF_LIFE = 200; // events, of the usual scale of the next forecast

/**
 * Quantiles of forecasts by step: the forecast plus an offset times a unit.
 *
 * The unit is the usual size of that step's errors; before there are some, the scale of the next forecast times √step, at most
 * the spread of the stream. It is larger where the forecaster reports a larger scale than usual, the less the further ahead.
 *
 * The offset follows the quantile of past errors in these units: each value below the quantile that was forecast for it lowers it
 * by 1 − q, each above raises it by q (adaptive conformal inference, Gibbs & Candès 2021, on the quantile itself as in
 * Angelopoulos, Candès & Tibshirani 2023). So q of the values lie below in the long run, whatever the distribution, and though
 * the verdict on a forecast is known only when its step has come.
 */
export class StepBands {
  readonly #quantiles: readonly number[]; // (Q) ascending
  readonly #dimensions: number;
  readonly #size: number; // H·D
  readonly #usual: ResidualScale; // (H·D)
  readonly #first: ResidualScale; // (D) scales of the next forecast
  readonly #offsets: Float64Array; // (Q, H, D)

  /** @param halfLife comparisons after which an error counts half */
  constructor(quantiles: readonly number[], steps: number, dimensions: number, halfLife: number) {
    this.#quantiles = quantiles;
    this.#dimensions = dimensions;
    this.#size = steps * dimensions;
    this.#usual = new ResidualScale(this.#size, halfLife);
    this.#first = new ResidualScale(dimensions, HALF_LIFE);
    this.#offsets = pooled(quantiles.length * this.#size);
    for (const [k, q] of quantiles.entries())
      this.#offsets.fill(FIRST * laplaceQuantile(q), k * this.#size, (k + 1) * this.#size);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      usual: this.#usual.memory,
      first: this.#first.memory,
      offsets: ranged(this.#offsets, OFFSET),
    };
  }

  /** Notes the scale of a forecast of the next event. */
  note(scale: readonly number[]): void {
    for (let d = 0; d < this.#dimensions; d++) this.#first.learnOne(d, 0, scale[d], 1);
  }

  /**
   * @param expected (H, D)
   * @param scale (D) of the forecast of the next event
   * @param deviation mean deviation of the stream's dimension `d`
   * @param into (H, D) units, above 0; NaN where nothing is expected
   */
  units(
    expected: Float64Array,
    scale: readonly number[],
    deviation: (d: number) => number,
    into: Float64Array,
  ): void {
    for (let target = 0; target < this.#size; target++) {
      const d = target % this.#dimensions;
      const root = Math.sqrt(1 + Math.floor(target / this.#dimensions));
      const first = scale[d];
      const guess = Math.min(first * root, Math.max(first, SPREAD * deviation(d)));
      const count = this.#usual.state[this.#size + target];
      const usual = (PRIOR * guess + count * this.#usual.mean(target)) / (PRIOR + count);
      const ratio = this.#first.mean(d) > 0 ? first / this.#first.mean(d) : 1;
      const unit = usual * pow(Math.max(0.25, Math.min(4, ratio)), 0.5 / root);
      into[target] = Number.isNaN(unit) ? Number.NaN : flooredScale(unit, expected[target]);
    }
  }

  /** (Q, H, D) the present offsets: the model's own, not a copy. */
  get offsets(): Float64Array {
    return this.#offsets;
  }

  /** (Q) ascending; the median is `expected`, and the others are on their side of it. */
  quantiles(target: number, expected: number, unit: number): number[] {
    return this.#quantiles
      .map((q, k) => {
        const offset = this.#offsets[k * this.#size + target];
        return expected + (q < 0.5 ? Math.min(0, offset) : q > 0.5 ? Math.max(0, offset) : 0) * unit;
      })
      .sort((a, b) => a - b);
  }

  /**
   * Updates with a value and the forecast that was made of it.
   *
   * @param offsets (Q, H, D) those of the forecast
   */
  learn(
    target: number,
    value: number,
    expected: number,
    unit: number,
    offsets: Float64Array,
    weight: number,
  ): void {
    const off = (value - expected) / unit;
    if (Number.isNaN(off) || weight === 0) return;
    for (const [k, q] of this.#quantiles.entries()) {
      const at = k * this.#size + target;
      // A value at the end of an interval lies in it.
      const isBelow = off < offsets[at] || (off === offsets[at] && q > 0.5);
      const moved = this.#offsets[at] + weight * RATE * (isBelow ? q - 1 : q);
      this.#offsets[at] = Math.max(-LIMIT, Math.min(LIMIT, moved));
    }
    this.#usual.learnOne(target, expected, value, weight);
  }
}

/** Of a Laplace distribution around 0 with scale 1. */
function laplaceQuantile(q: number): number {
  return q < 0.5 ? log(2 * q) : -log(2 * (1 - q));
}

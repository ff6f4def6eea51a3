import { pow } from '../../core/math/pow.ts';
import { pooled, scratch } from '../../numerics/pooled.ts';
import { ResidualScale } from '../scaling/residualScale.ts';
import { type Memory, ranged, SIZE, VALUE, within } from '../snapshot/vectors.ts';

const FORGET = 0.998; // what an event counts for, one later
const PRIOR = 100; // variance of a weight before the first event, in units of the residuals' variance
const MOST_DOUBT = 1e6; // the same of all weights together, on average: nothing is forgotten beyond it
const CLIP = 5; // usual errors, or what the doubt makes of them: what is further off teaches no more
const WORST = 10; // usual errors, of a loss
const RECENT = 0.005; // rate of the losses with and without it
const DOUBT = 2; // loss with what has not shown anything yet, by that without it,
const DOUBTED = 3; // and for how many events it counts
const STEEPNESS = 40; // a loss smaller by 5 % has 8 times the say,
const WORTH = 1.05; // and so much smaller it must be for half of it to be used
const HALF_LIFE = 300; // events, of the usual errors

const LARGEST = 1e300; // a weight, an effect

const WITHOUT = 0;
const WITH = 1;
const COUNT_OF = 2;

/**
 * By how much values change when features change: recursive least squares with forgetting, with errors that are clipped (Huber's
 * proposal), one matrix for all dimensions. How much of it is used depends on the errors of the last events at which it was large,
 * with and without it (as the exponentially weighted average forecaster: Vovk 1990), so that it cannot harm for long.
 */
export class EffectRegression {
  readonly #size: number; // F
  readonly #dimensions: number; // D
  readonly #weights: Float64Array; // (D, F)
  readonly #doubt: Float64Array; // (F, F) covariance of the weights, in units of the residuals' variance
  readonly #losses: Float64Array; // (D, 3) without, with, events that count
  readonly #usual: ResidualScale; // (D) errors of what is used

  constructor(features: number, dimensions: number) {
    this.#size = features;
    this.#dimensions = dimensions;
    this.#weights = pooled(dimensions * features);
    this.#doubt = pooled(features * features);
    this.#losses = pooled(3 * dimensions);
    for (let d = 0; d < dimensions; d++) this.#losses.set([1, DOUBT, DOUBTED], 3 * d);
    this.#usual = new ResidualScale(dimensions, HALF_LIFE);
    this.#begin();
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      weights: ranged(this.#weights, VALUE),
      doubt: ranged(this.#doubt, within(-1e12, 1e12)),
      losses: ranged(this.#losses, SIZE),
      usual: this.#usual.memory,
    };
  }

  /** What is used of it in dimension `d`. @param features (F), or by how much they are other than usual */
  of(d: number, features: Float64Array): number {
    return this.#share(d) * this.#whole(d, features);
  }

  /** Whether most of it is used in dimension `d`. */
  isUsed(d: number): boolean {
    return this.#share(d) > 0.5;
  }

  /**
   * Updates with a value.
   *
   * @param features (F) by how much they have changed
   * @param expected (D) the value before; NaN where there was none
   * @param value (D) NaN where it is missing
   */
  learn(features: Float64Array, expected: ArrayLike<number>, value: readonly number[], weight: number): void {
    if (weight === 0) return;
    const F = this.#size;
    const gains = scratch('covariate gains', F);
    let power = FORGET;
    for (let i = 0; i < F; i++) {
      let sum = 0;
      for (let j = 0; j < F; j++) sum += this.#doubt[i * F + j] * features[j];
      gains[i] = sum;
      power += sum * features[i];
    }
    let isLearnt = false;
    for (let d = 0; d < this.#dimensions; d++) {
      const off = value[d] - expected[d];
      if (!Number.isFinite(off)) continue;
      const whole = this.#whole(d, features);
      const unit = this.#usual.mean(d);
      this.#usual.learnOne(d, this.#share(d) * whole, off, weight);
      if (unit === 0) continue; // no error so far
      this.#compare(d, off, whole, unit, weight);
      const most = CLIP * unit * Math.sqrt(power);
      const error = Math.max(-most, Math.min(most, off - whole));
      const step = (weight * error) / power;
      isLearnt = true;
      for (let i = 0; i < F; i++) {
        const at = d * F + i;
        const moved = this.#weights[at] + step * gains[i];
        if (Math.abs(moved) <= LARGEST) this.#weights[at] = moved;
      }
    }
    if (isLearnt) this.#narrow(gains, power); // a missing value has taught nothing
  }

  /** Where it is small, it has nothing to show. */
  #compare(d: number, off: number, whole: number, unit: number, weight: number): void {
    const at = 3 * d;
    const losses = this.#losses;
    const part = (weight * Math.abs(whole)) / (Math.abs(whole) + unit);
    losses[at + COUNT_OF] += part;
    const rate = part * Math.max(RECENT, 1 / losses[at + COUNT_OF]);
    const bounded = (error: number): number => Math.min(WORST, Math.abs(error) / unit);
    losses[at + WITHOUT] += rate * (bounded(off) - losses[at + WITHOUT]);
    losses[at + WITH] += rate * (bounded(off - whole) - losses[at + WITH]);
  }

  /** What an event has taught is known better. */
  #narrow(gains: Float64Array, power: number): void {
    const F = this.#size;
    const doubt = this.#doubt;
    let trace = 0;
    for (let i = 0; i < F; i++) trace += doubt[i * F + i];
    const forget = trace < MOST_DOUBT * F ? FORGET : 1;
    let isSound = true;
    for (let i = 0; i < F; i++) {
      for (let j = 0; j <= i; j++) {
        const narrowed = (doubt[i * F + j] - (gains[i] * gains[j]) / power) / forget;
        isSound &&= Math.abs(narrowed) < 1e12 && (i !== j || narrowed >= 0);
        doubt[i * F + j] = narrowed;
        doubt[j * F + i] = narrowed;
      }
    }
    if (!isSound) this.#begin();
  }

  #begin(): void {
    this.#doubt.fill(0);
    for (let i = 0; i < this.#size; i++) this.#doubt[i * this.#size + i] = PRIOR;
  }

  #share(d: number): number {
    const at = 3 * d;
    const [without, correct] = [this.#losses[at + WITHOUT], this.#losses[at + WITH]];
    return without === 0 ? 0 : 1 / (1 + pow((WORTH * correct) / without, STEEPNESS));
  }

  #whole(d: number, features: Float64Array): number {
    let sum = 0;
    for (let i = 0, at = d * this.#size; i < this.#size; i++) sum += this.#weights[at + i] * features[i];
    return Math.abs(sum) <= LARGEST ? sum : 0;
  }
}

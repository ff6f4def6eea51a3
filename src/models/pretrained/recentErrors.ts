import { pow } from '../../core/math/pow.ts';
import { pooled } from '../../numerics/pooled.ts';
import { type RangedVector, ranged, within } from '../snapshot/vectors.ts';
import { HORIZONS } from './contextInputs.ts';

const K = HORIZONS.length;
const RECENT = 0.0015; // rate of the two recent errors
const PRIOR = 30; // events that the first errors count for
const STEEPNESS = 40; // a recent error smaller by 5 % has 8 times the say

/**
 * How much of what was learnt of a stream is used, at each horizon: by the errors of the last 700 events with and without it (as
 * the exponentially weighted average forecaster: Vovk 1990), so that it cannot harm for long.
 */
export class RecentErrors {
  readonly #errors: Float64Array; // (2, K) recent, without and with

  /** @param doubt the error of what has not shown anything yet, by that without it */
  constructor(doubt: number) {
    this.#errors = pooled(2 * K);
    this.#errors.fill(1, 0, K);
    this.#errors.fill(doubt, K);
  }

  get memory(): RangedVector {
    return ranged(this.#errors, within(0, 1e6));
  }

  /** @param age events before the one that was forecast from */
  learn(k: number, without: number, adapted: number, age: number, weight: number): void {
    const rate = weight * Math.max(RECENT, 1 / (age + PRIOR));
    this.#errors[k] += rate * (without - this.#errors[k]);
    this.#errors[K + k] += rate * (adapted - this.#errors[K + k]);
  }

  /** From 0 to 1. */
  share(k: number): number {
    const [without, adapted] = [this.#errors[k], this.#errors[K + k]];
    return without === 0 ? 0 : 1 / (1 + pow(adapted / without, STEEPNESS));
  }
}

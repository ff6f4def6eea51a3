import { square } from '../../core/math/pow.ts';
import { pooled } from '../../numerics/pooled.ts';
import { COUNT, type Memory, orElse, ranged, SIZE, VALUE } from '../snapshot/vectors.ts';

/** Of a covariate: its distance from its mean, and the square of that: a load rises with heat and with cold. */
const OF_ONE = 2;
const MEAN_RATE = 1 / 1000;
const SETTLED = 20; // events after which the unit of a covariate is its range so far
const BEYOND = 0.5; // of its range: a covariate further out counts as there
const MOST = 1000; // units: whose squares are still of use

/**
 * What effects are linear in, made of the covariates of one stream: each in units of the range of its first values, which never
 * change afterwards. A missing covariate is as it was last.
 */
export class CovariateFeatures {
  /** F. */
  readonly size: number;
  readonly #count: number; // C
  readonly #mean: Float64Array; // (C)
  readonly #square: Float64Array; // (C) mean square of the distance from the mean, in units
  readonly #last: Float64Array; // (C) NaN before the first
  readonly #range: Float64Array; // (2, C) least and greatest
  readonly #unit: Float64Array; // (C) 0 while it is not known
  readonly #seen: Float64Array; // (C) events with a covariate that was there

  constructor(covariates: number) {
    this.size = OF_ONE * covariates;
    this.#count = covariates;
    this.#mean = pooled(covariates);
    this.#square = pooled(covariates);
    this.#last = pooled(covariates);
    this.#last.fill(Number.NaN);
    this.#range = pooled(2 * covariates);
    this.#unit = pooled(covariates);
    this.#seen = pooled(covariates);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      'features.mean': ranged(this.#mean, VALUE),
      'features.square': ranged(this.#square, SIZE),
      'features.last': ranged(this.#last, orElse(VALUE, Number.NaN)),
      'features.range': ranged(this.#range, VALUE),
      'features.unit': ranged(this.#unit, SIZE),
      'features.seen': ranged(this.#seen, COUNT),
    };
  }

  /** Whether something can be made of all of them. */
  get areKnown(): boolean {
    for (let c = 0; c < this.#count; c++) if (this.#seen[c] < SETTLED) return false;
    return true;
  }

  /**
   * Writes how far the covariates of the next event are from their usual ones.
   *
   * @param covariates (C) NaN where one is missing
   * @param into (F)
   */
  writeLevel(covariates: readonly number[], into: Float64Array): void {
    for (let c = 0; c < this.#count; c++) {
      const off = this.#off(c, this.#known(c, covariates[c]));
      into[OF_ONE * c] = off;
      into[OF_ONE * c + 1] = square(off) - this.#square[c];
    }
  }

  /** The same: by how much that differs from the newest event. */
  writeChange(covariates: readonly number[], into: Float64Array): void {
    for (let c = 0; c < this.#count; c++) {
      const x = this.#known(c, covariates[c]);
      const [off, was] = [this.#off(c, x), this.#off(c, this.#last[c], x)];
      into[OF_ONE * c] = off - was;
      into[OF_ONE * c + 1] = square(off) - square(was);
    }
  }

  /** Updates with the covariates of an event. @param covariates (C) NaN where one is missing */
  learn(covariates: readonly number[]): void {
    for (let c = 0; c < this.#count; c++) this.#learnOne(c, this.#known(c, covariates[c]));
  }

  #learnOne(c: number, x: number): void {
    if (Number.isNaN(x)) return;
    const C = this.#count;
    this.#unit[c] = this.#unitOf(c, x);
    const isFirst = this.#seen[c] === 0;
    this.#range[c] = isFirst ? x : Math.min(this.#range[c], x);
    this.#range[C + c] = isFirst ? x : Math.max(this.#range[C + c], x);
    this.#last[c] = x;
    const seen = ++this.#seen[c];
    this.#mean[c] += Math.max(MEAN_RATE, 1 / seen) * (x - this.#mean[c]);
    if (this.#unit[c] === 0) return;
    const rate = Math.max(MEAN_RATE, 1 / (seen - SETTLED + 1));
    this.#square[c] += rate * (square(this.#off(c, x)) - this.#square[c]);
  }

  /** From its mean, in units. @param next one of the next event, by which the unit is known @default `x` */
  #off(c: number, x: number, next: number = x): number {
    const off = (x - this.#mean[c]) / (this.#unitOf(c, next) || 1);
    return Math.max(-MOST, Math.min(MOST, off));
  }

  /** The last one where it is missing; never far outside of what it was so far: nothing is known of what it does there. */
  #known(c: number, x: number): number {
    if (!Number.isFinite(x)) return this.#last[c];
    const [low, high] = [this.#range[c], this.#range[this.#count + c]];
    const reach = BEYOND * (high - low);
    return this.#seen[c] < SETTLED || reach === 0 ? x : Math.max(low - reach, Math.min(high + reach, x));
  }

  /** Its range once it has one and its first values are done with; 0 before. */
  #unitOf(c: number, x: number): number {
    if (this.#unit[c] > 0 || this.#seen[c] < SETTLED) return this.#unit[c];
    return Math.max(this.#range[this.#count + c], x) - Math.min(this.#range[c], x);
  }
}

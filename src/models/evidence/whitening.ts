import { pooled, pooledRoom } from '../../numerics/pooled.ts';
import { symmetricEigen } from '../../numerics/stats/symmetricEigen.ts';
import { COUNT, type RangedVector, ranged, within } from '../snapshot/vectors.ts';
import { ShrunkCorrelation } from './shrunkCorrelation.ts';

/**
 * Turns dimensions that move together into as many that do not: w = R^(−1/2) y, with y the standardised values and R
 * their shrunk correlation. Of all whitenings this one stays closest to y, so that the squares w_d² split the squared
 * Mahalanobis distance y'R⁻¹y among the dimensions, exactly and without negative parts (Garthwaite & Koch 2016, the
 * corr-max transformation; Kessy, Lewin & Strimmer 2018).
 */
export class Whitening {
  readonly #dimensions: number;
  readonly #correlation: ShrunkCorrelation;
  readonly #root: Float64Array; // (D, D) R^(−1/2)
  readonly #sinceRefresh: Float64Array = pooled(1);
  readonly #standardised: Float64Array; // (D)

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#correlation = new ShrunkCorrelation(dimensions);
    this.#root = pooled(dimensions * dimensions);
    this.#standardised = pooledRoom(dimensions);
  }

  /**
   * Zeros before the first refresh. Missing values are replaced by their conditional means, so that the distance is
   * that of the rest alone. Pure.
   *
   * @param out (D) whitened
   * @param x (D) NaN for what is missing
   * @returns the number of measured dimensions
   */
  applyInto(out: Float64Array, x: Float64Array): number {
    const { mean, deviation } = this.#correlation;
    const y = this.#standardised;
    const missing: number[] = [];
    let detected = 0;
    for (let d = 0; d < this.#dimensions; d++) {
      y[d] = 0;
      if (Number.isNaN(x[d])) missing.push(d);
      else if (deviation[d] > 0) {
        y[d] = Math.max(-FARTHEST, Math.min(FARTHEST, (x[d] - mean[d]) / deviation[d]));
        detected++;
      }
    }
    this.#multiplyInto(out, y);
    if (missing.length === 0 || missing.length === this.#dimensions) return detected;
    this.#complete(y, out, missing);
    this.#multiplyInto(out, y);
    return detected;
  }

  learn(x: Float64Array): void {
    this.#correlation.learn(x);
    if (++this.#sinceRefresh[0] < LEAST_INTERVAL + INTERVAL * this.#dimensions) return;
    this.#sinceRefresh[0] = 0;
    this.#refresh();
  }

  carried(): Record<string, RangedVector> {
    return {
      ...this.#correlation.carried(),
      root: ranged(this.#root, within(-LARGEST, LARGEST)),
      sinceRefresh: ranged(this.#sinceRefresh, COUNT),
    };
  }

  #refresh(): void {
    const D = this.#dimensions;
    const correlation = new Float64Array(D * D);
    const vectors = new Float64Array(D * D);
    this.#correlation.correlationInto(correlation);
    symmetricEigen(correlation, vectors, D);
    this.#root.fill(0);
    for (let k = 0; k < D; k++) {
      // Copies of one another have no eigenvalue to divide by, pairs learnt at different times a negative one.
      const scale = 1 / Math.sqrt(Math.max(LEAST_EIGENVALUE, correlation[k * D + k]));
      for (let i = 0; i < D; i++) {
        const part = scale * vectors[k * D + i];
        for (let j = 0; j < D; j++) this.#root[i * D + j] += part * vectors[k * D + j];
      }
    }
  }

  #multiplyInto(out: Float64Array, y: Float64Array): void {
    const D = this.#dimensions;
    for (let i = 0, at = 0; i < D; i++) {
      let sum = 0;
      for (let j = 0; j < D; j++, at++) sum += this.#root[at] * y[j];
      out[i] = sum;
    }
  }

  /**
   * Replaces missing values by their conditional means: the y_M that minimise |R^(−1/2) y|², from the normal
   * equations A'A y_M = −A'w, with A the columns of R^(−1/2) that belong to them.
   *
   * @param w R^(−1/2) y with zeros for what is missing
   */
  #complete(y: Float64Array, w: Float64Array, missing: readonly number[]): void {
    const D = this.#dimensions;
    const root = this.#root; // symmetric: its columns are its rows
    const n = missing.length;
    const lower = new Float64Array(n * n); // Cholesky factor of A'A
    const right = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      right[i] = -dot(root, missing[i] * D, w, 0, D);
      for (let j = 0; j <= i; j++) {
        const product = dot(root, missing[i] * D, root, missing[j] * D, D);
        const rest = product - dot(lower, i * n, lower, j * n, j);
        if (i > j) lower[i * n + j] = rest / lower[j * n + j];
        else if (rest > 0) lower[i * n + i] = Math.sqrt(rest);
        else return; // before the first refresh
      }
    }
    for (let i = 0; i < n; i++) right[i] = (right[i] - dot(lower, i * n, right, 0, i)) / lower[i * n + i];
    for (let i = n - 1; i >= 0; i--) {
      let sum = right[i];
      for (let j = i + 1; j < n; j++) sum -= lower[j * n + i] * right[j];
      right[i] = sum / lower[i * n + i];
    }
    for (let i = 0; i < n; i++) y[missing[i]] = right[i];
  }
}

const FARTHEST = 50; // standard deviations
const LEAST_EIGENVALUE = 1e-3;
const LARGEST = 1.01 / Math.sqrt(LEAST_EIGENVALUE); // of the root, to rounding
/** The largest whitened value of so many dimensions. */
export function largestWhitened(dimensions: number): number {
  return LARGEST * FARTHEST * dimensions;
}

/** Observations between two refreshes: these, and so many per dimension, so that O(D³) becomes O(D²) each. */
const LEAST_INTERVAL = 16;
const INTERVAL = 4;

/** Σ a[i + k] b[j + k] over k < n. */
function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[i + k] * b[j + k];
  return sum;
}

import { square } from '../../core/math/pow.ts';
import { pooled, pooledRoom } from '../../numerics/pooled.ts';
import { COUNT, type RangedVector, ranged, within } from '../snapshot/vectors.ts';
/**
 * How the dimensions of a stream move together, learnt online: exponentially weighted mean and covariance, and their
 * correlation, shrunk towards independence by its uncertainty (Ledoit & Wolf 2004, for correlations; the number of
 * observations is the effective one of an autocorrelated stream, Bartlett 1946). Each dimension learns at its own
 * age: it may be missing for any time, and one that comes late has no disadvantage.
 */
export class ShrunkCorrelation {
  /** (D) */
  readonly mean: Float64Array;
  /** (D) standard deviation of the last standardisation; 0 for a dimension that has not moved. */
  readonly deviation: Float64Array;
  readonly #dimensions: number;
  readonly #covariance: Float64Array; // upper triangle by rows
  readonly #ages: Float64Array; // (D) values seen
  readonly #last: Float64Array; // (D) newest standardised values, 0 for missing ones
  /** Observations; then running means of |y|⁴, |y|² and yₜ·yₜ₋₁. */
  readonly #moments: Float64Array = pooled(4);
  readonly #centred: Float64Array; // (D)

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.mean = pooled(dimensions);
    this.deviation = pooled(dimensions);
    this.#covariance = pooled((dimensions * (dimensions + 1)) / 2);
    this.#ages = pooled(dimensions);
    this.#last = pooled(dimensions);
    this.#centred = pooledRoom(dimensions);
  }

  /** @param x (D); NaN for missing values, which leave all of their dimension unchanged */
  learn(x: Float64Array): void {
    const D = this.#dimensions;
    const ages = this.#ages;
    const centred = this.#centred;
    for (let d = 0; d < D; d++) {
      if (Number.isNaN(x[d])) {
        centred[d] = Number.NaN;
        continue;
      }
      if (ages[d]++ === 0) this.mean[d] = x[d];
      // An outlier is no evidence of how the dimensions usually move together.
      const reach = this.deviation[d] > 0 ? WINSOR * this.deviation[d] : Number.POSITIVE_INFINITY;
      centred[d] = Math.max(-reach, Math.min(reach, x[d] - this.mean[d]));
    }
    for (let i = 0, at = 0; i < D; i++) {
      const one = centred[i];
      if (Number.isNaN(one)) {
        at += D - i;
        continue;
      }
      for (let j = i; j < D; j++, at++) {
        const other = centred[j];
        if (Number.isNaN(other)) continue;
        const rate = Math.max(1 / Math.min(ages[i], ages[j]), RATE);
        this.#covariance[at] += rate * ((1 - rate) * one * other - this.#covariance[at]);
      }
    }
    for (let d = 0; d < D; d++) {
      if (!Number.isNaN(centred[d])) this.mean[d] += Math.max(1 / ages[d], RATE) * centred[d];
    }
    this.#follow();
  }

  /** Standardises with the present estimates. @param out (D, D) the shrunk correlation matrix; its diagonal is 1 */
  correlationInto(out: Float64Array): void {
    const D = this.#dimensions;
    for (let i = 0, at = 0; i < D; at += D - i, i++) this.deviation[i] = this.#deviationOf(at);
    let distance = 0; // ‖R − I‖²
    for (let i = 0, at = 0; i < D; i++) {
      out[i * D + i] = 1;
      at++;
      for (let j = i + 1; j < D; j++, at++) {
        const product = this.deviation[i] * this.deviation[j];
        const correlation = product > 0 ? Math.max(-1, Math.min(1, this.#covariance[at] / product)) : 0;
        out[i * D + j] = correlation;
        out[j * D + i] = correlation;
        distance += 2 * correlation * correlation;
      }
    }
    const kept = 1 - this.#shrinkage(distance);
    for (let i = 0; i < D; i++) for (let j = 0; j < D; j++) if (i !== j) out[i * D + j] *= kept;
  }

  carried(): Record<string, RangedVector> {
    const D = this.#dimensions;
    return {
      mean: ranged(this.mean, within(-FARTHEST, FARTHEST)),
      deviation: ranged(this.deviation, within(0, FARTHEST)),
      covariance: ranged(this.#covariance, within(-square(FARTHEST), square(FARTHEST))),
      ages: ranged(this.#ages, COUNT),
      last: ranged(this.#last, within(-LARGEST, LARGEST)),
      moments: ranged(this.#moments, [
        [1, COUNT],
        [1, within(0, square(LARGEST * LARGEST * D))],
        [1, within(0, LARGEST * LARGEST * D)],
        [1, within(-LARGEST * LARGEST * D, LARGEST * LARGEST * D)],
      ]),
    };
  }

  #deviationOf(diagonal: number): number {
    const deviation = Math.sqrt(this.#covariance[diagonal]);
    return deviation > LEAST_DEVIATION ? deviation : 0;
  }

  /** Statistics of the newest standardised values for the shrinkage; there are none before the first correlation. */
  #follow(): void {
    let known = 0;
    let square = 0;
    let lagged = 0;
    for (let d = 0; d < this.#dimensions; d++) {
      let y = 0;
      if (this.deviation[d] > 0 && !Number.isNaN(this.#centred[d])) {
        y = this.#centred[d] / this.deviation[d];
        known++;
      }
      square += y * y;
      lagged += y * this.#last[d];
      this.#last[d] = y;
    }
    if (known === 0) return;
    const moments = this.#moments;
    const rate = Math.max(1 / ++moments[0], RATE);
    moments[1] += rate * (square * square - moments[1]);
    moments[2] += rate * (square - moments[2]);
    moments[3] += rate * (lagged - moments[3]);
  }

  /** The expected squared error of R over ‖R − I‖²: the share of the latter that is noise. @param distance ‖R − I‖² */
  #shrinkage(distance: number): number {
    const [observations, fourth, square, lagged] = this.#moments;
    if (!(distance > 0 && square > 0)) return 1;
    const autocorrelation = Math.max(0, Math.min(MOST_AUTOCORRELATED, lagged / square));
    const repetition = (1 + autocorrelation * autocorrelation) / (1 - autocorrelation * autocorrelation);
    const effective = Math.min(observations, 2 / RATE - 1) / repetition;
    const error = Math.max(0, fourth - (distance + this.#dimensions)) / effective;
    return Math.min(1, error / distance);
  }
}

const RATE = 1 / 1000; // of forgetting; early on the mean of all
const WINSOR = 3; // standard deviations
const LARGEST = 1.01 * WINSOR; // standardised value, to rounding
const FARTHEST = 1e3; // of compressed values less their season: a season of the user's may be in other units
const LEAST_DEVIATION = 1e-6; // of compressed values, which are of the order of 1: below, rounding
const MOST_AUTOCORRELATED = 0.995;

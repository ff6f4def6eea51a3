import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import { pooled } from '../../numerics/pooled.ts';
import { type RangedVector, ranged, within } from '../snapshot/vectors.ts';

const MISS = 0.05; // share of values that a 95 % band leaves out
const RATE = 0.02; // the factor follows within some 1 / (RATE · MISS) = 1,000 values
const LIMIT = log(4); // a constant stream would narrow its band to nothing

/**
 * Keeps 95 % bands at 95 %, whatever the true distribution: each value outside widens its band, each inside
 * narrows it a little, so that in the long run 1 in 20 lies outside. Adaptive conformal inference (Gibbs & Candès 2021,
 * Eq. 2), on the logarithm of the width.
 */
export class BandCalibration {
  /** (bands) logarithm of each band's factor. */
  readonly state: Float64Array;

  constructor(bands: number) {
    this.state = pooled(bands);
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, within(-LIMIT, LIMIT));
  }

  /** The factor for the width of a band: ¼ … 4. */
  factor(band: number): number {
    return exp(this.state[band]);
  }

  /** Updates with a value and its calibrated band. A missing one (NaN) changes nothing. */
  learn(band: number, value: number, lower: number, upper: number, weight: number): void {
    if (Number.isNaN(value - lower)) return;
    const outside = value < lower || value > upper ? 1 : 0;
    const moved = this.state[band] + weight * RATE * (outside - MISS);
    this.state[band] = Math.max(-LIMIT, Math.min(LIMIT, moved));
  }
}

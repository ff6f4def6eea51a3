import { pooled } from '../../numerics/pooled.ts';
import { SETTLING } from '../scaling/settledResiduals.ts';
import { LARGEST_RATIO } from '../scorer.ts';
import { COUNT, type Memory, ranged } from '../snapshot/vectors.ts';
import type { ChannelInput, EvidenceChannel } from './evidenceChannel.ts';
import { MovingAverage } from './movingAverage.ts';

/**
 * The residual of the forecast made so many horizons ago. No result for the first 50: residuals of an untrained
 * forecaster would stay in the tail for good.
 */
export class ResidualChannel implements EvidenceChannel {
  readonly #which: number;
  readonly #average: MovingAverage;
  readonly #seen: Float64Array = pooled(1);

  /**
   * @param which index of the forecast, 0 for the newest
   * @param length records over which residuals, with their sign, are averaged: at 1 a single outlier counts at once,
   * at 3 a lasting bias counts for more than an outlier followed by its opposite
   */
  constructor(which: number, length: number) {
    this.#which = which;
    this.#average = new MovingAverage(length);
  }

  statistic({ residuals }: ChannelInput): number {
    if (this.#seen[0] < SETTLING) return Number.NaN;
    return Math.abs(this.#average.with(residuals[this.#which]));
  }

  learn({ residuals }: ChannelInput, weight: number): void {
    const residual = residuals[this.#which];
    if (Number.isNaN(residual)) return;
    this.#average.learn(residual);
    if (weight > 0) this.#seen[0]++;
  }

  carried(): Memory {
    return { average: this.#average.memory(LARGEST_RATIO), seen: ranged(this.#seen, COUNT) };
  }
}

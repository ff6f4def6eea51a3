import type { ChannelInput, EvidenceChannel } from './evidenceChannel.ts';
import { MovingAverage } from './movingAverage.ts';

const LARGEST = 3; // predicted scales: one outlier is no change of volatility
const LEAST = 0.02;

/** How much rougher, or calmer, the residuals of the last fifty records are than those of the last thousand. */
export class VolatilityChannel implements EvidenceChannel {
  readonly #recent: MovingAverage = new MovingAverage(50);
  readonly #usual: MovingAverage = new MovingAverage(1000);

  statistic(input: ChannelInput): number {
    const size = sizeOf(input);
    return Math.abs(Math.log((this.#recent.with(size) + LEAST) / (this.#usual.with(size) + LEAST)));
  }

  learn(input: ChannelInput, weight: number): void {
    const size = sizeOf(input);
    this.#recent.learn(size);
    if (weight > 0) this.#usual.learn(size);
  }

  carried(): Record<string, Float64Array> {
    return { recent: this.#recent.state, usual: this.#usual.state };
  }
}

/** Of the newest forecast's residual; 0 where there is none. */
function sizeOf({ residuals }: ChannelInput): number {
  const size = Math.abs(residuals[0]);
  return Number.isNaN(size) ? 0 : Math.min(LARGEST, size);
}

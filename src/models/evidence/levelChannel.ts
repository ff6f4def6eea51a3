import type { ChannelInput, EvidenceChannel } from './evidenceChannel.ts';
import { MovingAverage } from './movingAverage.ts';

/** How far the level, relative to the season, is from its long-term value: shifts and drifts of a hundred records. */
export class LevelChannel implements EvidenceChannel {
  readonly #level: MovingAverage = new MovingAverage(100);
  /** A lasting shift becomes normal, long before the seasonal profile has learnt it. */
  readonly #usual: MovingAverage = new MovingAverage(1000);

  statistic({ deviation }: ChannelInput): number {
    return Math.abs(this.#level.with(deviation) - this.#usual.shrunk);
  }

  learn({ deviation }: ChannelInput, weight: number): void {
    this.#level.learn(deviation);
    if (weight > 0) this.#usual.learn(deviation);
  }

  carried(): Record<string, Float64Array> {
    return { level: this.#level.state, usual: this.#usual.state };
  }
}

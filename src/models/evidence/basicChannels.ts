import { log } from '../../core/math/log.ts';
import { pooledOf } from '../../numerics/pooled.ts';
import { type Memory, ranged, within } from '../snapshot/vectors.ts';
import type { ChannelInput, EvidenceChannel } from './evidenceChannel.ts';
import { MovingAverage } from './movingAverage.ts';

const LARGEST = 50; // standard deviations
const LARGEST_JUMP = 8; // expected deviations: one crash does not hide the next for hours
const FARTHEST_DEVIATION = 1e3; // compressed, and less the season's: a season of the user's may be in other units

/** How far the value is from the mean: what is unusual on any day and at any hour. */
export class ValueChannel implements EvidenceChannel {
  statistic({ z }: ChannelInput): number {
    return Math.min(LARGEST, Math.abs(z));
  }

  learn(): void {}

  carried(): Memory {
    return {};
  }
}

const [NEWEST, BEFORE] = [0.1, 0.85]; // the rest is the long-run variance's

/**
 * How large a return is relative to the newest ones: volatility comes in clusters, in which a large return is ordinary. Its
 * variance follows GARCH(1, 1) (Bollerslev 1986), with weights that fits to prices give (Cont 2001, stylised fact 7). Calm
 * times make no return larger than it is in the long run.
 */
export class ReturnChannel implements EvidenceChannel {
  /** (1) expected variance of the next return, over that of the long run. */
  readonly #variance: Float64Array = pooledOf(1);

  statistic({ z }: ChannelInput): number {
    return Math.min(LARGEST, Math.abs(z) / Math.max(1, Math.sqrt(this.#variance[0])));
  }

  learn({ z }: ChannelInput): void {
    const before = this.#variance[0];
    const square = Math.min(z * z, LARGEST * LARGEST, LARGEST_JUMP * LARGEST_JUMP * before);
    this.#variance[0] = 1 - NEWEST - BEFORE + NEWEST * square + BEFORE * before;
  }

  carried(): Memory {
    return { variance: ranged(this.#variance, within(0, LARGEST * LARGEST)) };
  }
}

/** How far the level, relative to the season, is from its long-term value: shifts and drifts of a hundred records. */
export class LevelChannel implements EvidenceChannel {
  readonly #level: MovingAverage = new MovingAverage(100);
  /** A lasting shift becomes normal, long before the seasonal profile has learnt it. */
  readonly #usual: MovingAverage = new MovingAverage(1000);

  statistic({ deviation }: ChannelInput): number {
    return Math.abs(this.#level.with(deviation) - this.#usual.shrunk);
  }

  direction({ deviation }: ChannelInput): 1 | -1 {
    return this.#level.with(deviation) < this.#usual.shrunk ? -1 : 1;
  }

  learn({ deviation }: ChannelInput, weight: number): void {
    this.#level.learn(deviation);
    if (weight > 0) this.#usual.learn(deviation);
  }

  carried(): Memory {
    return { level: this.#level.memory(FARTHEST_DEVIATION), usual: this.#usual.memory(FARTHEST_DEVIATION) };
  }
}

const LARGEST_RATIO = 3; // predicted scales: one outlier is no change of volatility
const LEAST = 0.02;
const ORDINARY_CALM = 0.5; // ln: by less than 1.65 times calmer is ordinary

/**
 * How much rougher the residuals of the last fifty records are than those of the last thousand, or how much calmer. Each
 * has a tail of its own: a burst says nothing of how rare it is that all noise is gone.
 */
export class VolatilityChannel implements EvidenceChannel {
  readonly #isCalmer: boolean;
  readonly #recent: MovingAverage = new MovingAverage(50);
  readonly #usual: MovingAverage = new MovingAverage(1000);

  constructor(which: 'rougher' | 'calmer') {
    this.#isCalmer = which === 'calmer';
  }

  statistic(input: ChannelInput): number {
    const size = sizeOf(input);
    const change = log((this.#recent.with(size) + LEAST) / (this.#usual.with(size) + LEAST));
    return Math.max(0, this.#isCalmer ? -change - ORDINARY_CALM : change);
  }

  learn(input: ChannelInput, weight: number): void {
    const size = sizeOf(input);
    this.#recent.learn(size);
    if (weight > 0) this.#usual.learn(size);
  }

  carried(): Memory {
    return { recent: this.#recent.memory(LARGEST_RATIO, 0), usual: this.#usual.memory(LARGEST_RATIO, 0) };
  }
}

/** Of the newest forecast's residual; 0 where there is none. */
function sizeOf({ residuals }: ChannelInput): number {
  const size = Math.abs(residuals[0]);
  return Number.isNaN(size) ? 0 : Math.min(LARGEST_RATIO, size);
}

import type { ChannelInput, EvidenceChannel } from '../../../src/models/evidence/evidenceChannel.ts';
import { MovingAverage } from '../../../src/models/evidence/movingAverage.ts';
import { type Memory, ranged, wholeWithin } from '../../../src/models/snapshot/vectors.ts';
import { pooled } from '../../../src/numerics/pooled.ts';

const LATELY = 30; // records
const USUALLY = 1000; // records

/**
 * How much more often the value changes the side of its usual level than it does in the long run: a controller that hunts, a loose
 * contact. Each of its values, and how many there are of each, may be ordinary.
 */
export class CrossingChannel implements EvidenceChannel {
  readonly #recent: MovingAverage = new MovingAverage(LATELY);
  readonly #usual: MovingAverage = new MovingAverage(USUALLY);
  /** (1) the side of the last value: −1, 1, or 0 before there was one. */
  readonly #side: Float64Array = pooled(1);

  statistic(input: ChannelInput): number {
    const crossing = this.#crossing(input);
    return Math.max(0, this.#recent.with(crossing) - this.#usual.with(crossing));
  }

  learn(input: ChannelInput, weight: number): void {
    const crossing = this.#crossing(input);
    this.#recent.learn(crossing);
    if (weight > 0) this.#usual.learn(crossing);
    if (input.deviation !== 0) this.#side[0] = Math.sign(input.deviation);
  }

  carried(): Memory {
    return {
      recent: this.#recent.memory(1, 0),
      usual: this.#usual.memory(1, 0),
      side: ranged(this.#side, wholeWithin(-1, 1)),
    };
  }

  /** 1 where the value is on the other side than the one before it, else 0. */
  #crossing({ deviation }: ChannelInput): number {
    return this.#side[0] * Math.sign(deviation) < 0 ? 1 : 0;
  }
}

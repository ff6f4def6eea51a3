import { pooled } from '../pooled.ts';
/** When a rise of the mean is a change. */
export interface PageHinkleyOptions {
  /** Rise of the mean that is tolerated, in units of the values. */
  readonly tolerance: number;
  /** Sum of what exceeds it from which a change is signalled. */
  readonly evidence: number;
}

/** Values before the mean is used. */
const LEAST = 30;

/**
 * Has the mean of a stream of numbers risen? Sums the excess of the values over their running mean and the tolerance,
 * never below 0: Page's one-sided cumulative sum (Page 1954; with a running mean, Hinkley 1971). Once it has signalled
 * it starts anew. Constant memory, one addition per value.
 */
export class PageHinkley {
  /** Values since the last signal, their mean, and the sum. */
  readonly state: Float64Array = pooled(3);
  readonly #tolerance: number;
  readonly #evidence: number;

  constructor({ tolerance, evidence }: PageHinkleyOptions) {
    this.#tolerance = tolerance;
    this.#evidence = evidence;
  }

  /** Whether it would signal a change at `value`. Pure. */
  signals(value: number): boolean {
    return this.state[COUNT] + 1 >= LEAST && this.#sumWith(value) > this.#evidence;
  }

  learn(value: number): void {
    if (this.signals(value)) {
      this.state.fill(0);
      return;
    }
    const sum = this.#sumWith(value);
    this.state[MEAN] = this.#meanWith(value);
    this.state[COUNT]++;
    this.state[SUM] = sum;
  }

  #meanWith(value: number): number {
    return this.state[MEAN] + (value - this.state[MEAN]) / (this.state[COUNT] + 1);
  }

  #sumWith(value: number): number {
    return Math.max(0, this.state[SUM] + value - this.#meanWith(value) - this.#tolerance);
  }
}

const COUNT = 0;
const MEAN = 1;
const SUM = 2;

import { numbers, type State } from '../snapshot/state.ts';

/** What a counter did from one reading to the next. */
export interface CounterStep {
  /** Per millisecond; NaN where a value is missing. */
  readonly rate: number;
  /** Whether the counter had begun anew in between. */
  readonly isReset: boolean;
}

/**
 * The rate of one counter: a number that only grows, but for resets. One that is smaller than before has begun anew at 0, as
 * Prometheus takes it; what it had counted after the last reading is then lost.
 */
export class CounterRate {
  #time = Number.NaN; // of the last reading with a value; NaN before the first
  #count = Number.NaN;

  /** Whether there was a reading with a value. */
  get hasBegun(): boolean {
    return !Number.isNaN(this.#time);
  }

  /**
   * The step to this reading; a rate of NaN for the first, for a missing value, and where no time has passed.
   *
   * @param time milliseconds
   * @param count what the counter shows; NaN where it is missing
   */
  read(time: number, count: number): CounterStep {
    const elapsed = time - this.#time;
    if (Number.isNaN(count) || elapsed <= 0) return { rate: Number.NaN, isReset: false };
    const isReset = count < this.#count;
    const rate = (isReset ? count : count - this.#count) / elapsed;
    this.#time = time;
    this.#count = count;
    return { rate, isReset };
  }

  save(): State {
    return Float64Array.of(this.#time, this.#count);
  }

  /** Takes what `save` gave. @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State | undefined): void {
    const [time, count] = numbers('counter', saved, 2);
    this.#time = time!;
    this.#count = count!;
  }
}

import { fields, list, numbers, type State } from '../snapshot/state.ts';
import { Sample, type Statistic } from './statistics.ts';

/** A window that has ended. */
export interface ClosedWindow<T> {
  /** Its first millisecond since 1970-01-01T00:00:00Z. */
  readonly start: number;
  /** Events in it; 0 in one that was inserted between two others. */
  readonly events: number;
  /** The statistics in their order; each but `count` for every dimension, all dimensions of the first before those of the second. */
  readonly values: readonly number[];
  /** The last event that was added; undefined without events. */
  readonly last: T | undefined;
}

/** What is asked of windows. */
export interface WindowPlan {
  /** Milliseconds. */
  readonly every: number;
  readonly by: readonly Statistic[];
  /** The most windows without events that are inserted at a time. */
  readonly maxFill: number;
}

/** The windows of one stream, by event time; they begin at multiples of their length since 1970. */
export class Windows<T> {
  readonly #plan: WindowPlan;
  readonly #keepsValues: boolean;
  #start = Number.NaN; // of the open one; NaN before the first event
  #events = 0;
  #samples: Sample[] = []; // by dimension
  #last: T | undefined;
  #dimensions = 0;

  constructor(plan: WindowPlan) {
    this.#plan = plan;
    this.#keepsValues = plan.by.some((name) => name.startsWith('p'));
  }

  /** The first millisecond after the open window; NaN before the first event. */
  get end(): number {
    return this.#start + this.#plan.every;
  }

  /** Events in the open window. */
  get events(): number {
    return this.#events;
  }

  /** Whether an event of this time belongs to a window that has ended. */
  isLate(time: number): boolean {
    return time < this.#start;
  }

  /**
   * Adds an event that is not late.
   *
   * @param time milliseconds
   * @param value a number for each dimension, NaN for a missing one; undefined where it has none
   * @returns the windows that have ended before it: the one that was open, and those without events after it
   */
  add(time: number, value: readonly number[] | undefined, event: T): ClosedWindow<T>[] {
    const ended = this.advance(time);
    if (Number.isNaN(this.#start)) this.#open(this.#startOf(time));
    this.#events++;
    this.#last = event;
    if (value !== undefined) {
      this.#dimensions = Math.max(this.#dimensions, value.length);
      for (let d = 0; d < value.length; d++) {
        this.#samples[d] ??= new Sample(this.#keepsValues);
        this.#samples[d]?.add(value[d]!);
      }
    }
    return ended;
  }

  /** The windows that have ended by this time; nothing before the first event. */
  advance(time: number): ClosedWindow<T>[] {
    const start = this.#startOf(time);
    if (!(start > this.#start)) return [];
    const { every, maxFill } = this.#plan;
    const ended = [this.#close()];
    const empty = Math.round((start - this.#start) / every) - 1;
    if (empty <= maxFill)
      for (let n = 1; n <= empty; n++) {
        this.#open(this.#start + every);
        ended.push(this.#close());
      }
    this.#open(start);
    return ended;
  }

  /** The open window, without its last event. */
  save(): State {
    const open = Float64Array.of(this.#start, this.#events, this.#dimensions);
    return { open, samples: this.#samples.map((sample) => sample.save()) };
  }

  /** Takes what `save` gave, of the same plan. @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State | undefined): void {
    const { open, samples } = fields(saved, ['open', 'samples']);
    const [start, events, dimensions] = numbers('open', open, 3) as unknown as [number, number, number];
    this.#open(start);
    this.#events = events;
    this.#dimensions = dimensions;
    this.#samples = list('samples', samples).map((each) => {
      const sample = new Sample(this.#keepsValues);
      sample.resume(each);
      return sample;
    });
  }

  #startOf(time: number): number {
    const { every } = this.#plan;
    return Math.floor(time / every) * every;
  }

  #open(start: number): void {
    this.#start = start;
    this.#events = 0;
    this.#samples = [];
    this.#last = undefined;
  }

  #close(): ClosedWindow<T> {
    const events = this.#events;
    const none = new Sample(this.#keepsValues);
    const values = this.#plan.by.flatMap((name) =>
      name === 'count'
        ? [events]
        : Array.from({ length: this.#dimensions }, (_, d) => (this.#samples[d] ?? none).of(name, events)),
    );
    return { start: this.#start, events, values, last: this.#last };
  }
}

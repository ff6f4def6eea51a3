import { defaultTime } from '../core/selectors.ts';
import { TimeReader } from '../core/timeReader.ts';

/** Events of one wrong clock that it takes, one after another, to let a whole time of keeping pass. */
const STEPS = 100;

/**
 * The time of a partition by the times of its events: the latest so far, though an event moves it by a hundredth of `keep` at
 * most, as a device may have a wrong clock. It follows from the log, whoever reads it.
 */
export class EventClock<E> {
  readonly #keep: number;
  readonly #timeOf: (event: E) => unknown;
  #now: number | undefined;

  /**
   * @param keep milliseconds for which the state of a key is kept
   * @param now as it was after the last event that was read before; undefined before the first
   */
  constructor(keep: number, timeOf: ((event: E) => unknown) | undefined, now: number | undefined) {
    this.#keep = keep;
    this.#timeOf = timeOf ?? defaultTime;
    this.#now = now;
  }

  /** Milliseconds since 1970; undefined before the first event with a time. */
  get now(): number | undefined {
    return this.#now;
  }

  advance(event: E): void {
    // A reader for each: the unit of a number is not to depend on where reading began.
    const time = new TimeReader().read(this.#timeOf(event));
    if (Number.isNaN(time)) return;
    this.#now ??= time;
    if (time > this.#now) this.#now = Math.min(time, this.#now + this.#keep / STEPS);
  }

  /** As it will be after these events. */
  after(events: readonly E[]): EventClock<E> {
    const clock = new EventClock(this.#keep, this.#timeOf, this.#now);
    for (const event of events) clock.advance(event);
    return clock;
  }

  /** Whether a key whose last event was at a time of this clock begins anew. */
  isExpired(last: number | undefined): boolean {
    return last !== undefined && this.#now !== undefined && this.#now - last > this.#keep;
  }

  /** Whether so much has passed since then that the states should be looked through. */
  isSweepDue(since: number): boolean {
    return this.#now !== undefined && this.#now - since > this.#keep / 10;
  }
}

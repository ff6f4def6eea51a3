import type { Value, Verdict } from '../core/reading.ts';
import type { BoardStream } from './boardStream.ts';

const RATE_OVER = 2000; // ms

/** How many events have come through a board, and at what rate. */
export class Throughput {
  /** Events so far. */
  events = 0;
  /** Those that were flagged. */
  anomalies = 0;
  /** Event time of the newest event, milliseconds; NaN without. */
  newest: number = Number.NaN;
  /** Events per second, recent average. */
  perSecond = 0;
  #counted: { readonly at: number; readonly events: number } | undefined; // when the rate was last updated

  add({ isAnomaly, time }: Verdict<unknown, Value>): void {
    this.events++;
    if (isAnomaly) this.anomalies++;
    if (time !== undefined && !(time <= this.newest)) this.newest = time;
  }

  /** Adds what an earlier board counted for a stream. */
  resume({ history, anomalies, newest }: Pick<BoardStream, 'history' | 'anomalies' | 'newest'>): void {
    this.events += history.records;
    this.anomalies += anomalies;
    if (newest !== undefined && !(newest <= this.newest)) this.newest = newest;
  }

  /** Updates the rate, if enough time has passed. */
  refresh(now: number): void {
    this.#counted ??= { at: now, events: this.events };
    const { at, events } = this.#counted;
    if (now - at < RATE_OVER) return;
    this.perSecond = ((this.events - events) * 1000) / (now - at);
    this.#counted = { at: now, events: this.events };
  }
}

import type { Value, Verdict } from '../core/reading.ts';
import type { BoardStream } from './boardStream.ts';

const RATE_OVER = 2000; // ms

/** How much has come through a board, and how fast it comes. */
export class Throughput {
  /** Events so far. */
  events = 0;
  /** Those that were flagged. */
  anomalies = 0;
  /** Event time of the newest event, milliseconds; NaN without. */
  newest: number = Number.NaN;
  /** Events per second of late. */
  perSecond = 0;
  #counted: { readonly at: number; readonly events: number } | undefined; // when the rate was last taken

  add({ isAnomaly, time }: Verdict<unknown, Value>): void {
    this.events++;
    if (isAnomaly) this.anomalies++;
    if (time !== undefined && !(time <= this.newest)) this.newest = time;
  }

  /** Takes in what had come of a stream through a board before this one. */
  resume({ history, anomalies, newest }: Pick<BoardStream, 'history' | 'anomalies' | 'newest'>): void {
    this.events += history.records;
    this.anomalies += anomalies;
    if (newest !== undefined && !(newest <= this.newest)) this.newest = newest;
  }

  /** Takes the rate again, when enough time has gone by. */
  refresh(now: number): void {
    this.#counted ??= { at: now, events: this.events };
    const { at, events } = this.#counted;
    if (now - at < RATE_OVER) return;
    this.perSecond = ((this.events - events) * 1000) / (now - at);
    this.#counted = { at: now, events: this.events };
  }
}

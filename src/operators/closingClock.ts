import type { SchedulerLike } from 'rxjs';
import type { RecentKeys } from '../models/derived/recentKeys.ts';
import type { Windows } from '../models/derived/windows.ts';
import { DueTimer } from './dueTimer.ts';

/** Closes the windows of streams that are silent. */
export class ClosingClock<T extends { readonly windows: Windows<unknown> }> {
  readonly #timer: DueTimer;
  #soonest = Number.POSITIVE_INFINITY; // end of the open window that ends first

  constructor(
    scheduler: SchedulerLike,
    closeAfter: number,
    streams: RecentKeys<T>,
    advance: (key: string | undefined, stream: T, time: number) => void,
  ) {
    const soonest = (): number => this.#soonest;
    this.#timer = new DueTimer(
      scheduler,
      {
        get due() {
          return soonest() + closeAfter;
        },
      },
      (now) => {
        this.#soonest = Number.POSITIVE_INFINITY;
        for (const [key, stream] of streams.entries()) {
          advance(key, stream, now - closeAfter);
          this.#soonest = Math.min(this.#soonest, stream.windows.end);
        }
      },
    );
  }

  /** To be called with the end of a window that an event was added to. */
  added(end: number): void {
    if (end >= this.#soonest) return;
    this.#soonest = end;
    this.#timer.arm();
  }

  stop(): void {
    this.#timer.stop();
  }
}

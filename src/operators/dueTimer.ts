import type { SchedulerLike, Subscription } from 'rxjs';
import { LONGEST_TIMER } from '../core/optionKinds.ts';

/** Milliseconds: a timer that is later was held up, as by a process that was suspended. */
const LATE = 1000;

/** What has to be looked at, at some time. */
export interface Due {
  /** When, on the scheduler's clock; Infinity where nothing is due. */
  readonly due: number;
  /** Called instead of a look after the process was held up: what is due may be so for that reason alone. */
  excuse?(now: number): void;
}

/** Looks at something whenever it is due by the clock. */
export class DueTimer {
  readonly #scheduler: SchedulerLike;
  readonly #watch: Due;
  readonly #look: (now: number) => void;
  #armed = Number.POSITIVE_INFINITY; // for when
  #timer: Subscription | undefined;

  /** @param look called when something is due */
  constructor(scheduler: SchedulerLike, watch: Due, look: (now: number) => void) {
    this.#scheduler = scheduler;
    this.#watch = watch;
    this.#look = look;
  }

  /** To be called when something may be due earlier than before. */
  arm(): void {
    const { due } = this.#watch;
    if (due >= this.#armed) return;
    this.#timer?.unsubscribe();
    const wait = Math.max(0, Math.min(LONGEST_TIMER, due - this.#scheduler.now()));
    this.#armed = due;
    this.#timer = this.#scheduler.schedule(() => this.#fire(), wait);
  }

  stop(): void {
    this.#timer?.unsubscribe();
  }

  #fire(): void {
    const now = this.#scheduler.now();
    const isLate = now - this.#armed > LATE;
    this.#armed = Number.POSITIVE_INFINITY;
    if (isLate && this.#watch.excuse) this.#watch.excuse(now);
    else this.#look(now);
    this.arm();
  }
}

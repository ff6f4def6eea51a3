import {
  defer,
  finalize,
  type MonoTypeOperatorFunction,
  merge,
  mergeMap,
  type SchedulerLike,
  Subject,
  type Subscription,
  tap,
} from 'rxjs';
import { LONGEST_TIMER } from '../core/optionKinds.ts';
import type { Value, Verdict } from '../core/reading.ts';
import { type AbsenceOptions, AbsenceWatch, type AbsentAfter } from '../models/decision/absenceWatch.ts';

/** Milliseconds: a timer that is later was held up, as by a process that was suspended. */
const LATE = 1000;

/** How absences are noticed, as checked. */
export interface AbsencePlan extends Required<Pick<AbsenceOptions, 'absentBy'>> {
  readonly absentAfter: AbsentAfter;
  readonly maxKeys: number;
}

/** Adds the verdicts on keys that fall silent, and marks those with which they return. */
export function withAbsences<E, V extends Value>(
  { absentAfter, absentBy, maxKeys }: AbsencePlan,
  scheduler: SchedulerLike,
): MonoTypeOperatorFunction<Verdict<E, V>> {
  return (source) =>
    defer(() => {
      const watch = new AbsenceWatch<E, V>(absentAfter, maxKeys);
      const found = new Subject<Verdict<E, V>>();
      const timer =
        absentBy === 'clock'
          ? new AbsenceTimer(scheduler, watch, (now) => {
              for (const verdict of watch.look(now)) found.next(verdict);
            })
          : undefined;
      const watched = source.pipe(
        mergeMap((verdict) => {
          // A stream may have been watched before.
          if (verdict.absence !== undefined) return [verdict];
          const { began, ended } = watch.add(verdict, timer === undefined ? 0 : scheduler.now());
          timer?.arm();
          return [...began, ended === undefined ? verdict : { ...verdict, absence: ended }];
        }),
        tap({ complete: () => found.complete() }),
      );
      return merge(found, watched).pipe(finalize(() => timer?.stop()));
    });
}

/** Looks for absences when there may be one by the clock. */
export class AbsenceTimer {
  readonly #scheduler: SchedulerLike;
  readonly #watch: { readonly due: number; excuse(now: number): void };
  readonly #look: (now: number) => void;
  #armed = Number.POSITIVE_INFINITY; // for when
  #timer: Subscription | undefined;

  /** @param look called when something is due */
  constructor(
    scheduler: SchedulerLike,
    watch: { readonly due: number; excuse(now: number): void },
    look: (now: number) => void,
  ) {
    this.#scheduler = scheduler;
    this.#watch = watch;
    this.#look = look;
  }

  /** To be called when the watch may be due earlier than before. */
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
    if (isLate) this.#watch.excuse(now);
    else this.#look(now);
    this.arm();
  }
}

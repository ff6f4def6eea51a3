import {
  defer,
  finalize,
  type MonoTypeOperatorFunction,
  merge,
  mergeMap,
  type SchedulerLike,
  Subject,
  tap,
} from 'rxjs';
import type { Value, Verdict } from '../core/reading.ts';
import { type AbsenceOptions, AbsenceWatch, type AbsentAfter } from '../models/decision/absenceWatch.ts';
import { DueTimer } from './dueTimer.ts';

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
          ? new DueTimer(scheduler, watch, (now) => {
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

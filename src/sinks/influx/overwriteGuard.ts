import { concat, defer, EMPTY, ignoreElements, type Observable, tap } from 'rxjs';
import type { CheckedConnection } from '../../clients/influx/connection.ts';
import { isSamePlace, originOf } from '../../clients/influx/origin.ts';
import { badOption } from '../../core/options.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import { isRecord } from '../../core/selectors.ts';
import type { CheckedToInflux } from './checkToInflux.ts';

/**
 * Refuses to write to the measurement that the verdicts' readings come from: a verdict has the tags and the time of its
 * reading, so that its fields would take the place of those of the same names. Each source is looked at once. It is known
 * of readings of `fromInflux`, as long as they keep their `tags`.
 *
 * Errors of what it returns, which completes otherwise: RxAnomalyError BAD_OPTION.
 */
export function overwriteGuard<E, V extends Value>({
  connection,
  format: { measurement },
}: CheckedToInflux<E, V>): (verdicts: readonly Verdict<E, V>[]) => Observable<never> {
  const known = new Set<CheckedConnection>();
  const check = (origin: CheckedConnection): Observable<never> =>
    defer(() => isSamePlace(origin, connection)).pipe(
      tap((isSame) => {
        if (!isSame) return;
        const place = `a measurement, database or retention policy that is not read: its fields would be overwritten`;
        throw badOption(
          'toInflux',
          'measurement',
          place,
          `${measurement} of database ${connection.database}`,
        );
      }),
      ignoreElements(),
    );

  return (verdicts) => {
    const fresh = new Set<CheckedConnection>();
    for (const { event } of verdicts) {
      if (!isRecord(event) || event.measurement !== measurement || !isRecord(event.tags)) continue;
      const origin = originOf(event.tags);
      if (origin !== undefined && !known.has(origin)) fresh.add(origin);
    }
    if (fresh.size === 0) return EMPTY;
    return concat(
      ...[...fresh].map(check),
      defer(() => {
        for (const origin of fresh) known.add(origin);
        return EMPTY;
      }),
    );
  };
}

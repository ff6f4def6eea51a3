import {
  bufferTime,
  catchError,
  concat,
  concatMap,
  defer,
  dematerialize,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  type MonoTypeOperatorFunction,
  materialize,
  type Observable,
  tap,
} from 'rxjs';
import { Backlog } from '../../clients/backlog.ts';
import { formatPoint } from '../../clients/influx/formatPoint.ts';
import { influxClient } from '../../clients/influx/influxClient.ts';
import { ServerFailure } from '../../clients/retry.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import { type CheckedToInflux, checkToInflux, type ToInfluxOptions } from './checkToInflux.ts';
import { overwriteGuard } from './overwriteGuard.ts';
import { IncidentIds, verdictPoint } from './verdictPoint.ts';

/**
 * Writes verdicts to an InfluxDB (1.x; 2 and 3 through their endpoints for clients of version 1), in batches, and
 * emits each once it is written. A batch is repeated until it is accepted (see `retry`); that leaves one point per
 * verdict. When the source completes or fails, pending verdicts are written first. With `onFailure: 'skip'` verdicts
 * that are not written are emitted too; `onLost` is called with them.
 *
 * RxJS cannot slow a source down: if it is faster than InfluxDB, up to `maxWaiting` verdicts wait, and one more is an
 * error. Share a Backlog with `fromInflux` to make it wait.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER, BAD_DATA for a verdict without a time.
 */
export function toInflux<E, V extends Value>(
  options: ToInfluxOptions<E, V>,
): MonoTypeOperatorFunction<Verdict<E, V>> {
  const checked = checkToInflux('toInflux', options);
  const { batchSize, every, maxWaiting, connection } = checked;

  return (source) =>
    defer(() => {
      const write = verdictWriter(checked);
      const backlog = checked.backlog ?? new Backlog(maxWaiting);
      let waiting = 0; // our part, as the backlog may be shared
      const count = (change: number): void => {
        waiting += change;
        backlog.add(change);
      };
      return from(source).pipe(
        tap(() => {
          if (waiting === maxWaiting) throw tooMany(maxWaiting);
          count(1);
        }),
        materialize(), // the end waits for the pending writes
        bufferTime(every, null, batchSize, connection.scheduler),
        concatMap((batch) => {
          const verdicts = batch.flatMap((notification) =>
            notification.kind === 'N' ? [notification.value] : [],
          );
          return concat(write(verdicts).pipe(tap({ complete: () => count(-verdicts.length) })), batch);
        }),
        dematerialize(),
        finalize(() => count(-waiting)),
      );
    });
}

function tooMany(maxWaiting: number): RxAnomalyError {
  return new RxAnomalyError(
    'SERVER',
    `toInflux: more than ${maxWaiting} verdicts wait to be written; raise maxWaiting, or share a Backlog with the source`,
  );
}

/** Writes a batch; completes when it is in InfluxDB, or when it is lost under 'skip'. */
export type VerdictWriter<E, V extends Value> = (verdicts: readonly Verdict<E, V>[]) => Observable<never>;

/** Batches must come in the order of the stream, because incidents span batches. */
export function verdictWriter<E, V extends Value>(options: CheckedToInflux<E, V>): VerdictWriter<E, V> {
  const { connection, format, skips, onLost } = options;
  const client = influxClient(connection);
  const incidents = new IncidentIds<E, V>(format.timeNs);
  const { incidentId = (verdict) => incidents.idOf(verdict) } = options;

  const guard = overwriteGuard(options);

  return (verdicts) =>
    concat(
      guard(verdicts),
      defer(() => {
        const lines = verdicts.map((verdict) =>
          formatPoint(verdictPoint(verdict, format, incidentId(verdict))),
        );
        const written = lines.filter((line) => line !== undefined);
        return written.length === 0 ? EMPTY : client.write(written.join('\n'));
      }),
    ).pipe(
      ignoreElements(),
      catchError((error: unknown) => {
        if (error instanceof ServerFailure) onLost({ verdicts, error });
        if (error instanceof ServerFailure && skips) return EMPTY;
        throw error;
      }),
    );
}

import { catchError, concat, defer, EMPTY, ignoreElements, type Observable } from 'rxjs';
import { formatPoint } from '../../clients/influx/formatPoint.ts';
import { influxClient } from '../../clients/influx/influxClient.ts';
import { ServerFailure } from '../../clients/serverFailure.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import type { CheckedToInflux } from './checkToInflux.ts';
import { IncidentIds } from './incidentIds.ts';
import { overwriteGuard } from './overwriteGuard.ts';
import { verdictPoint } from './verdictPoint.ts';

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

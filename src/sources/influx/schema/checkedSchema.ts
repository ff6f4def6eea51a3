import { catchError, concatMap, forkJoin, map, type Observable, of, tap, throwError } from 'rxjs';
import type { InfluxClient } from '../../../clients/influx/influxClient.ts';
import { RxAnomalyError } from '../../../core/errors.ts';
import { show } from '../../../core/options.ts';
import type { CheckedInflux } from '../checkInflux.ts';
import { databases, type InfluxSchema, influxSchema, isMissing } from './influxSchema.ts';
import { pointFindings } from './pointFindings.ts';
import { nearestNames, type SchemaFinding, schemaFindings } from './schemaFindings.ts';

/**
 * Asks what the database has before it is read; emits once. What would be read wrongly is an error, of a stream that is
 * resumed a warning: it has been there, and may have expired meanwhile.
 *
 * Errors of the stream: RxAnomalyError BAD_INPUT, with what is there instead.
 */
export function checkedSchema(client: InfluxClient, options: CheckedInflux): Observable<void> {
  const { connection, query, position, from, onWarning, checksSchema } = options;
  if (!checksSchema || query.measurement === undefined) return of(undefined);
  const range = { from: position?.from ?? from, before: query.to };
  const findings = (schema: InfluxSchema): Observable<SchemaFinding[]> => {
    const found = schemaFindings(query, schema, connection.database);
    if (found.some(({ isError }) => isError)) return of(found);
    return pointFindings(client, query, schema, range).pipe(map((more) => [...found, ...more]));
  };
  return influxSchema(client, connection, query).pipe(
    catchError((error: unknown) =>
      isMissing(error) ? noDatabase(client, connection.database, error) : throwError(() => error),
    ),
    concatMap(findings),
    tap((found) => {
      const errors = found.filter(({ isError }) => isError);
      if (errors.length > 0 && position === undefined)
        throw refusal(errors.map(({ message }) => message).join('; '));
      for (const { message } of found) onWarning({ kind: 'schema', message: `fromInflux: ${message}` });
    }),
    map(() => undefined),
  );
}

function noDatabase(client: InfluxClient, database: string, cause: unknown): Observable<never> {
  return forkJoin([databases(client)]).pipe(
    map(([known]) => {
      const others = known.filter((name) => name !== '_internal');
      const there =
        others.length === 0
          ? 'there is none'
          : `the nearest are ${nearestNames(database, others).map(show).join(', ')}`;
      throw new RxAnomalyError(
        'BAD_INPUT',
        `fromInflux: the server has no database ${show(database)}; ${there}`,
        {
          cause,
        },
      );
    }),
  );
}

function refusal(message: string): RxAnomalyError {
  return new RxAnomalyError(
    'BAD_INPUT',
    `fromInflux: ${message}; checkSchema: false (--no-schema-check) reads all the same`,
  );
}

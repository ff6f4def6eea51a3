import { catchError, concatMap, forkJoin, map, type Observable, of, switchMap, throwError } from 'rxjs';
import type { CheckedConnection } from '../../../clients/influx/connection.ts';
import type { InfluxClient } from '../../../clients/influx/influxClient.ts';
import { InfluxFailure } from '../../../clients/influx/influxFailure.ts';
import { quoteName } from '../../../clients/influx/influxQl.ts';
import type { InfluxSeries } from '../../../clients/influx/parseAnswer.ts';
import { parseLines } from '../../../clients/influx/parseLines.ts';
import { type InfluxQuery, tagConditions } from '../influxQuery.ts';

/** What an InfluxDB reports about a measurement. */
export interface InfluxSchema {
  /** The retention policy that is read: the one asked for, or the default. */
  readonly policy: string | undefined;
  readonly policies: readonly string[];
  /** All of the database, whatever their retention policy. */
  readonly measurements: readonly string[];
  /** Types of each field in the retention policy that is read: several where they differ between shards. */
  readonly fields: ReadonlyMap<string, readonly InfluxType[]>;
  /** The other retention policies that have fields of the measurement; asked for only where this one has none. */
  readonly policiesWithFields: readonly string[];
  readonly tags: readonly string[];
  /** Tags of the series that `where` leaves, of each once; at most {@link MOST_SERIES}. */
  readonly series: readonly Readonly<Record<string, string>>[];
  /** Statements that the server does not support, with what it answered. */
  readonly unsupported: readonly string[];
}

/** InfluxQL reference, "Data types". */
export type InfluxType = 'float' | 'integer' | 'unsigned' | 'string' | 'boolean';

/** Series that are looked at. */
export const MOST_SERIES = 10_000;

/**
 * Asks for the schema of the measurement that `query` reads.
 *
 * Errors of the stream: RxAnomalyError SERVER, as for any request; that of a database that does not exist says so.
 */
export function influxSchema(
  client: InfluxClient,
  { database, retentionPolicy }: CheckedConnection,
  query: InfluxQuery,
): Observable<InfluxSchema> {
  const on = `ON ${quoteName(database)}`;
  const measurement = quoteName(query.measurement ?? '');
  const conditions = tagConditions(query);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const unsupported: string[] = [];
  const ask = (statement: string): Observable<InfluxSeries[]> =>
    client.read(statement).pipe(
      catchError((error: unknown) => {
        if (!(error instanceof InfluxFailure) || !error.isStatement || isMissing(error))
          return throwError(() => error);
        unsupported.push(`${statement.split(' ON ')[0]}: ${error.message}`);
        return of([]);
      }),
    );
  const fieldsIn = (policy: string | undefined): Observable<Map<string, InfluxType[]>> =>
    ask(
      `SHOW FIELD KEYS ${on} FROM ${policy === undefined ? '' : `${quoteName(policy)}.`}${measurement}`,
    ).pipe(map((answer) => typesOf(answer)));

  return ask(`SHOW RETENTION POLICIES ${on}`).pipe(
    map((answer) => ({
      policies: column(answer, 'name'),
      policy: retentionPolicy ?? column(answer, 'name')[column(answer, 'default').indexOf('true')],
    })),
    switchMap(({ policies, policy }) =>
      forkJoin({
        ...{ policies: of(policies), policy: of(policy), unsupported: of(unsupported) },
        measurements: ask(`SHOW MEASUREMENTS ${on}`).pipe(map((answer) => column(answer, 'name'))),
        tags: ask(`SHOW TAG KEYS ${on} FROM ${measurement}`).pipe(map((answer) => column(answer, 'tagKey'))),
        series: ask(`SHOW SERIES ${on} FROM ${measurement} ${where} LIMIT ${MOST_SERIES}`).pipe(
          map((answer) => column(answer, 'key').map((key) => parseSeriesKey(key).tags)),
        ),
        fields:
          policy === undefined || policies.length === 0 || policies.includes(policy)
            ? fieldsIn(policy)
            : of(new Map<string, InfluxType[]>()),
      }),
    ),
    concatMap((schema) => {
      const others = schema.policies.filter((policy) => policy !== schema.policy);
      if (schema.fields.size > 0 || others.length === 0 || !schema.policies.includes(schema.policy ?? ''))
        return of({ ...schema, policiesWithFields: [] });
      return forkJoin(others.map(fieldsIn)).pipe(
        map((all) => ({ ...schema, policiesWithFields: others.filter((_, i) => all[i]!.size > 0) })),
      );
    }),
  );
}

/** The databases that there are, as far as the user may know. */
export function databases(client: InfluxClient): Observable<string[]> {
  return client.read('SHOW DATABASES').pipe(map((answer) => column(answer, 'name')));
}

/** Whether a statement failed because of a name that does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof InfluxFailure && /database not found|bucket not found/i.test(error.message);
}

function column(answer: readonly InfluxSeries[], name: string): string[] {
  return answer.flatMap(({ columns, values }) => {
    const at = columns.indexOf(name);
    return at === -1 ? [] : values.map((cells) => String(cells[at]));
  });
}

function typesOf(answer: readonly InfluxSeries[]): Map<string, InfluxType[]> {
  const types = column(answer, 'fieldType') as InfluxType[];
  const fields = new Map<string, InfluxType[]>();
  for (const [i, name] of column(answer, 'fieldKey').entries()) {
    fields.set(name, [...(fields.get(name) ?? []), types[i]!]);
  }
  return fields;
}

/** A series as `SHOW SERIES` names it: `cpu,host=a,region=eu\ west`, escaped as in line protocol. */
export function parseSeriesKey(key: string): {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
} {
  const [point] = parseLines(`${key} f=1`).points;
  return { measurement: point?.measurement ?? key, tags: point?.tags ?? {} };
}

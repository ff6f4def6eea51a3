import { forkJoin, map, type Observable, of } from 'rxjs';
import type { InfluxClient } from '../../../clients/influx/influxClient.ts';
import { quoteName } from '../../../clients/influx/influxQl.ts';
import { show } from '../../../core/options.ts';
import { type InfluxQuery, type InfluxRange, sourceOf, statementOf } from '../influxQuery.ts';
import type { InfluxSchema, InfluxType } from './influxSchema.ts';
import type { SchemaFinding } from './schemaFindings.ts';

/** Points at each end of what is read that are looked at for fields that occur together. */
const SAMPLE = 1000;

/** What only the points themselves tell: values of another type than the one that is read, fields that never meet. */
export function pointFindings(
  client: InfluxClient,
  query: InfluxQuery,
  schema: InfluxSchema,
  range: Pick<InfluxRange, 'from' | 'before'>,
): Observable<SchemaFinding[]> {
  const lost = (query.fields ?? []).flatMap((field) =>
    lostTypes(schema.fields.get(field) ?? []).map((type) => lostPoints(client, query, range, field, type)),
  );
  return forkJoin([of([]), ...lost, separateFields(client, query, range)]).pipe(map((all) => all.flat()));
}

/**
 * The types of a field whose values InfluxQL leaves out where another type stands in the same range: numbers win over
 * text, text over booleans (InfluxQL reference, "Cast operations" and "Field type discrepancies").
 */
function lostTypes(types: readonly InfluxType[]): InfluxType[] {
  const isNumber = (type: InfluxType): boolean => type !== 'string' && type !== 'boolean';
  const hasNumbers = types.some(isNumber);
  if (types.length < 2) return [];
  return types.filter((type) => (hasNumbers ? !isNumber(type) : true));
}

function lostPoints(
  client: InfluxClient,
  query: InfluxQuery,
  range: Pick<InfluxRange, 'from' | 'before'>,
  field: string,
  type: InfluxType,
): Observable<SchemaFinding[]> {
  return client.read(`SELECT count(${quoteName(field)}::${type}) ${sourceOf(query, range)}`).pipe(
    map(([answer]) => {
      const count = Number(answer?.values[0]?.[1] ?? 0);
      if (count === 0) return [];
      const kind = type === 'string' ? 'text' : `of type ${type}`;
      const message =
        `field ${show(field)} of ${show(query.measurement)} changes its type: ${count} of its values are ${kind} and would be left out; ` +
        'begin after them (from, --since), or write them again as numbers under another name';
      return [{ isError: true, message }];
    }),
  );
}

/** Fields of points that never have all of them are no vector: half of every value would be made up. */
function separateFields(
  client: InfluxClient,
  query: InfluxQuery,
  range: Pick<InfluxRange, 'from' | 'before'>,
): Observable<SchemaFinding[]> {
  const { fields = [], measurement } = query;
  if (fields.length < 2) return of([]);
  const rows = (order: 'ASC' | 'DESC'): Observable<boolean[][]> =>
    client
      .read(statementOf(query, { ...range, limit: SAMPLE, order }))
      .pipe(
        map(([answer]) =>
          (answer?.values ?? []).map((cells) => fields.map((_, at) => (cells[at + 1] ?? null) !== null)),
        ),
      );
  return forkJoin([rows('ASC'), rows('DESC')]).pipe(
    map(([oldest, newest]) => {
      const sample = [...oldest, ...newest];
      if (sample.length === 0 || sample.some((row) => row.every(Boolean))) return [];
      const message =
        `fields ${fields.map(show).join(', ')} of ${show(measurement)} never occur in one point (${sample.length} looked at), ` +
        'so they are no vector: read each by itself (one name in fields, --field), or write them in one point';
      return [{ isError: true, message }];
    }),
  );
}

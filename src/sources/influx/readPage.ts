import { defer, type Observable, of, switchMap } from 'rxjs';
import type { InfluxClient } from '../../clients/influx/influxClient.ts';
import { type Nanoseconds, readTime } from '../../clients/influx/nanoseconds.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import { type InfluxQuery, type InfluxRange, statementOf } from './influxQuery.ts';
import { type InfluxRow, rowsOf } from './influxRows.ts';
import { orderMoments } from './moments.ts';

/** Whole moments, in order of time and of series, and where the next page starts; undefined after the last. */
export interface InfluxPage {
  /** Read lazily, so that none lives longer than it is needed. */
  readonly rows: Iterable<InfluxRow>;
  readonly next: Nanoseconds | undefined;
}

/**
 * One page of at most `limit` rows. It ends between two moments: the last moment of a full answer may continue behind
 * its border, and is left to the next page. Where a single moment fills the answer, it is requested again with twice
 * the limit, so that as many points of one moment are in memory as there are.
 */
export function readPage(
  client: InfluxClient,
  query: InfluxQuery,
  range: InfluxRange,
): Observable<InfluxPage> {
  return defer(() => client.read(statementOf(query, range))).pipe(
    switchMap(([answer, ...others]) => {
      if (answer === undefined) return of({ rows: [], next: undefined });
      if (others.length > 0) throw severalMeasurements(answer.name, others[0]!.name);
      const { values, isPartial } = answer;
      const isLast = range.limit === undefined || values.length < range.limit;
      if (isLast && !isPartial) return of({ rows: orderMoments(rowsOf(query, answer)), next: undefined });
      const time = answer.columns.indexOf('time');
      const start = startOfLastMoment(values.map((cells) => cells[time]));
      if (start > 0) {
        const whole = { ...answer, values: values.slice(0, start) };
        return of({
          rows: orderMoments(rowsOf(query, whole)),
          next: readTime(String(values[start]![time])).ns,
        });
      }
      if (isPartial) throw tooManyRows(values.length);
      return readPage(client, query, { ...range, limit: 2 * range.limit! });
    }),
  );
}

function startOfLastMoment(times: readonly unknown[]): number {
  let start = times.length - 1;
  while (start > 0 && times[start - 1] === times[start]) start--;
  return start;
}

/** InfluxDB answers them one after the other, each with as many rows as the limit: not in order of time. */
function severalMeasurements(one: string, other: string): RxAnomalyError {
  return new RxAnomalyError(
    'BAD_INPUT',
    `fromInflux: expected select to read one measurement, got ${one} and ${other}: read each by itself and merge them`,
  );
}

function tooManyRows(count: number): RxAnomalyError {
  return new RxAnomalyError(
    'SERVER',
    `InfluxDB: more than ${count} points of one moment, which is the most it answers; raise its max-row-limit`,
  );
}

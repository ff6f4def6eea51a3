import { defer, map, type Observable, of, switchMap } from 'rxjs';
import type { InfluxClient } from '../../clients/influx/influxClient.ts';
import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import { type InfluxQuery, type InfluxRange, statementOf } from './influxQuery.ts';
import { type InfluxRow, rowsOf } from './influxRows.ts';
import { orderMoments, startOfLastMoment } from './moments.ts';

/** Whole moments, in order of time and of series, and where the next page begins; undefined after the last. */
export interface InfluxPage {
  readonly rows: InfluxRow[];
  readonly next: Nanoseconds | undefined;
}

/**
 * One page of at most `limit` rows. It ends between two moments: the last moment of a full answer may go on behind its
 * border, and is left to the next page. Where a single moment fills the answer, it is asked for again with twice the
 * limit, so that as many points of one moment are held at a time as there are.
 */
export function readPage(
  client: InfluxClient,
  query: InfluxQuery,
  range: InfluxRange,
): Observable<InfluxPage> {
  return defer(() => client.read(statementOf(query, range))).pipe(
    map((answer) => ({ rows: rowsOf(query, answer), isPartial: answer.some(({ isPartial }) => isPartial) })),
    switchMap(({ rows, isPartial }) => {
      const isLast = range.limit === undefined || rows.length < range.limit;
      if (isLast && !isPartial) return of({ rows: orderMoments(rows), next: undefined });
      const start = startOfLastMoment(rows);
      if (start > 0) return of({ rows: orderMoments(rows.slice(0, start)), next: rows[start]!.ns });
      if (isPartial) throw tooManyRows(rows.length);
      return readPage(client, query, { ...range, limit: 2 * range.limit! });
    }),
  );
}

function tooManyRows(count: number): RxAnomalyError {
  return new RxAnomalyError(
    'SERVER',
    `InfluxDB: more than ${count} points of one moment, which is the most it answers; raise its max-row-limit`,
  );
}

import { randomBytes } from 'node:crypto';
import { catchError, concatMap, defer, EMPTY, finalize, merge, type Observable, switchMap } from 'rxjs';
import { influxClient } from '../../../clients/influx/influxClient.ts';
import { nsToMilliseconds } from '../../../clients/influx/nanoseconds.ts';
import { type ParsedPoint, parseLines } from '../../../clients/influx/parseLines.ts';
import type { CheckedInflux } from '../checkInflux.ts';
import type { LateAudit } from '../follow/lateAudit.ts';
import type { InfluxQuery } from '../influxQuery.ts';
import type { InfluxReading } from '../influxReading.ts';
import { type InfluxRow, labelsOf, toNumber } from '../influxRows.ts';
import type { SeenWindow } from '../seenWindow.ts';
import { freshReadings } from '../sweep.ts';
import type { CheckedPush } from './checkPush.ts';
import { receiveLines } from './receiveLines.ts';
import { createSubscription, dropSubscription } from './subscription.ts';

/** Attempts to drop a subscription: somebody may be waiting for the program to end. */
const DROP_ATTEMPTS = 2;

/** What InfluxDB sends by itself, without points already emitted; its subscription ends with ours. */
export function pushedReadings(
  { connection, query, backlog }: CheckedInflux,
  push: CheckedPush,
  window: SeenWindow,
  audit?: LateAudit,
): Observable<InfluxReading> {
  return defer(() => {
    const { database, retentionPolicy, retry } = connection;
    const client = influxClient(connection);
    const closing = influxClient({ ...connection, retry: { ...retry, limit: DROP_ATTEMPTS } });
    const secret = randomBytes(12).toString('hex'); // secret, so that nobody else can send points
    const isFull = (): boolean => backlog !== undefined && backlog.size >= backlog.limit;
    return receiveLines(push, secret, isFull).pipe(
      switchMap(({ port, bodies }) => {
        const address = `${(push.address ?? urlOf(push.host, port)).replace(/\/$/, '')}/${secret}`;
        const subscription = {
          name: push.name ?? `rx-anomaly-${secret}`,
          database,
          retentionPolicy,
          address,
        };
        return merge(bodies, createSubscription(client, subscription)).pipe(
          finalize(() => {
            dropSubscription(closing, subscription)
              .pipe(catchError(() => EMPTY)) // InfluxDB is away, and nobody listens any more
              .subscribe();
          }),
        );
      }),
      concatMap((body) => freshReadings(window, pushedRows(query, parseLines(body).points), 'pushed', audit)),
    );
  });
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The points that the query asks for, as a sweep would read them. One that lacks a field is left to the sweeps: the
 * rest of it may come by another write, and a point is handed out once only.
 */
export function pushedRows(query: InfluxQuery, points: readonly ParsedPoint[]): InfluxRow[] {
  const { fields: names = [], isScalar = false } = query;
  return points.flatMap(({ measurement, tags, fields, timeNs }): InfluxRow[] => {
    if (timeNs === undefined || measurement !== query.measurement) return [];
    if (!query.where.every(([tag, values]) => values.includes(tags[tag] ?? ''))) return [];
    if (!names.every((name) => Object.hasOwn(fields, name))) return [];
    const { series, key } = labelsOf(query, tags);
    const read = Object.fromEntries(names.map((name) => [name, fields[name]!]));
    const numbers = names.map((name) => toNumber(fields[name]));
    const value = isScalar ? numbers[0]! : numbers;
    return [
      { ns: timeNs, series, time: nsToMilliseconds(timeNs), key, value, fields: read, tags, measurement },
    ];
  });
}

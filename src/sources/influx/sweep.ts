import { concat, concatMap, defer, EMPTY, expand, type Observable, observeOn } from 'rxjs';
import type { InfluxClient } from '../../clients/influx/influxClient.ts';
import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { CheckedInflux } from './checkInflux.ts';
import type { LateAudit } from './follow/lateAudit.ts';
import type { InfluxReading } from './influxReading.ts';
import type { InfluxRow } from './influxRows.ts';
import { type InfluxPage, readPage } from './readPage.ts';
import type { Arrival, SeenWindow } from './seenWindow.ts';

/** Up to where to read, and the present time. */
export interface SweepTime {
  readonly now: Nanoseconds;
  readonly before: Nanoseconds | undefined;
}

/**
 * Everything from the start of the window to the newest point, page by page; only points not emitted yet. A page is
 * requested when the one before it has been consumed, and the backlog has room.
 */
export function sweep(
  options: CheckedInflux,
  client: InfluxClient,
  window: SeenWindow,
  timeOf: () => SweepTime,
  audit?: LateAudit,
): Observable<InfluxReading> {
  const { query, pageSize, backlog } = options;
  const isWhole = query.select?.isWhole === true;
  const page = (next: Nanoseconds | undefined): Observable<InfluxPage> =>
    concat(
      backlog?.room() ?? EMPTY,
      defer(() => {
        const { now, before } = timeOf();
        window.advance(now);
        audit?.settle(window.from);
        return readPage(client, query, {
          from: isWhole ? options.from : (next ?? window.from),
          before,
          limit: isWhole ? undefined : pageSize,
        });
      }),
    );
  return defer(() => page(undefined)).pipe(
    expand(({ next }) => (next === undefined ? EMPTY : page(next))),
    observeOn(options.connection.scheduler), // the request for the next page goes out before this one is worked on
    concatMap(({ rows }) => freshReadings(window, rows, 'swept', audit)),
  );
}

/** What has not been emitted yet; each is from when it is pulled on. */
export function* freshReadings(
  window: SeenWindow,
  rows: Iterable<InfluxRow>,
  arrival: Arrival,
  audit?: LateAudit,
): Generator<InfluxReading, void, void> {
  for (const row of rows) {
    if (!window.accept(row, arrival)) continue;
    audit?.add(row);
    const { ns: timeNs, time, key, value, fields, tags, measurement } = row;
    yield { time, timeNs, key, value, fields, tags, measurement, position: window.position() };
  }
}

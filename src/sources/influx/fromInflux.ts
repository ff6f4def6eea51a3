import { concat, defer, ignoreElements, type Observable } from 'rxjs';
import { influxClient } from '../../clients/influx/influxClient.ts';
import { type CheckedInflux, checkInflux } from './checkInflux.ts';
import { LateAudit } from './follow/lateAudit.ts';
import { followReadings } from './followReadings.ts';
import type { FromInfluxOptions } from './influxOptions.ts';
import type { InfluxReading } from './influxReading.ts';
import { pushedReadings } from './push/pushedReadings.ts';
import { checkedSchema } from './schema/checkedSchema.ts';
import { SeenWindow } from './seenWindow.ts';
import { sweep } from './sweep.ts';
import { sweepClock } from './sweepClock.ts';

/**
 * The points of an InfluxDB (1.x; 2 and 3 through their endpoints for clients of version 1), in order of time over
 * all their series, and with `follow` the new ones. History is read in pages of time: memory does not grow with it.
 * No point is lost or doubled at the border of two pages, between history and new points, or because the server was
 * away: requests are repeated until they succeed (see `retry`). Points of one moment come in the order of their
 * series' names.
 *
 * Each subscription reads from the start; unsubscribing ends the pending request. A page is requested when the one
 * before it has been consumed, which RxJS knows only of synchronous consumers: for others share a Backlog with
 * `toInflux`, or use {@link readInflux}.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER where InfluxDB refuses or `retry.limit` is passed, BAD_INPUT where a
 * SELECT has no column of a name in `fields` or `groupBy`.
 */
export function fromInflux(
  options: FromInfluxOptions & { readonly fields: string },
): Observable<InfluxReading<number>>;
export function fromInflux(
  options: FromInfluxOptions & { readonly fields: readonly string[] },
): Observable<InfluxReading<readonly number[]>>;
export function fromInflux(options: FromInfluxOptions): Observable<InfluxReading>;
export function fromInflux(options: FromInfluxOptions): Observable<InfluxReading> {
  const checked = checkInflux('fromInflux', options);
  return influxReadings(checked);
}

/** The schema checked, what there is, then what is to come: one window over both, so that nothing is lost or doubled between. */
export function influxReadings(options: CheckedInflux): Observable<InfluxReading> {
  return defer(() => {
    const { connection, from, position, follow, query } = options;
    const client = influxClient(connection);
    const { lateness, timeOf } = sweepClock(options);
    const window = new SeenWindow({ lateness, from, now: timeOf().now, position });
    const schema = checkedSchema(client, options).pipe(ignoreElements());
    if (follow === undefined) return concat(schema, sweep(options, client, window, timeOf));
    const audit = query.select === undefined ? new LateAudit(options, window.freshFrom) : undefined;
    const sweeps = sweep(options, client, window, timeOf, audit);
    const pushes = follow.push && pushedReadings(options, follow.push, window, audit);
    const audited = audit === undefined ? sweeps : concat(sweeps, audit.audit(client));
    return concat(schema, sweeps, followReadings(options, follow, audited, pushes));
  });
}

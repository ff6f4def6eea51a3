import { concat, defer, ignoreElements, type Observable } from 'rxjs';
import { influxClient } from '../../clients/influx/influxClient.ts';
import type { CheckedInflux } from './checkInflux.ts';
import { LateAudit } from './follow/lateAudit.ts';
import { followReadings } from './followReadings.ts';
import type { InfluxReading } from './influxReading.ts';
import { pushedReadings } from './push/pushedReadings.ts';
import { checkedSchema } from './schema/checkedSchema.ts';
import { SeenWindow } from './seenWindow.ts';
import { sweep } from './sweep.ts';
import { sweepClock } from './sweepClock.ts';

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

import { concat, defer, type Observable } from 'rxjs';
import { influxClient } from '../../clients/influx/influxClient.ts';
import type { CheckedInflux } from './checkInflux.ts';
import { followReadings } from './followReadings.ts';
import type { InfluxReading } from './influxReading.ts';
import { pushedReadings } from './push/pushedReadings.ts';
import { SeenWindow } from './seenWindow.ts';
import { sweep } from './sweep.ts';
import { sweepClock } from './sweepClock.ts';

/** What there is, then what is to come: one window over both, so that nothing is lost or doubled between. */
export function influxReadings(options: CheckedInflux): Observable<InfluxReading> {
  return defer(() => {
    const { connection, from, position, follow } = options;
    const client = influxClient(connection);
    const { lateness, timeOf } = sweepClock(options);
    const window = new SeenWindow({ lateness, from, now: timeOf().now, position });
    const sweeps = sweep(options, client, window, timeOf);
    if (follow === undefined) return sweeps;
    const pushes = follow.push && pushedReadings(options, follow.push, window);
    return concat(sweeps, followReadings(options, follow, sweeps, pushes));
  });
}

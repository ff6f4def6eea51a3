import { defer, EMPTY, merge, type Observable, repeat, switchMap, tap, timer } from 'rxjs';
import type { CheckedFollow } from './checkFollow.ts';
import type { CheckedInflux } from './checkInflux.ts';
import type { InfluxReading } from './influxReading.ts';

/**
 * New points, forever: sweeps, with waits between them that grow while nothing comes, and pushes, which are emitted
 * at once. What a push misses, the next sweep finds.
 *
 * @param sweep all that has not been emitted
 * @param pushes what InfluxDB sends by itself
 */
export function followReadings(
  { connection }: CheckedInflux,
  { every, longest }: CheckedFollow,
  sweep: Observable<InfluxReading>,
  pushes: Observable<InfluxReading> = EMPTY,
): Observable<InfluxReading> {
  return defer(() => {
    const { random, scheduler } = connection;
    let wait = every;
    const sweeps = defer(() => {
      const jittered = wait * (0.9 + 0.2 * random()); // so that many watchers do not come at once
      wait = Math.min(longest, wait * 1.5);
      return timer(jittered, scheduler);
    }).pipe(
      switchMap(() => sweep),
      tap(() => {
        wait = every;
      }),
      repeat(),
    );
    return merge(pushes, sweeps);
  });
}

// A detector that survives: killed in the middle of an incident, it goes on as if nothing had been.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpoint, type DurableVerdict } from 'rx-anomaly';
import { FileCheckpointStore } from 'rx-anomaly/stores';
import { concatMap, delay, from, lastValueFrom, type Observable, of, take, toArray } from 'rxjs';

interface Reading {
  readonly position: number; // where the source can go on: an offset, an id, a time
  readonly value: number;
}

const readings: Reading[] = Array.from({ length: 1000 }, (_, position) => ({
  position,
  value: 20 + 3 * Math.sin(position / 10) + (position > 696 && position < 704 ? 20 : 0),
}));
const after = (position = -1): Observable<Reading> =>
  from(readings.slice(position + 1)).pipe(
    concatMap((reading) => of(reading).pipe(reading.position % 100 === 0 ? delay(20) : (same) => same)),
  );
const folder = await mkdtemp(join(tmpdir(), 'rx-anomaly-'));
const detection = (name: string): Observable<DurableVerdict<Reading, number>> =>
  checkpoint({ store: new FileCheckpointStore(folder), name, every: 10, source: after }); // ms between two states

const killed = await lastValueFrom(detection('pump').pipe(take(700), toArray()));
const resumed = await lastValueFrom(detection('pump').pipe(toArray()));
const whole = await lastValueFrom(detection('another').pipe(toArray()));

const again = killed.length + resumed.length - readings.length; // since the last state: to a sink they come twice
const joined = [...killed.slice(0, killed.length - again), ...resumed];
const incident = resumed.flatMap(({ ended }) => ended).find(({ first }) => first.event.position === 697);
console.log(
  `some verdicts twice, none missing: ${again > 0 && again < 700 && joined.length === readings.length}`,
);
console.log(`as without the crash: ${JSON.stringify(joined) === JSON.stringify(whole)}`);
console.log(`an incident across the crash, of ${incident?.count} readings`);
await rm(folder, { recursive: true });

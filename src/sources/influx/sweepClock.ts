import { type Nanoseconds, toNanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { CheckedInflux } from './checkInflux.ts';
import type { SweepTime } from './sweep.ts';

/** How far back a sweep reads again, and up to where it reads. */
export interface SweepClock {
  /** Nanoseconds. */
  readonly lateness: bigint;
  readonly timeOf: () => SweepTime;
}

/**
 * Points may come late: they are read again. Rows of a SELECT that groups by time change while points come, so they
 * are read once, when their window has been over for the allowed lateness.
 */
export function sweepClock({ connection, query, follow }: CheckedInflux): SweepClock {
  const now = (): Nanoseconds => toNanoseconds(connection.scheduler.now()) ?? '0';
  const lateness = toBigint(follow?.allowedLateness ?? 0);
  const window = query.select?.window;
  // Recorded data is complete, whatever the clock says.
  if (follow === undefined) return { lateness: 0n, timeOf: () => ({ now: LATEST, before: query.to }) };
  if (window === undefined) return { lateness, timeOf: () => ({ now: now(), before: undefined }) };
  const { width, offset } = window;
  return {
    lateness: 0n,
    timeOf: () => {
      const settled = BigInt(now()) - lateness - offset;
      return { now: now(), before: String(settled - (settled % width) + offset) };
    },
  };
}

/** The latest time that InfluxDB can hold. */
const LATEST = '9223372036854775806';

function toBigint(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6));
}

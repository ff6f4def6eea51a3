import type { Random } from '../../../core/random.ts';
import { between, chance, pick } from './draws.ts';

const MINUTE = 60_000; // ms
export const DAY: number = 1440 * MINUTE;
export const WEEK: number = 7 * DAY;
const MONDAY = Date.UTC(2024, 0, 1);

/** When the events of a series are. */
export interface Clock {
  /** Of the first event, milliseconds since 1970; also where the series has no times to show. */
  readonly start: number;
  /** Milliseconds from event to event. */
  readonly step: number;
  /** Whether the network sees the times. */
  readonly hasTimes: boolean;
}

/** 24 to 1,440 events a day, from a random moment of the week; a quarter of the series have no times. */
export function drawClock(random: Random): Clock {
  const minutes = pick(random, [1, 2, 5, 5, 5, 10, 15, 30, 60, 60, 60]);
  const start = MONDAY + Math.floor(between(random, 0, WEEK / MINUTE) / minutes) * minutes * MINUTE;
  const offset = chance(random, 0.3) ? Math.floor(between(random, 0, minutes)) * MINUTE : 0;
  return { start: start + offset, step: minutes * MINUTE, hasTimes: chance(random, 0.75) };
}

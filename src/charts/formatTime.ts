import type { TimeResolution } from './packed.ts';

/** How many characters of `2014-07-01T00:00:00.000Z` each resolution leaves out. */
const CUT = { day: 14, minute: 8, second: 5, millisecond: 1 };

/** `2014-07-01 00:30`, in UTC; `–` for an unknown time. */
export function formatTime(time: number, resolution: TimeResolution): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '–';
  return date.toISOString().slice(0, -CUT[resolution]).replace('T', ' ');
}

/** The coarsest resolution that loses nothing of these times (milliseconds; NaN is ignored). */
export function timeResolution(times: Float64Array = new Float64Array()): TimeResolution {
  const fits = (unit: number): boolean => times.every((time) => Number.isNaN(time) || time % unit === 0);
  if (fits(86_400_000)) return 'day';
  if (fits(60_000)) return 'minute';
  return fits(1000) ? 'second' : 'millisecond';
}

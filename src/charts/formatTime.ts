import { formatCount } from './formatNumber.ts';
import type { TimeResolution } from './packed.ts';
import { wallClock } from './wallClock.ts';

/** How many characters of `2014-07-01T00:00:00.000Z` each resolution leaves out. */
const CUT = { day: 14, minute: 8, second: 5, millisecond: 1 };

/**
 * `2014-07-01 00:30`, on the clocks of a time zone; `–` for an unknown time.
 *
 * @param timeZone IANA name
 */
export function formatTime(time: number, resolution: TimeResolution, timeZone = 'UTC'): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '–';
  // Midnight in UTC is another hour elsewhere.
  const cut = CUT[resolution === 'day' && timeZone !== 'UTC' ? 'minute' : resolution];
  return wallClock(time, timeZone).toISOString().slice(0, -cut).replace('T', ' ');
}

/** The time zone of the page that this script runs in. */
export function pageTimeZone(): string {
  return document.documentElement.dataset.timeZone ?? 'UTC';
}

/** The coarsest resolution that loses nothing of these times (milliseconds; NaN is ignored). */
export function timeResolution(times: Float64Array = new Float64Array()): TimeResolution {
  const fits = (unit: number): boolean => times.every((time) => Number.isNaN(time) || time % unit === 0);
  if (fits(86_400_000)) return 'day';
  if (fits(60_000)) return 'minute';
  return fits(1000) ? 'second' : 'millisecond';
}

/**
 * The name of a record, given its index: its time, or its number from 1 where the time is unknown.
 *
 * @param numbers of the records; one more than the index where left out
 * @param timeZone on whose clocks the times are shown
 */
export function recordNames(
  times: Float64Array | undefined,
  resolution: TimeResolution,
  numbers?: Float64Array,
  timeZone?: string,
): (record: number) => string {
  return (record) => {
    const time = times?.[record];
    if (time === undefined || Number.isNaN(time))
      return `record ${formatCount(numbers?.[record] ?? record + 1)}`;
    return formatTime(time, resolution, timeZone);
  };
}

import type { TimeResolution } from './packed.ts';

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
  const isUtc = timeZone === 'UTC';
  // Midnight in UTC is another hour elsewhere.
  const cut = CUT[resolution === 'day' && !isUtc ? 'minute' : resolution];
  return (isUtc ? date : onClock(date, timeZone)).toISOString().slice(0, -cut).replace('T', ' ');
}

/** The time zone of the page that this script runs in. */
export function pageTimeZone(): string {
  return document.documentElement.dataset.timeZone ?? 'UTC';
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The moment at which the clocks of UTC show what those of the zone show at this one. */
function onClock(date: Date, timeZone: string): Date {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      ...({ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' } as const),
      ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
    });
  formats.set(timeZone, format);
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(date)) part[type] = Number(value);
  const { year = 0, month = 1, day, hour, minute, second } = part;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, date.getUTCMilliseconds()));
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
      return `record ${(numbers?.[record] ?? record + 1).toLocaleString('en-US')}`;
    return formatTime(time, resolution, timeZone);
  };
}

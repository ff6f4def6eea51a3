import { formatTime } from './formatTime.ts';
import type { TimeResolution } from './packed.ts';

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

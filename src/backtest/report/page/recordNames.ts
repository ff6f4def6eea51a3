import { formatTime } from './formatTime.ts';
import type { TimeResolution } from './packed.ts';

/** What to call a record, given its index: by its time, or by its number from 1 where that is not known. */
export function recordNames(
  times: Float64Array | undefined,
  resolution: TimeResolution,
): (record: number) => string {
  return (record) => {
    const time = times?.[record];
    if (time === undefined || Number.isNaN(time)) return `record ${(record + 1).toLocaleString('en-US')}`;
    return formatTime(time, resolution);
  };
}

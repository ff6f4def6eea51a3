import { countOf, formatCount } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import type { WireIncident } from '../wire.ts';
import { formatDuration } from './formatDuration.ts';

/** When it began: its time, or the number of its first record. */
export function whenOf({ start, first }: WireIncident): string {
  return start === null ? `record ${formatCount(first + 1)}` : formatTime(start, 'second', pageTimeZone());
}

/** How long it has lasted. */
export function lengthOf({ kind, start, end, count }: WireIncident): string {
  if (kind === 'absence') return start === null || end === null ? 'no event' : formatDuration(end - start);
  const events = countOf(count, 'event');
  return start === null || end === null || end <= start
    ? events
    : `${formatDuration(end - start)}, ${events}`;
}

/** Why it is one; a silence, whose sentence has times, on the clocks of a zone. */
export function reasonOf({ kind, open, why, start, end }: WireIncident, timeZone: string): string {
  if (kind !== 'absence') return why;
  if (start === null) return 'Silence: no event for too long.';
  const at = (time: number): string => formatTime(time, 'second', timeZone);
  const until = open || end === null ? `since ${at(start)}` : `from ${at(start)} to ${at(end)}`;
  return `Silence: no event ${until} (${timeZone}).`;
}

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

/** Why it is one. */
export function reasonOf({ kind, open, why }: WireIncident): string {
  if (kind === 'absence') return open ? 'no event since' : 'no event in between';
  return why;
}

import { countOf, formatCount, formatScore, formatShare } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import type { WireIncident, WireStream } from '../wire.ts';
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

/** Its score, or the dimensions that have the largest shares of that. */
export function reasonOf(incident: WireIncident, stream: WireStream | undefined): string {
  const { attribution, kind } = incident;
  if (kind === 'absence') return incident.open ? 'no event since' : 'no event in between';
  if (attribution.length === 1) return `score ${formatScore(incident.score)}`;
  return attribution
    .map((share, d) => ({ share, name: stream?.dimensions[d] ?? `dimension ${d + 1}` }))
    .filter(({ share }) => share >= 0.1)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ share, name }) => `${name} ${formatShare(share)}`)
    .join(', ');
}

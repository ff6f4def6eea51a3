import { pageTimeZone } from '../../../charts/formatTime.ts';
import { sendAction } from '../post.ts';
import { UNNAMED } from '../streamName.ts';
import { nextMorning } from './untilMorning.ts';

const HOUR = 3_600_000; // ms

/** Holds back the alerts of a stream for an hour or until the next morning, or ends that. */
export function muteStream(name: string | null, length: 'hour' | 'morning' | 'end'): void {
  const now = Date.now();
  const until = { hour: now + HOUR, morning: nextMorning(now, pageTimeZone()), end: now }[length];
  const done =
    length === 'end' ? 'alerts are sent again.' : 'no alerts until the time shown above the incidents.';
  void sendAction({ kind: 'mute', name, for: until - now }, `${name ?? UNNAMED}: ${done}`);
}

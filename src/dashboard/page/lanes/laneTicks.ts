import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * 1000),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 365].map((n) => n * DAY),
];

/** Round times between two, at most so many, with what they are called: a clock time, or a date at midnight. */
export function laneTicks(
  from: number,
  to: number,
  most: number,
): readonly { readonly time: number; readonly label: string }[] {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? (to - from) / Math.max(1, most);
  const zone = pageTimeZone();
  const ticks: { time: number; label: string }[] = [];
  for (let time = Math.ceil(from / step) * step; time < to; time += step) {
    const [day = '', clock = ''] = formatTime(time, step < MINUTE ? 'second' : 'minute', zone).split(' ');
    const isMidnight = /^00:00(:00)?$/.test(clock);
    ticks.push({ time, label: step >= DAY || isMidnight ? day : clock });
  }
  return ticks;
}

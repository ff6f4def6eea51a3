import { localTime } from '../../core/calendar.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 365, 3652, 36_525].map((count) => count * DAY),
];
const FURTHEST = 8e15; // milliseconds: within what a Date holds, with room for a tick
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * Ticks of an axis of times, at full hours, days and the like of a time zone's clocks. The label has a second line where the day
 * begins, or the year.
 *
 * @param from milliseconds since 1970, like `to`
 * @param most how many
 */
export function timeTicks(from: number, to: number, most: number, timeZone = 'UTC'): [number, string][] {
  if (Math.max(-from, to) > FURTHEST) return [];
  const local = localTime(timeZone);
  const step = STEPS.find((each) => (to - from) / each <= most) ?? STEPS.at(-1)!;
  const ticks: [number, string][] = [];
  let before = '';
  for (let clock = Math.ceil(local(from) / step) * step; ; clock += step) {
    const guess = clock - (local(clock) - clock);
    const time = clock - (local(guess) - guess); // once more: the clocks may have changed in between
    if (time > to || ticks.length > 2 * most) return ticks;
    if (time < from || time <= (ticks.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY)) continue;
    const date = new Date(clock);
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
    const year = String(date.getUTCFullYear());
    const [text, more] =
      step < DAY ? [date.toISOString().slice(11, step < MINUTE ? 19 : 16), day] : [day, year];
    ticks.push([time, more === before ? text : `${text}\n${more}`]);
    before = more;
  }
}

import { momentAt, wallClock } from '../../../charts/wallClock.ts';

const DAY = 86_400_000; // ms
const MORNING = 8 * 3_600_000; // ms after midnight

/** When it is next 08:00 on the clocks of a zone. */
export function nextMorning(now: number, timeZone: string): number {
  const shown = wallClock(now, timeZone).getTime();
  const today = Math.floor(shown / DAY) * DAY + MORNING;
  const morning = momentAt(today, timeZone);
  return morning > now ? morning : momentAt(today + DAY, timeZone);
}

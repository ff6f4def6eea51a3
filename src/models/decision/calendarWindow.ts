import { badOption, optionChecks } from '../../core/options.ts';
import { toMilliseconds } from '../../core/selectors.ts';

/** Days of the week, in English, numbered as in ISO 8601. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Weekly recurring hours. */
export interface WeeklyHours {
  /** Days on which the hours start. @default every day */
  readonly days?: readonly Weekday[];
  /** First minute, `'22:00'`. @default '00:00' */
  readonly from?: string;
  /** First minute after, `'06:00'`; at or before `from` it is on the next day. @default '24:00' */
  readonly to?: string;
  /** IANA name, `'Europe/Berlin'`: hours follow its clocks, including summer time. @default 'UTC' */
  readonly timeZone?: string;
}

/** A single time range; either end may be left out. */
export interface DateRange {
  /** First moment inside: milliseconds since 1970, a Date, or ISO 8601, in UTC unless it names a zone. */
  readonly start?: string | number | Date;
  /** First moment after. */
  readonly end?: string | number | Date;
}

/** Whether a moment, in milliseconds since 1970, lies inside. */
export type TimeTest = (time: number) => boolean;

const DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MINUTES = 1440; // of a day
const CLOCK = /^(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)$/;

/** @throws RxAnomalyError BAD_OPTION */
export function weeklyTest(where: string, hours: WeeklyHours): TimeTest {
  const check = optionChecks(where);
  check.known(hours, ['days', 'from', 'to', 'timeZone']);
  const { days = DAYS, from = '00:00', to = '24:00', timeZone = 'UTC' } = hours;
  if (!(Array.isArray(days) && days.length > 0 && days.every((day) => DAYS.includes(day))))
    throw badOption(where, 'days', `a list of ${DAYS.join(', ')}`, days);
  const first = minuteOf(where, 'from', from);
  const end = minuteOf(where, 'to', to);
  if (first === MINUTES) throw badOption(where, 'from', 'a time of day before 24:00', from);
  const clock = clockIn(where, timeZone);
  return (time) => {
    const { day, minute } = clock(time);
    const isDay = days.includes(DAYS[day]);
    if (first < end) return isDay && minute >= first && minute < end;
    return (isDay && minute >= first) || (days.includes(DAYS[(day + 6) % 7]) && minute < end);
  };
}

/** @throws RxAnomalyError BAD_OPTION */
export function rangeTest(where: string, range: DateRange): TimeTest {
  const check = optionChecks(where);
  check.known(range, ['start', 'end']);
  const start = range.start === undefined ? Number.NEGATIVE_INFINITY : momentOf(where, 'start', range.start);
  const end = range.end === undefined ? Number.POSITIVE_INFINITY : momentOf(where, 'end', range.end);
  if (start >= end) throw badOption(where, 'end', 'after start', range.end);
  return (time) => time >= start && time < end;
}

function minuteOf(where: string, option: string, text: string): number {
  const found = typeof text === 'string' ? CLOCK.exec(text) : null;
  if (found === null) throw badOption(where, option, 'a time of day such as 22:00', text);
  return found[1] === undefined ? MINUTES : 60 * Number(found[1]) + Number(found[2]);
}

function momentOf(where: string, option: string, moment: string | number | Date): number {
  const time = toMilliseconds(moment);
  if (Number.isNaN(time)) throw badOption(where, option, 'a time such as 2026-12-24T18:00Z', moment);
  return time;
}

/** Day of the week, 0 for Monday, and minute of the day on the clocks of a time zone. */
function clockIn(where: string, timeZone: string): (time: number) => { day: number; minute: number } {
  let format: Intl.DateTimeFormat;
  try {
    const hours = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', ...hours });
  } catch {
    throw badOption(where, 'timeZone', 'the name of a time zone such as Europe/Berlin', timeZone);
  }
  return (time) => {
    const shown = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return {
      day: DAYS.indexOf(shown.get('weekday')?.toLowerCase() as Weekday),
      minute: 60 * Number(shown.get('hour')) + Number(shown.get('minute')),
    };
  };
}

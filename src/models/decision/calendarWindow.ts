import { localTime, timeZoneSpec, WEEKDAYS, type Weekday, weekdayOf } from '../../core/calendar.ts';
import { badOption, checkOption, optionChecks } from '../../core/options.ts';
import { toMilliseconds } from '../../core/selectors.ts';

/** Weekly recurring hours. */
export interface WeeklyHours {
  /** Days on which the hours start. @default every day */
  readonly days?: readonly Weekday[];
  /** First minute, `'22:00'`. @default '00:00' */
  readonly from?: string;
  /** First minute after, `'06:00'`; at or before `from` it is on the next day. @default '24:00' */
  readonly to?: string;
  /** IANA name, `'Europe/Berlin'`: hours follow its clocks, including summer time. @default `timeZone` of the detector */
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

const MINUTES = 1440; // of a day
const MINUTE = 60_000; // ms
const DAY = MINUTES * MINUTE;
const CLOCK = /^(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)$/;

/** @param defaultZone of hours that name none @throws RxAnomalyError BAD_OPTION */
export function weeklyTest(where: string, hours: WeeklyHours, defaultZone = 'UTC'): TimeTest {
  const check = optionChecks(where);
  check.known(hours, ['days', 'from', 'to', 'timeZone']);
  const { days = WEEKDAYS, from = '00:00', to = '24:00', timeZone = defaultZone } = hours;
  if (!(Array.isArray(days) && days.length > 0 && days.every((day) => WEEKDAYS.includes(day))))
    throw badOption(where, 'days', `a list of ${WEEKDAYS.join(', ')}`, days);
  const first = minuteOf(where, 'from', from);
  const end = minuteOf(where, 'to', to);
  if (first === MINUTES) throw badOption(where, 'from', 'a time of day before 24:00', from);
  checkOption(where, 'timeZone', timeZoneSpec.kind, timeZone);
  const clock = localTime(timeZone);
  return (time) => {
    const local = clock(time);
    const day = weekdayOf(local);
    const minute = Math.floor((((local % DAY) + DAY) % DAY) / MINUTE);
    const isDay = days.includes(WEEKDAYS[day]);
    if (first < end) return isDay && minute >= first && minute < end;
    return (isDay && minute >= first) || (days.includes(WEEKDAYS[(day + 6) % 7]) && minute < end);
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

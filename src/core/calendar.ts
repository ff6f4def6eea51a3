import { accepts, type OptionKind, oneOf } from './optionKinds.ts';
import { type DefaultedSpec, OptionSet, type OptionTable } from './optionSet.ts';

/** Days of the week, in English, numbered as in ISO 8601. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Dates, `'2026-12-25'`, or a function that tells whether one is among them; `publicHolidays` of rx-anomaly/holidays has one. */
export type Dates = readonly string[] | ((date: string) => boolean);

/** On which calendar the hours of the day and the days of the week of a stream are read. */
export interface CalendarOptions {
  /**
   * IANA name of the time zone whose clocks the stream follows, `'Europe/Berlin'`: a job at 03:00 stays at 03:00 when summer
   * time begins or ends. Everything that looks for the hour of the day or of the week goes by it.
   * @default 'UTC'
   */
  readonly timeZone?: string;
  /**
   * Dates in that zone, `'2026-12-25'`, that are like another day of the week: what is usual then is not expected on them,
   * and what happens on them is not learnt as usual for the day of the week that they fall on. Dates may be added between
   * two runs. Rules of suppression go by the real day of the week.
   * @default none
   */
  readonly holidays?: Dates;
  /** The day of the week that holidays are like. @default 'sun' */
  readonly holidaysAs?: Weekday;
}

/** What {@link Dates} are accepted. */
export const datesKind: OptionKind = accepts(
  'a list of dates such as 2026-12-25, or a function of one',
  (value) =>
    typeof value === 'function' || (Array.isArray(value) && value.every((date) => dayOf(date) !== undefined)),
);

/** The option of whoever goes by the clocks of a time zone. */
export const timeZoneSpec: DefaultedSpec<string> = {
  kind: accepts('the name of a time zone such as Europe/Berlin', isZone),
  default: 'UTC',
  about: 'the time zone whose clocks the hours of the day and of the week go by',
  when: 'where people or jobs follow local time',
  level: 'basic',
};

/** The table for whoever has these options among others. */
export const calendarTable: OptionTable<
  CalendarOptions,
  Pick<CalendarOptions, 'holidays'> & Required<Pick<CalendarOptions, 'timeZone' | 'holidaysAs'>>
> = {
  timeZone: timeZoneSpec,
  holidays: {
    kind: datesKind,
    defaultText: 'none',
    about: 'dates that are like another day of the week',
    when: 'where public holidays or days of rest are unlike the days of the week that they fall on',
    level: 'basic',
  },
  holidaysAs: {
    kind: oneOf(WEEKDAYS),
    default: 'sun',
    about: 'the day of the week that holidays are like',
    when: 'where holidays are no Sundays',
  },
};

/** Resolves to the calendar; undefined where it is that of UTC without holidays. */
export const calendarOptions: OptionSet<
  CalendarOptions,
  Pick<CalendarOptions, 'holidays'> & Required<Pick<CalendarOptions, 'timeZone' | 'holidaysAs'>>,
  { readonly calendar: Calendar | undefined }
> = new OptionSet(calendarTable, (_, { timeZone, holidays = [], holidaysAs }) => ({
  calendar:
    timeZone === 'UTC' && !areAny(holidays) ? undefined : new Calendar(timeZone, holidays, holidaysAs),
}));

const DAY = 86_400_000; // ms
const THURSDAY = 3; // the day of the week of 1970-01-01

/** From times in UTC to those that clock and calendar of a place show. */
export class Calendar {
  readonly timeZone: string;
  readonly holidaysAs: Weekday;
  readonly #local: (time: number) => number;
  readonly #isHoliday: ((day: number) => boolean) | undefined;

  /** @param timeZone of the IANA database @param holidays dates as in ISO 8601 */
  constructor(timeZone: string, holidays: Dates = [], holidaysAs: Weekday = 'sun') {
    this.timeZone = timeZone;
    this.holidaysAs = holidaysAs;
    this.#local = localTime(timeZone);
    this.#isHoliday = areAny(holidays) ? dayTest(holidays) : undefined;
  }

  /**
   * The time at which what is usual is looked up: the clock's, as if it were UTC, and on a holiday that of the nearest day of
   * the week that it is like.
   *
   * @param time milliseconds since 1970
   */
  at(time: number): number {
    const local = this.#local(time);
    if (this.#isHoliday === undefined) return local;
    const day = Math.floor(local / DAY);
    if (!this.#isHoliday(day)) return local;
    const wanted = WEEKDAYS.indexOf(this.holidaysAs);
    const apart = (((wanted - day - THURSDAY) % 7) + 7) % 7; // days
    return local + DAY * (apart > 3 ? apart - 7 : apart);
  }
}

/** Whether a day, counted from 1970-01-01, is among dates, each of which is asked for once. */
function dayTest(dates: Dates): (day: number) => boolean {
  if (typeof dates !== 'function') {
    const days = new Set(dates.map((date) => dayOf(date)!));
    return (day) => days.has(day);
  }
  const known = new Map<number, boolean>();
  return (day) => {
    let is = known.get(day);
    if (is === undefined) {
      is = dates(new Date(day * DAY).toISOString().slice(0, 10)) === true;
      if (known.size === MOST_DAYS) known.clear();
      known.set(day, is);
    }
    return is;
  };
}

/** Whether a moment, in milliseconds since 1970, is on one of the dates in a time zone. */
export function dateTest(dates: Dates, timeZone: string): (time: number) => boolean {
  const [clock, isAmong] = [localTime(timeZone), dayTest(dates)];
  return (time) => isAmong(Math.floor(clock(time) / DAY));
}

function areAny(dates: Dates): boolean {
  return typeof dates === 'function' || dates.length > 0;
}

/** Day of the week, 0 for Monday, of a time on the clock as {@link localTime} gives it. */
export function weekdayOf(local: number): number {
  return (((Math.floor(local / DAY) + THURSDAY) % 7) + 7) % 7;
}

const LATEST = 8.64e15; // ECMA-262, section 21.4.1.1: 100 million days from 1970
const MOST_DAYS = 4096; // in memory

/**
 * Reads the clocks of a time zone: milliseconds since 1970 in UTC become those that the clock shows, as if it were UTC. The
 * offset is looked up once for a day of UTC; on a day on which the clocks change, the moment of the change too.
 *
 * @param timeZone of the IANA database
 */
export function localTime(timeZone: string): (time: number) => number {
  if (timeZone === 'UTC') return (time) => time;
  const offsetAt = offsetsOf(timeZone);
  const days = new Map<number, readonly [until: number, before: number, after: number]>();
  let [day, until, before, after] = [Number.NaN, 0, 0, 0];
  const turnTo = (wanted: number): void => {
    let known = days.get(wanted);
    if (known === undefined) {
      known = offsetsIn(Math.max(-LATEST, wanted * DAY), Math.min(LATEST, (wanted + 1) * DAY), offsetAt);
      if (days.size === MOST_DAYS) days.clear();
      days.set(wanted, known);
    }
    day = wanted;
    [until, before, after] = known;
  };
  return (time) => {
    const wanted = Math.floor(time / DAY);
    if (wanted !== day) turnTo(wanted);
    return time + (time < until ? before : after);
  };
}

/** The offsets of a day, and when the first gives way to the second. */
function offsetsIn(
  start: number,
  end: number,
  offsetAt: (time: number) => number,
): readonly [until: number, before: number, after: number] {
  const [before, after] = [offsetAt(start), offsetAt(end)];
  let [low, high] = [start, end];
  while (before !== after && high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return [high, before, after];
}

/** Milliseconds that the clocks of a zone are ahead of UTC at a time. @throws RangeError if there is no such zone */
export function offsetsOf(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
  return (time) => {
    const part: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(time)) part[type] = value;
    const year = part.era === 'BC' ? 1 - Number(part.year) : Number(part.year);
    const shown = new Date(0);
    shown.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
    shown.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
    return shown.getTime() - Math.floor(time / 1000) * 1000;
  };
}

function isZone(name: unknown): boolean {
  if (typeof name !== 'string' || name === '') return false;
  try {
    offsetsOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Days since 1970 of a date in ISO 8601; undefined where it is none. */
function dayOf(date: unknown): number | undefined {
  if (typeof date !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? time / DAY : undefined;
}

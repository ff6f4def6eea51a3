import { monthOf, offsetOf, usualSigns, WEEKDAY } from './calendarWords.ts';

/** Which part of 03/04/05 comes first; `yearDayFirst` reads 2024/03/04 as the third of April. */
export type DateOrder = 'dayFirst' | 'monthFirst' | 'yearFirst' | 'yearDayFirst';

/** A time as it is written: a wall clock, and the zone where one stands with it. */
export interface WallTime {
  /** Milliseconds since 1970-01-01T00:00 on the wall clock. */
  readonly wall: number;
  /** Minutes east of UTC. */
  readonly offset: number | undefined;
  /** `Europe/Berlin` where that stands with the time, and no offset. */
  readonly zone: string | undefined;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FOUR_CENTURIES = 146_097 * DAY; // the Gregorian calendar repeats after 146,097 days

const CLOCK = String.raw`(\d{1,2})(?:[:h](\d{2})(?:[:m](\d{2})(?:[.,:](\d{1,9}))?s?)?|\.(\d{2})\.(\d{2}))\s*([ap](?:\.?\s?m\.?)?)?`;
const DATE_CLOCK = new RegExp(String.raw`^(.+?)(?:T|[\s_,]+|\s-\s|(?<=[a-z]{3}\/\d{4}):)${CLOCK}$`, 'i');
const CLOCK_DATE = new RegExp(String.raw`^${CLOCK}[\s,]+(\D*\d.*)$`, 'i');
const CTIME = new RegExp(String.raw`^(\p{L}{3,9}\s+\d{1,2})\s+${CLOCK}\s+(\d{4})$`, 'iu');
/** `04.03.2024 10:15:00`: without words, zones or spans, for speed. */
const PLAIN = /^\d{1,4}([-./])\d{1,2}\1\d{1,4} \d{1,2}:\d\d(?::\d\d)?$/;
const CLOCK_ONLY = new RegExp(`^${CLOCK}$`, 'i');

/**
 * Reads a calendar time in any of the forms that tables hold: ISO 8601 with its basic, week and ordinal forms, dates
 * in numbers with any sign between, names of months, 12 and 24 hours, `24:00`, fractions after a point, comma or
 * colon, and zones behind it (`Z`, `+01:00`, `CET`, `[Europe/Berlin]`).
 *
 * @param text without surrounding blanks
 * @param order decides dates such as 03/04/2024; with points the day always comes first
 */
export function readCalendar(text: string, order: DateOrder): WallTime | undefined {
  const fast = order === 'yearDayFirst' ? Number.NaN : plainIso(text);
  if (!Number.isNaN(fast)) return { wall: fast, offset: undefined, zone: undefined };
  if (text.endsWith('Z') && order !== 'yearDayFirst') {
    const utc = plainIso(text.slice(0, -1));
    if (!Number.isNaN(utc)) return { wall: utc, offset: 0, zone: undefined };
  }
  if (PLAIN.test(text)) {
    const wall = wallOf(text, order);
    return Number.isNaN(wall) ? undefined : { wall, offset: undefined, zone: undefined };
  }
  if (text.length < 4 || text.length > 90 || !/\d/.test(text)) return undefined;
  const span = /^(.*\d{4}.*\d:\d\d(?::\d\d)?)\s(?:-|–|to|bis)\s(.*\d:\d\d(?::\d\d)?)$/.exec(text);
  // `01.03.2024 00:00 - 01.03.2024 01:00` is the time at which it begins.
  if (span !== null && readCalendar(span[2]!, order) !== undefined) return readCalendar(span[1]!, order);
  let rest = usualSigns(text.replace(/^\[([^\]]*)\]$/, '$1').replace(WEEKDAY, ''));
  let zone: string | undefined;
  let offset: number | undefined;
  const named = /\s?\[([A-Za-z_]+(?:\/[A-Za-z_+\-0-9]+)*)\]$|\s([A-Z][A-Za-z_]+\/[A-Za-z_/+\-0-9]+)$/.exec(
    rest,
  );
  if (named !== null) {
    zone = named[1] ?? named[2];
    rest = rest.slice(0, named.index).trim();
  }
  if (/\d[:h]\d|T\d{2}|\d\.\d\d\.\d\d\b|\d{8}\s?\d{4}/.test(rest)) {
    const found =
      /(?:\s*\(?(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?\)?|\s?[+-]\d{2}(?::?\d{2})?|\s?\(?\b(?![AP]M\b)[A-Z]{3,4}\)?|(?<=\d)Z)$/.exec(
        rest,
      ) ?? /\s(?:UTC|GMT)$/i.exec(rest);
    if (found !== null && found.index > 6) {
      const label = found[0].replace(/[()]/g, '').trim();
      offset = offsetOf(label);
      if (offset === undefined) return undefined;
      rest = rest.slice(0, found.index).trim();
      // `-0330 (NST)` and the like: an abbreviation behind an offset adds nothing
      const more = /\s?[+-]\d{2}:?\d{2}$/.exec(rest);
      if (more !== null && /\d[:h]\d/.test(rest.slice(0, more.index))) {
        offset = offsetOf(more[0].trim());
        rest = rest.slice(0, more.index).trim();
      }
    }
  }
  const wall = wallOf(rest, order);
  if (Number.isNaN(wall)) return undefined;
  return { wall, offset, zone: offset === undefined ? zone : undefined };
}

/** Whether a text is a calendar time, in any order of day and month. */
export function isCalendarTime(text: string): boolean {
  return (
    readCalendar(text, 'monthFirst') !== undefined ||
    readCalendar(text, 'dayFirst') !== undefined ||
    (/^\d{4}[-/.]/.test(text) && readCalendar(text, 'yearDayFirst') !== undefined)
  );
}

/** `10:00` of `10:00 - 11:00`, and of `10 - 11`; any other text as it is. */
export function startOfSpan(text: string): string {
  const found = /^(\d{1,2})(:\d\d(?::\d\d)?)?\s?(?:-|–|to|bis)\s?\d{1,2}(?::\d\d(?::\d\d)?)?$/.exec(text);
  return found === null ? text : `${found[1]}${found[2] ?? ':00'}`;
}

/** Milliseconds since midnight of a clock by itself; NaN if the text is none. */
export function readClock(text: string): number {
  const found = CLOCK_ONLY.exec(text);
  if (found !== null) return clock(found, 1);
  const compact = /^([01]\d|2[0-4])([0-5]\d)([0-5]\d)?$/.exec(text);
  if (compact === null) return Number.NaN;
  return Number(compact[1]) * HOUR + Number(compact[2]) * MINUTE + Number(compact[3] ?? 0) * 1000;
}

function wallOf(text: string, order: DateOrder): number {
  const compact = /^(\d{4})(\d\d)(\d\d)[T\s_:-]?(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d{1,9})|(\d{3}))?)?)?$/.exec(
    text,
  );
  if (compact !== null) {
    const [, year, month, day, hour, minute = '0', second = '0', fraction, thousandths] = compact;
    const at = timeOfDay(Number(hour), Number(minute), Number(second), fraction ?? thousandths, undefined);
    return midnight(Number(year), Number(month), Number(day)) + at;
  }
  let found = DATE_CLOCK.exec(text);
  if (found !== null) return dateOfClock(found[1]!, order) + clock(found, 2);
  found = CTIME.exec(text);
  if (found !== null) return readDate(`${found[1]} ${found[9]}`, order) + clock(found, 2);
  found = CLOCK_DATE.exec(text);
  if (found !== null) return dateOfClock(found[8]!, order) + clock(found, 1);
  const hourOnly = /^(\S*\d{4}\S*|\d{4}\S+)[T\s](\d{1,2})$/.exec(text);
  if (hourOnly !== null && /\D\d/.test(hourOnly[1]!)) {
    return readDate(hourOnly[1]!, order) + timeOfDay(Number(hourOnly[2]), 0, 0, undefined, undefined);
  }
  return readDate(text, order);
}

/** `Oct 09` next to a clock, as syslog writes it, is a day without a year, and no month of 2009. */
function dateOfClock(text: string, order: DateOrder): number {
  return /^\p{L}+\.?[-\s/']+\d{1,2}$/u.test(text) ? Number.NaN : readDate(text, order);
}

/** @param at index of the hour in `found`; after it minute, second, fraction, the two with points, AM or PM */
function clock(found: RegExpExecArray, at: number): number {
  const minute = found[at + 1] ?? found[at + 4] ?? '0';
  const second = found[at + 2] ?? found[at + 5] ?? '0';
  return timeOfDay(Number(found[at]), Number(minute), Number(second), found[at + 3], found[at + 6]);
}

function timeOfDay(
  hourText: number,
  minute: number,
  second: number,
  fraction: string | undefined,
  half: string | undefined,
): number {
  let hour = hourText;
  if (half !== undefined) {
    if (hour > 12) return Number.NaN;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  // Second 60 is a leap second; like POSIX time it falls together with the second after it. 24:00 is the next midnight.
  if (hour > 24 || (hour === 24 && minute + second > 0) || minute > 59 || second > 60) return Number.NaN;
  // Whole nanoseconds first: 0.57 · 1000 would be 569.99….
  const rest = fraction === undefined ? 0 : Number(fraction.padEnd(9, '0')) / 1e6;
  return hour * HOUR + minute * MINUTE + second * 1000 + rest;
}

const NUMERIC = /^(\d{1,2})\s?([-/.\s])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?$/;
const YEAR_FIRST = /^([+-]\d{6}|\d{4})(?:([-/.\s])(\d{1,2})\2(\d{1,2})|[-/](\d{1,2}))$/;
const DAY_NAME_YEAR =
  /^(\d{1,2})(?:st|nd|rd|th)?\.?[-/.\s]*(?:(?:de|of)\s)?(\p{L}{3,12})\.?[-/.,\s]*(?:(?:de|del)\s)?(\d{4}|\d{2})$/iu;
const NAME_DAY_YEAR = /^(\p{L}{3,10})\.?[-\s]*(\d{1,2})(?:st|nd|rd|th)?[,\s-]+(\d{4})$/iu;
const YEAR_NAME_DAY = /^(\d{4})[-/\s](\p{L}{3,10})\.?[-/\s](\d{1,2})$/iu;
const NAME_YEAR = /^(\p{L}{3,10})\.?[-\s/']+(\d{4}|\d{2})$/iu;

/** Midnight of a date by itself, in milliseconds since 1970; NaN if the text is none. */
export function readDate(text: string, order: DateOrder): number {
  let found = YEAR_FIRST.exec(text);
  if (found !== null) {
    const [, year, , second, third, month] = found;
    if (order === 'yearDayFirst' && third !== undefined) {
      return midnight(Number(year), Number(third), Number(second));
    }
    return midnight(Number(year), Number(second ?? month), Number(third ?? 1));
  }
  found = NUMERIC.exec(text);
  if (found !== null) return numericDate(found, order);
  found = DAY_NAME_YEAR.exec(text);
  if (found !== null) return midnight(fullYear(found[3]!), monthOf(found[2]!), Number(found[1]));
  found = NAME_DAY_YEAR.exec(text);
  if (found !== null) return midnight(Number(found[3]), monthOf(found[1]!), Number(found[2]));
  found = YEAR_NAME_DAY.exec(text);
  if (found !== null) return midnight(Number(found[1]), monthOf(found[2]!), Number(found[3]));
  found = NAME_YEAR.exec(text);
  if (found !== null) return midnight(fullYear(found[2]!), monthOf(found[1]!), 1);
  found = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (found !== null) return midnight(Number(found[1]), Number(found[2]), Number(found[3]));
  found = /^(\d{4})-?W(\d\d)(?:-?(\d))?$/i.exec(text);
  if (found !== null) return weekDate(Number(found[1]), Number(found[2]), Number(found[3] ?? 1));
  // `KW 01/2020`, `2020 KW 1`
  found = /^(?:KW|CW|W|week)\.?\s?(\d{1,2})[\s/,.-]{1,2}(\d{4})$/i.exec(text);
  if (found !== null) return weekDate(Number(found[2]), Number(found[1]), 1);
  found = /^(\d{4})[\s/,.-]{1,2}(?:KW|CW|W|week)\.?\s?(\d{1,2})$/i.exec(text);
  if (found !== null) return weekDate(Number(found[1]), Number(found[2]), 1);
  found = /^(\d{4})-(\d{3})$/.exec(text);
  if (found !== null) return dayOfYear(Number(found[1]), Number(found[2]));
  found = /^(\d{4})[-\s]?Q([1-4])$/i.exec(text);
  if (found !== null) return midnight(Number(found[1]), 3 * Number(found[2]) - 2, 1);
  found = /^Q([1-4])[-/\s]?(\d{4})$/i.exec(text);
  if (found !== null) return midnight(Number(found[2]), 3 * Number(found[1]) - 2, 1);
  found = /^(\d{1,2})[-/.](\d{4})$|^(\d{4})M(\d\d)$/.exec(text);
  if (found !== null) return midnight(Number(found[2] ?? found[3]), Number(found[1] ?? found[4]), 1);
  return Number.NaN;
}

/** Whether which of its parts is the day is open in the way that a date is written. */
export function isOpenDate(text: string): boolean {
  return /^(?:\p{L}{2,9}\.?,?\s+)?\d{1,2}\s?[-/.\s]\s?\d{1,2}\s?[-/.\s]\s?(?:\d{4}|\d{2})(?!\d)/u.test(text);
}

function numericDate([, first, sign, second, third]: RegExpExecArray, order: DateOrder): number {
  const year = fullYear(third!);
  if (order === 'yearFirst' && third!.length === 2) {
    return midnight(fullYear(first!), Number(second), Number(third));
  }
  // With points the day always comes first.
  return order === 'dayFirst' || sign === '.'
    ? midnight(year, Number(second), Number(first))
    : midnight(year, Number(first), Number(second));
}

/** As POSIX has it: 69 … 99 are of the last century. */
function fullYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year + (year < 69 ? 2000 : 1900);
}

function midnight(year: number, month: number | undefined, day: number): number {
  if (month === undefined || !(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
  // Date.UTC takes the years 0 … 99 for 1900 … 1999.
  const shift = year >= 0 && year <= 99 ? 400 : 0;
  const time = Date.UTC(year + shift, month - 1, day) - (shift === 0 ? 0 : FOUR_CENTURIES);
  return day > 28 && new Date(time).getUTCDate() !== day ? Number.NaN : time;
}

/** Week 1 holds the fourth of January; weeks begin on Monday. */
function weekDate(year: number, week: number, day: number): number {
  if (week < 1 || week > 53 || day < 1 || day > 7) return Number.NaN;
  const fourth = midnight(year, 1, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
  return monday + ((week - 1) * 7 + day - 1) * DAY;
}

/** Midnight of a day counted from the first of January, which is day 1. */
export function dayOfYear(year: number, day: number): number {
  return day >= 1 && day <= 366 ? midnight(year, 1, 1) + (day - 1) * DAY : Number.NaN;
}

let lastDate = '';
let lastMidnight = Number.NaN;

/** `2024-03-04 10:00:00`, also with a T, without seconds, with a fraction or a Z: by far the most frequent form. */
export function plainIso(text: string): number {
  const { length } = text;
  if (length < 16 || text.charCodeAt(4) !== 45 || text.charCodeAt(13) !== 58) return Number.NaN;
  const between = text.charCodeAt(10);
  if (between !== 32 && between !== 84) return Number.NaN;
  let second = 0;
  let fraction = 0;
  if (length > 16) {
    if (length < 19 || text.charCodeAt(16) !== 58) return Number.NaN;
    second = two(text, 17);
    if (length > 19) {
      if (text.charCodeAt(19) !== 46 || length > 29 || length === 20) return Number.NaN;
      let digits = 0;
      for (let i = 20; i < length; i++) {
        const digit = text.charCodeAt(i) - 48;
        if (!(digit >= 0 && digit <= 9)) return Number.NaN;
        digits = digits * 10 + digit;
      }
      fraction = (digits * 10 ** (29 - length)) / 1e6;
    }
  }
  const hour = two(text, 11);
  const minute = two(text, 14);
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  const date = text.slice(0, 10);
  if (date !== lastDate) {
    if (text.charCodeAt(7) !== 45) return Number.NaN;
    const year = two(text, 0) * 100 + two(text, 2);
    lastMidnight = midnight(year, two(text, 5), two(text, 8));
    lastDate = date;
  }
  return lastMidnight + hour * HOUR + minute * MINUTE + second * 1000 + fraction;
}

function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

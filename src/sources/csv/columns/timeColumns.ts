import { isMissing } from '../numbers/writtenNumber.ts';
import { dayOfYear, readCalendar, readClock, readDate } from '../times/calendar.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { SURE_TIME_WORDS, TIME_WORDS, words } from './words.ts';

/** The columns that make up the time of a row, and how: their text becomes one that a time format reads. */
export interface TimeColumns {
  readonly profiles: readonly ColumnProfile[];
  /** The text of the time from its cells. */
  readonly join: (cells: readonly string[]) => string;
}

/** 1979-07 … 2099-12 in seconds: where a number may pass for an epoch time on its looks. */
const EPOCH_SECONDS: readonly [number, number] = [3e8, 4.1e9];

/**
 * The column that holds event times, if any does, with the one for the clock where they are apart. A calendar time
 * counts anywhere; a number must stand first or be named like a time, and look like an epoch or at least never
 * decrease.
 */
export function guessTime(profiles: readonly ColumnProfile[]): TimeColumns | undefined {
  const found = singleTime(profiles);
  // Year, month and day by themselves, where no column holds all of them.
  if (found === undefined || !(found.isCalendar || isEpoch(found.numbers))) {
    const parts = guessParts(profiles);
    if (parts !== undefined) return parts;
  }
  return found === undefined ? undefined : withZone(withClock(found, profiles), profiles);
}

/** `2024-03-04 10:00` with `EST`, or `Europe/Berlin`, in a column of its own. */
function withZone(time: TimeColumns, profiles: readonly ColumnProfile[]): TimeColumns {
  const zone = profiles.find(
    (profile) =>
      /^(?:tz|tz_cd|time_?zone|zone|utc_?offset)$/i.test(profile.name.trim()) &&
      profile.cells.length > 0 &&
      profile.cells.every((cell) => readCalendar(`2024-03-04 10:00 ${cell}`, 'dayFirst') !== undefined),
  );
  // Epochs are UTC, and a time may have its own zone.
  const isWall = time.profiles.every(({ isCalendar, isClock }) => isCalendar || isClock);
  const isPlain = time.profiles[0]!.cells.every(
    (cell) => readCalendar(cell, 'dayFirst')?.offset === undefined,
  );
  if (zone === undefined || !isWall || !isPlain || time.profiles.includes(zone)) return time;
  const last = time.profiles.length;
  return {
    profiles: [...time.profiles, zone],
    join: (cells) => `${time.join(cells.slice(0, last))} ${cells[last]}`,
  };
}

/** Columns that the user named as the time: one, or several to be joined. */
export function namedTime(columns: readonly ColumnProfile[]): TimeColumns {
  if (columns.length > 1) {
    const parts = guessParts(columns);
    if (parts !== undefined && parts.profiles.length === columns.length) return parts;
    const [date, clock] = columns;
    if (
      columns.length === 2 &&
      /\b(?:hour|hours|hr|stunde|heure|hora|ora|hh)\b/i.test(clock!.name) &&
      clock!.isNumeric
    ) {
      return { profiles: columns, join: joinHour };
    }
    if (columns.length === 2 && date!.isClock) return { profiles: [clock!, date!], join: joinClock };
  }
  return { profiles: columns, join: columns.length === 1 ? (cells) => cells[0]! : joinClock };
}

function singleTime(profiles: readonly ColumnProfile[]): ColumnProfile | undefined {
  const isNamed = (profile: ColumnProfile): boolean =>
    words(profile.name).some((word) => TIME_WORDS.has(word));
  const isDates = (profile: ColumnProfile): boolean => profile.isCalendar && !profile.isNumeric;
  const isFirst = (profile: ColumnProfile): boolean => profile.index === 0;
  const preferences: ((profile: ColumnProfile) => boolean)[] = [
    (profile) => isNamed(profile) && profile.isCalendar && !profile.isDateOnly,
    (profile) => isNamed(profile) && profile.isCalendar,
    (profile) => isNamed(profile) && isEpoch(profile.numbers),
    (profile) =>
      isFirst(profile) && (isDates(profile) || (profile.isCalendar && isMonotonous(profile.numbers))),
    (profile) => isFirst(profile) && isEpoch(profile.numbers) && isMonotonous(profile.numbers),
    isDates,
    (profile) => isNamed(profile) && profile.isNumeric && neverDecreases(profile.numbers),
    // Serial days of a spreadsheet, newest first
    (profile) =>
      isNamed(profile) &&
      profile.numbers.length > 2 &&
      profile.numbers.every((number) => number > 20_000 && number < 80_000) &&
      isMonotonous(profile.numbers),
    (profile) => profile.isClock,
    (profile) => isNamed(profile) && profile.cells.length === 0,
  ];
  for (const preferred of preferences) {
    const found = profiles.find(preferred);
    if (found !== undefined) return found;
  }
  // A year by itself, one row each
  return profiles.find(
    ({ name, numbers }) =>
      /^(?:year|jahr|année|annee|año|anno)$/i.test(name) &&
      numbers.length > 1 &&
      numbers.every(
        (n, i) => Number.isInteger(n) && n > 1000 && n < 3000 && (i === 0 || n > numbers[i - 1]!),
      ),
  );
}

/** A text column that is called a time and cannot be read as one: not to be passed over in silence. */
export function unreadableTime(profiles: readonly ColumnProfile[]): ColumnProfile | undefined {
  return profiles.find(
    (profile) =>
      profile.cells.length > 0 &&
      !profile.isNumeric &&
      words(profile.name).some((word) => SURE_TIME_WORDS.has(word)),
  );
}

function withClock(date: ColumnProfile, profiles: readonly ColumnProfile[]): TimeColumns {
  const single: TimeColumns = { profiles: [date], join: (cells) => cells[0]! };
  if (!date.isDateOnly || date.cells.length === 0) return single;
  const others = profiles.filter((profile) => profile !== date && profile.cells.length > 0);
  const isNext = (profile: ColumnProfile): boolean => Math.abs(profile.index - date.index) === 1;
  const clocks = others.filter(
    (profile) =>
      profile.isClock ||
      (isClockName(profile.name) &&
        (!profile.cells.some((cell) => cell.includes('.')) ||
          /^(?:time|clock|uhrzeit|zeit)$/i.test(profile.name.trim())) &&
        profile.cells.every((cell) => !Number.isNaN(readClock(padded(cell))))),
  );
  const clock = clocks.find((profile) => isClockName(profile.name)) ?? clocks.find(isNext);
  if (clock !== undefined) return { profiles: [date, clock], join: joinClock };
  const hour = others.find(
    ({ name, numbers, isNumeric }) =>
      isNumeric &&
      /^(?:hour|hours|hr|hrs|hh|stunde|heure|hora|ora|hour of day|hourending|hour ending|he)$/i.test(
        name.trim(),
      ) &&
      numbers.every((n) => Number.isInteger(n) && n >= 0 && n <= 24),
  );
  return hour === undefined ? single : { profiles: [date, hour], join: joinHour };
}

function isClockName(name: string): boolean {
  return /time|zeit|clock|hora|heure|ora|tijd/i.test(name);
}

function joinClock([date, clock]: readonly string[]): string {
  if (isMissing(date!) || isMissing(clock!)) return '';
  const text = padded(clock!);
  const time = readClock(text);
  if (Number.isNaN(time)) return `${date} ${clock}`;
  return /^\d+$/.test(text)
    ? `${date} ${text.slice(0, 2)}:${text.slice(2, 4)}:${text.slice(4, 6) || '00'}`
    : `${date} ${text}`;
}

/** 45 is a quarter to one where other rows have 1000; 14.30 is half past two. */
function padded(clock: string): string {
  if (/^\d{1,2}\.\d\d$/.test(clock)) return clock.replace('.', ':');
  return /^\d{1,3}$/.test(clock) ? clock.padStart(4, '0') : clock;
}

function joinHour([date, hour]: readonly string[]): string {
  return isMissing(date!) || isMissing(hour!) ? '' : `${date} ${Number(hour)}:00`;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'dayOfYear' | 'clock';

const PART_NAMES: readonly (readonly [Part, RegExp])[] = [
  ['year', /^(?:#?\s?YY|yyyy|YYYY|year|yr|jahr|ann[ée]e|año|anno)$|^#?(?:yr)$/i],
  ['month', /^(?:MM|mo|month|mon|monat|mois|mes|mese)$/],
  ['day', /^(?:DD|dd|dy|day|tag|jour|d[ií]a|giorno|dom|mday)$/],
  ['hour', /^(?:hh|HH|hr|hour|hours|stunde|heure|hora|ora)$/],
  ['minute', /^(?:mm|mn|min|minute|minutes)$/],
  ['second', /^(?:ss|sec|second|seconds|sekunde)$/],
  ['clock', /^(?:hhmm|hhmn|hrmn|hour_?minute)$/i],
  ['dayOfYear', /^(?:doy|DOY|yday|jday|julian|dayofyear|day_of_year)$/],
];

/** Year, month, day, hour … in a column each. */
function guessParts(profiles: readonly ColumnProfile[]): TimeColumns | undefined {
  const found = new Map<Part, ColumnProfile>();
  for (const profile of profiles) {
    const name = profile.name.trim();
    const part = PART_NAMES.find(([, names]) => names.test(name) || names.test(uncapitalised(name)))?.[0];
    const isWhole = profile.numbers.length > 0 && profile.numbers.every(Number.isInteger);
    if (part !== undefined && isWhole && !found.has(part)) found.set(part, profile);
  }
  if (!found.has('year')) {
    for (const [i, profile] of partsWithoutNames(profiles).entries()) found.set(ORDER[i]!, profile);
  }
  const year = found.get('year');
  if (year === undefined || !year.numbers.every((number) => number >= 0 && number < 3000)) return undefined;
  if (found.size === 0) return undefined;
  const isOfYear = found.has('dayOfYear') && !found.has('month');
  const ofDay: readonly Part[] =
    found.has('clock') && !found.has('hour') ? ['clock'] : ['hour', 'minute', 'second'];
  const order: readonly Part[] = isOfYear
    ? ['year', 'dayOfYear', ...ofDay]
    : ['year', 'month', 'day', ...ofDay];
  // Without a month there are no days, without an hour no minutes.
  const until = order.findIndex((part) => !found.has(part));
  const used = order.slice(0, until === -1 ? order.length : until);
  if (used.length < 2) return undefined;
  return {
    profiles: used.map((part) => found.get(part)!),
    join: (cells) => {
      if (cells.some(isMissing)) return '';
      const [yearText, second, third, ...clock] = cells
        .map((cell) => `${Number(cell)}`)
        .flatMap((cell, i) =>
          used[i] === 'clock' ? [`${Math.floor(Number(cell) / 100)}`, `${Number(cell) % 100}`] : [cell],
        );
      const full =
        yearText!.length <= 2 ? `${Number(yearText) + (Number(yearText) < 69 ? 2000 : 1900)}` : yearText;
      if (isOfYear) {
        const date = dayOfYear(Number(full), Number(second));
        if (Number.isNaN(date)) return cells.join(' ');
        const rest = [third, ...clock].filter((part) => part !== undefined);
        return withTime(new Date(date).toISOString().slice(0, 10), rest);
      }
      const date = `${full}-${second}-${third ?? 1}`;
      return Number.isNaN(readDate(date, 'dayFirst')) ? cells.join(' ') : withTime(date, clock);
    },
  };
}

const ORDER: readonly Part[] = ['year', 'month', 'day'];

/** Of a table without a header: years that never decrease, then months that come and go, then perhaps days. */
function partsWithoutNames(profiles: readonly ColumnProfile[]): readonly ColumnProfile[] {
  const [year, month, day] = profiles;
  const isWithin = (profile: ColumnProfile | undefined, low: number, high: number): boolean =>
    profile !== undefined &&
    profile.name === `column${profile.index + 1}` &&
    profile.numbers.length > 12 &&
    profile.numbers.every((n) => Number.isInteger(n) && n >= low && n <= high);
  const isDate =
    isWithin(year, 1600, 2199) &&
    year!.index === 0 &&
    neverDecreases(year!.numbers) &&
    isWithin(month, 1, 12) &&
    new Set(month!.numbers).size > 1 &&
    month!.numbers.every(
      (n, i) => i === 0 || n >= month!.numbers[i - 1]! || year!.numbers[i] !== year!.numbers[i - 1],
    );
  if (!isDate) return [];
  const isDay = isWithin(day, 1, 31) && month!.numbers.some((n, i) => i > 0 && n === month!.numbers[i - 1]);
  return isDay ? [year!, month!, day!] : [year!, month!];
}

function uncapitalised(name: string): string {
  return /^\p{Lu}\p{Ll}/u.test(name) || /^(?:YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)$/.test(name)
    ? name.toLowerCase()
    : name;
}

function withTime(date: string, clock: readonly (string | undefined)[]): string {
  const [hour, minute = '0', second] = clock;
  if (hour === undefined) return date;
  return `${date} ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}${second === undefined ? '' : `:${second.padStart(2, '0')}`}`;
}

export function isEpoch(numbers: readonly number[]): boolean {
  return [1, 1e3, 1e6, 1e9].some((unit) => {
    const within = numbers.filter(
      (time) => time >= EPOCH_SECONDS[0] * unit && time <= EPOCH_SECONDS[1] * unit,
    );
    return 2 * within.length > numbers.length;
  });
}

/** A constant does not count: it would be no clock. */
export function neverDecreases(numbers: readonly number[]): boolean {
  const ordered = numbers.every((number, i) => i === 0 || number >= numbers[i - 1]!);
  return ordered && (numbers.length === 1 || numbers[0] !== numbers.at(-1));
}

/** Never decreasing, or never increasing: newest first. */
export function isMonotonous(numbers: readonly number[]): boolean {
  return neverDecreases(numbers) || neverDecreases([...numbers].reverse());
}

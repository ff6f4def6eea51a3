import { isMissing } from '../numbers/writtenNumber.ts';
import { readCalendar, readClock } from '../times/calendar.ts';
import { guessParts, type TimeColumns } from './dateParts.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { isCalledTime, isSurelyTime } from './words.ts';

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
    if (parts !== undefined) return withHalf(parts, profiles);
  }
  return found === undefined ? undefined : withZone(withHalf(withClock(found, profiles), profiles), profiles);
}

/** AM and PM in a column of their own, of a time that says no more than twelve hours. */
export function withHalf(time: TimeColumns, profiles: readonly ColumnProfile[]): TimeColumns {
  const half = profiles.find((profile) => isHalf(profile) && !time.profiles.includes(profile));
  const hasClock = time.profiles.some(
    ({ isCalendar, isDateOnly, isClock, name, isNumeric }) =>
      isClock || (isCalendar && !isDateOnly) || (isNumeric && !isCalendar && /h|time|ora|zeit/i.test(name)),
  );
  const hasOwn = time.profiles.some(({ cells }) => cells.some((cell) => /[ap]\.?\s?m\.?$/i.test(cell)));
  if (half === undefined || !hasClock || hasOwn) return time;
  const last = time.profiles.length;
  return {
    profiles: [...time.profiles, half],
    join: (cells) => {
      const text = time.join(cells.slice(0, last));
      const isMorning = /^(?:a|午前|上午|오전)/i.test(cells[last]!);
      const hour = Number(/(?:^|[\sT])(\d{1,2})[:h]\d\d/.exec(text)?.[1]);
      // 13:00 PM adds nothing to 13:00.
      return hour > 12 && !isMorning ? text : `${text} ${isMorning ? 'AM' : 'PM'}`;
    },
  };
}

function isHalf({ name, cells }: ColumnProfile): boolean {
  const form = /^(?:am?[\s_/-]?pm?|a\/p|meridiem|ap)$/i.test(name.trim()) ? HALF_LETTER : HALF;
  return cells.length > 0 && cells.every((cell) => form.test(cell));
}

const HALF = /^(?:[ap]\.?\s?m\.?|午前|午後|上午|下午|오전|오후)$/i;
const HALF_LETTER = /^(?:[ap](?:\.?\s?m\.?)?|午前|午後|上午|下午|오전|오후)$/i;

/** `2024-03-04 10:00` with `EST`, or `Europe/Berlin`, in a column of its own. */
function withZone(time: TimeColumns, profiles: readonly ColumnProfile[]): TimeColumns {
  const zone = profiles.find(isZone);
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

function isZone({ name, cells }: ColumnProfile): boolean {
  return (
    /^(?:tz|tz_cd|time_?zone|zone|utc_?offset)$/i.test(name.trim()) &&
    cells.length > 0 &&
    cells.every((cell) => readCalendar(`2024-03-04 10:00 ${cell}`, 'dayFirst') !== undefined)
  );
}

/** Columns that the user named as the time: one, or several to be joined. */
export function namedTime(columns: readonly ColumnProfile[]): TimeColumns {
  if (columns.length === 1) return { profiles: columns, join: (cells) => cells[0]! };
  const rest = columns.filter((column) => !isHalf(column) && !isZone(column));
  return withZone(withHalf(joinedTime(rest), columns), columns);
}

function joinedTime(columns: readonly ColumnProfile[]): TimeColumns {
  const [date, clock] = columns;
  if (columns.length === 1) return { profiles: columns, join: (cells) => cells[0]! };
  const parts = guessParts(columns);
  if (parts !== undefined && parts.profiles.length === columns.length) return parts;
  if (columns.length === 2 && date!.isClock) return { profiles: [clock!, date!], join: joinClock };
  const joined = withClock({ ...date!, isDateOnly: true }, columns.slice(1));
  if (joined.profiles.length === columns.length) {
    return { ...joined, profiles: [date!, ...joined.profiles.slice(1)] };
  }
  const isHour =
    /\b(?:hour|hours|hr|stunde|heure|hora|ora|hh)\b/i.test(clock!.name) &&
    clock!.isNumeric &&
    clock!.numbers.every((number) => number <= 24);
  return { profiles: columns, join: isHour ? joinHour : joinClock };
}

function singleTime(profiles: readonly ColumnProfile[]): ColumnProfile | undefined {
  const isNamed = (profile: ColumnProfile): boolean => isCalledTime(profile.name);
  const isDates = (profile: ColumnProfile): boolean => profile.isCalendar && !profile.isNumeric;
  const isFirst = (profile: ColumnProfile): boolean => profile.index === 0;
  const isUtc = (profile: ColumnProfile): boolean => /(?:^|[^a-z])(?:utc|gmt)(?![a-z])/i.test(profile.name);
  const preferences: ((profile: ColumnProfile) => boolean)[] = [
    // Rather than a local time next to it
    (profile) => isNamed(profile) && profile.isCalendar && !profile.isDateOnly && isUtc(profile),
    (profile) => isNamed(profile) && profile.isCalendar && !profile.isDateOnly,
    (profile) => isNamed(profile) && profile.isCalendar && isUtc(profile),
    (profile) => isNamed(profile) && profile.isCalendar,
    (profile) => isNamed(profile) && isEpoch(profile.numbers),
    (profile) =>
      isFirst(profile) && (isDates(profile) || (profile.isCalendar && isMonotonous(profile.numbers))),
    (profile) => isFirst(profile) && isEpoch(profile.numbers) && isMonotonous(profile.numbers),
    isDates,
    // 20240304 throughout
    (profile) => profile.isCalendar && new Set(profile.numbers).size > 1,
    (profile) => isNamed(profile) && profile.isNumeric && neverDecreases(profile.numbers),
    // Serial days of a spreadsheet, newest first
    (profile) =>
      isNamed(profile) &&
      profile.numbers.length > 2 &&
      profile.numbers.every((number) => number > 20_000 && number < 80_000) &&
      isMonotonous(profile.numbers),
    (profile) => isFirst(profile) && (areSerialDays(profile) || areElapsed(profile)),
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
      (isSurelyTime(profile.name) || (isCalledTime(profile.name) && /\d\D+\d/.test(profile.cells[0]!))),
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
      ((isClockName(profile.name) ||
        (HOUR_NAMES.test(profile.name.trim()) && profile.numbers.some((number) => number > 24))) &&
        (!profile.cells.some((cell) => cell.includes('.')) ||
          /^(?:time|clock|uhrzeit|zeit)$/i.test(profile.name.trim())) &&
        profile.cells.every((cell) => !Number.isNaN(readClock(padded(cell))))),
  );
  const clock =
    clocks.find(({ name, index }) => isClockName(name) && index === date.index + 1) ??
    clocks.find(({ name }) => isClockName(name) || HOUR_NAMES.test(name)) ??
    clocks.find(isNext);
  if (clock !== undefined) return { profiles: [date, clock], join: joinClock };
  const called = (names: RegExp, most: number): ColumnProfile | undefined =>
    others.find(
      ({ name, numbers, isNumeric }) =>
        isNumeric &&
        names.test(name.trim()) &&
        numbers.every((n) => Number.isInteger(n) && n >= 0 && n <= most),
    );
  const hour = called(HOUR_NAMES, 24) ?? others.find((profile) => isHourWithoutName(profile, date));
  if (hour === undefined) return single;
  const minute = called(/^(?:mm|mn|min|mins|minutes?|minuto|minuut)$/i, 59);
  if (minute === undefined || minute.index !== hour.index + 1)
    return { profiles: [date, hour], join: joinHour };
  const second = called(/^(?:ss|secs?|seconds?|sekunde|segundo)$/i, 60);
  const isThird = second?.index === minute.index + 1;
  return { profiles: [date, hour, minute, ...(isThird ? [second] : [])], join: joinHour };
}

/** The column after the date in a table without a header: 0 … 24, counting up on each day. */
function isHourWithoutName({ name, index, numbers, cells }: ColumnProfile, date: ColumnProfile): boolean {
  return (
    name === `column${index + 1}` &&
    index === date.index + 1 &&
    numbers.length === cells.length &&
    numbers.length === date.cells.length &&
    numbers.every((n) => Number.isInteger(n) && n >= 0 && n <= 24) &&
    date.cells.some((cell, i) => i > 0 && cell === date.cells[i - 1]) &&
    date.cells.every((cell, i) => i === 0 || cell !== date.cells[i - 1] || numbers[i]! > numbers[i - 1]!)
  );
}

const HOUR_NAMES = /^(?:hours?|hrs?|hh|stunde|heure|hora|ora|hour of day|hour ?ending|he)$/i;

function isClockName(name: string): boolean {
  return /time|zeit|clock|hora|heure|ora|tijd|^(?:hh[:_]?mm(?:[:_]?ss)?|hhmn|hrmn|hour_?min(?:ute)?)$|時刻|时间|시간/i.test(
    name,
  );
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

function joinHour(cells: readonly string[]): string {
  const [date, hour, minute = '0', second = '0'] = cells;
  if (cells.some(isMissing)) return '';
  return `${date} ${Number(hour)}:${minute.padStart(2, '0')}:${second.padStart(2, '0')}`;
}

/** Days with fractions, in order, as MATLAB and astronomers count them, or spreadsheets in a column called so. */
function areSerialDays({ name, numbers }: ColumnProfile): boolean {
  const within = (low: number, high: number): boolean => numbers.every((n) => n > low && n < high);
  const isCalled = /^(?:days?|serial(?:[_ ]?(?:date|day|number))?|tage?|jours?)$/i.test(name.trim());
  return (
    numbers.length > 2 &&
    numbers.some((n) => !Number.isInteger(n)) &&
    isMonotonous(numbers) &&
    (within(690_000, 800_000) || within(2_400_000, 2_500_000) || (isCalled && within(20_000, 80_000)))
  );
}

/** `second` of an oscilloscope, counted from its trigger. */
function areElapsed({ name, numbers }: ColumnProfile): boolean {
  return (
    /^(?:(?:milli)?seconds?|m?secs?|m?s|minutes?|hours?|elapsed|x-axis)$/i.test(name.trim()) &&
    numbers.length > 2 &&
    numbers.every((n, i) => i === 0 || n > numbers[i - 1]!)
  );
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

import { readCalendar } from '../times/calendar.ts';
import { clockJoin, isHalf, isZone, withClock, withHalf, withZone } from './clockColumns.ts';
import { guessParts, type TimeColumns } from './dateParts.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { isCalledTime, isSurelyTime, looksDated } from './words.ts';

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
    if (parts !== undefined) return withRest(parts, profiles);
  }
  if (found === undefined) return undefined;
  return withRest({ profiles: [found], join: (cells) => cells[0]! }, profiles);
}

/** The column of texts that --time-format is about: one that is called a time. */
export function timeOfFormat(
  profiles: readonly ColumnProfile[],
  timeFormat: string | undefined,
): TimeColumns | undefined {
  const found = timeFormat === undefined ? undefined : unreadableTime(profiles);
  return found === undefined ? undefined : namedTime([found]);
}

/** Columns that the user named as the time: one, or several to be joined. */
export function namedTime(columns: readonly ColumnProfile[]): TimeColumns {
  if (columns.length === 1) return { profiles: columns, join: (cells) => cells[0]! };
  const rest = columns.filter((column) => !isHalf(column) && !isZone(column));
  return withRest(joinedTime(rest), columns);
}

/** With the clock, AM and PM and the zone that stand in columns of their own. */
function withRest(time: TimeColumns, profiles: readonly ColumnProfile[]): TimeColumns {
  return withZone(withHalf(withClock(time, profiles), profiles), profiles);
}

function joinedTime(columns: readonly ColumnProfile[]): TimeColumns {
  const [date, clock] = columns;
  if (columns.length === 1) return { profiles: columns, join: (cells) => cells[0]! };
  const parts = guessParts(columns);
  if (parts !== undefined && parts.profiles.length === columns.length) return parts;
  const isBack = columns.length === 2 && date!.isClock;
  const first = isBack ? clock! : date!;
  const single = {
    profiles: [{ ...first, isDateOnly: true }],
    join: (cells: readonly string[]) => cells[0]!,
  };
  const joined = parts === undefined ? withClock(single, columns) : withClock(parts, columns);
  if (joined.profiles.length === columns.length) {
    return parts === undefined ? { ...joined, profiles: [first, ...joined.profiles.slice(1)] } : joined;
  }
  return { profiles: isBack ? [clock!, date!] : columns, join: clockJoin(isBack ? date! : clock!) };
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
  // One date throughout is when the table was written, and dates without order are of something else, such as births.
  const isMoving = (profile: ColumnProfile): boolean => profile.isCalendar && !isStill(profile);
  const candidates = profiles.some(isMoving)
    ? profiles.filter((profile) => !profile.isCalendar || isMoving(profile))
    : profiles;
  for (const preferred of preferences) {
    const found = candidates.filter(preferred);
    if (found.length === 1) return found[0];
    if (found.length > 1) {
      const orders = found.map(orderOf);
      return found[orders.indexOf(Math.max(...orders))];
    }
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

function isStill({ cells }: ColumnProfile): boolean {
  return cells.length > 2 && cells.every((cell) => cell === cells[0]);
}

/** The share of the steps from cell to cell that go one way, whichever of day and month comes first. */
function orderOf({ isCalendar, cells, numbers }: ColumnProfile): number {
  const orders = ['dayFirst', 'monthFirst'] as const;
  const readings = isCalendar
    ? orders.map((order) => cells.map((cell) => readCalendar(cell, order)?.wall ?? Number.NaN))
    : [numbers];
  const shares = readings.flatMap((times) => {
    const steps = times.slice(1).map((time, i) => time - times[i]!);
    return [1, -1].map((way) => steps.filter((step) => way * step >= 0).length / Math.max(1, steps.length));
  });
  return Math.max(...shares);
}

/** A text column that is called a time and cannot be read as one: not to be passed over in silence. */
export function unreadableTime(profiles: readonly ColumnProfile[]): ColumnProfile | undefined {
  return profiles.find(
    (profile) =>
      profile.cells.length > 0 &&
      !profile.isNumeric &&
      (isSurelyTime(profile.name) || (isCalledTime(profile.name) && looksDated(profile.cells[0]!))),
  );
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
    /^(?:(?:milli)?seconds?|m?secs?|m?s|millis|micros|minutes?|hours?|elapsed|x-axis)$/i.test(name.trim()) &&
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

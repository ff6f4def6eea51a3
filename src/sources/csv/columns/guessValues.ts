import type { ColumnProfile } from './profileColumns.ts';
import { quoted } from './refusals.ts';
import { isEpoch, isMonotonous, neverDecreases } from './timeColumns.ts';
import {
  CALENDAR_WORDS,
  CODE_WORDS,
  COUNTER_WORDS,
  isIdentifier,
  LABEL_WORDS,
  NUMBER_WORDS,
  PLACE_WORDS,
  SERIES_WORDS,
  words,
} from './words.ts';

/** A column that by its name and by holding only 0 and 1 labels the rows. */
export function guessLabel(profiles: readonly ColumnProfile[]): ColumnProfile | undefined {
  return profiles.find(
    (profile) =>
      LABEL_WORDS.has(words(profile.name).join(' ')) &&
      profile.cells.every((cell) => parseLabel(cell) !== undefined),
  );
}

/** 1 or true, 0 or false; undefined for anything else. */
export function parseLabel(text: string): boolean | undefined {
  const number = Number(text);
  if (number === 1 || /^true$/i.test(text)) return true;
  if ((number === 0 && text !== '') || /^false$/i.test(text)) return false;
  return undefined;
}

/** The columns to model, and as notes for a user why each other is not, and which never change. */
export interface GuessedValues {
  readonly value: readonly string[];
  readonly leftOut: readonly string[];
}

/**
 * @param profiles the columns that are neither time nor key nor label
 * @param nameless columns without a name of their own in the file
 */
export function guessValues(
  profiles: readonly ColumnProfile[],
  nameless: ReadonlySet<string>,
): GuessedValues {
  const reasons = new Map<ColumnProfile, string>();
  const longest = Math.max(0, ...profiles.map(({ cells }) => cells.length));
  for (const profile of profiles) {
    const isLone = profile.cells.length === 1 && longest > 20;
    const reason = isLone
      ? 'a single cell in the first rows'
      : whyNoMeasure(profile, nameless.has(profile.name));
    if (reason !== undefined) reasons.set(profile, reason);
  }
  const numeric = profiles.filter((profile) => profile.isNumeric && !profile.isCalendar);
  const empty = profiles.filter((profile) => profile.cells.length === 0 && !nameless.has(profile.name));
  const measured = numeric.filter((profile) => !reasons.has(profile));
  // Better a counter, or a column that has been empty so far, than nothing at all; but no name of a station.
  const counting = numeric.filter(
    ({ name }) =>
      reasons.get(profiles.find((each) => each.name === name)!) === OF_WHAT &&
      !isIdentifier(name) &&
      !SERIES_WORDS.has(name.toLowerCase()),
  );
  const value = [measured, counting, empty].find((choice) => choice.length > 0) ?? [];
  const leftOut = profiles
    .filter(
      (profile) => !value.includes(profile) && !(profile.cells.length === 0 && nameless.has(profile.name)),
    )
    .map((profile) => {
      const reason = reasons.get(profile);
      if (reason !== undefined) return `column "${profile.name}" left out: ${reason}`;
      if (profile.cells.length === 0) return `column "${profile.name}" left out: no values in the first rows`;
      const kind = profile.isCalendar ? 'dates' : profile.isClock ? 'times' : 'text';
      return `column "${profile.name}" left out: ${kind}`;
    });
  const still = value.filter(({ numbers }) => numbers.length > 20 && new Set(numbers).size === 1);
  if (still.length > 0 && still.length < value.length) {
    const names = quoted(still.map(({ name }) => name));
    leftOut.push(
      `the same number in all of the first rows: ${names} (--value leaves out what is no measurement)`,
    );
  }
  return { value: value.map((profile) => profile.name), leftOut };
}

const OF_WHAT = 'it numbers the rows or what they are of';

/** Numbers that measure nothing: row numbers, identifiers, parts of a date, codes, places, other times. */
function whyNoMeasure(profile: ColumnProfile, nameless: boolean): string | undefined {
  const { numbers, name } = profile;
  if (!profile.isNumeric || numbers.length < 2) return undefined;
  const called = words(name);
  const isConstant = numbers.every((number) => number === numbers[0]);
  if (isConstant && profile.cells[0] === name) return 'each cell repeats its name';
  // 01646500 names a station.
  if (isConstant && /^0\d/.test(profile.cells[0]!)) return OF_WHAT;
  // Loggers begin each row with the number of a station, or of the kind of row.
  if (isConstant && nameless && profile.index === 0 && numbers.every(Number.isInteger)) return OF_WHAT;
  if (isConstant && called.length === 1 && SERIES_WORDS.has(called[0]!) && numbers.every(Number.isInteger))
    return OF_WHAT;
  if (isConstant && called.length > 0 && called.every((word) => COUNTER_WORDS.has(word))) return OF_WHAT;
  if (isConstant && NUMBER_WORDS.has(called.at(-1) ?? '') && numbers.every(Number.isInteger)) return OF_WHAT;
  if (isConstant && /^(?:per|period|interval)$/.test(called[0] ?? ''))
    return 'an interval that does not change';
  if (isConstant && called.some((word) => PLACE_WORDS.has(word))) return 'a place that does not change';
  // 1990.0417 next to a year and a month
  if (
    (nameless || isDecimalYear(called)) &&
    numbers.every((n, i) => n > 1600 && n < 2200 && (i === 0 || n - numbers[i - 1]! < 1.1)) &&
    neverDecreases(numbers)
  )
    return 'decimal years';
  const isDays = called.some((word) => /^(?:datenum|jd|mjd|hjd|bjd)$/.test(word));
  if (isDays && numbers.length > 2 && isMonotonous(numbers)) return 'times';
  const isOfYear = /^(?:doy|yday|jday|julian(?:day)?|dayofyear)$/.test(called.join(''));
  if (isOfYear && numbers.every((n) => n >= 0 && n < 368) && isMonotonous(numbers))
    return 'a part of the date';
  if (isConstant && numbers.length > 20 && /^-9{2,}(?:\.9+)?$/.test(`${numbers[0]}`))
    return `nothing but ${numbers[0]}, a code for missing values`;
  if (isOffset(name) && numbers.every((n) => Math.abs(n) <= 14 || n % 15 === 0))
    return 'the offset of a clock';
  if (profile.index === 0 && isScale(numbers)) return OF_WHAT;
  if (!numbers.every(Number.isInteger)) return undefined;
  if (isCounter(profile, nameless)) return OF_WHAT;
  if (called.some((word) => /^seq(?:uence|no|nr|num|number)?$/.test(word)) && isRising(numbers))
    return OF_WHAT;
  if (called.length === 1 && CALENDAR_WORDS.has(called[0]!) && numbers.every((n) => n >= 0 && n < 3000))
    return 'a part of the date';
  if (
    called.some((word) => CALENDAR_WORDS.has(word) || /^(?:hr|hh|he|mon|dow)$/.test(word)) &&
    isCyclic(numbers)
  )
    return 'a part of the date';
  const areClocks = nameless && numbers.some((n) => n >= 2000) && numbers.every((n) => n % 100 < 60);
  if (areClocks && isCyclic(numbers, 1)) return 'times of day';
  if (isEpoch(numbers) && isMonotonous(numbers) && numbers.length > 2) return 'times';
  const isCoded =
    /^_span/.test(name) || called.some((word) => CODE_WORDS.has(word)) || /^q_?[a-z0-9]{2}$/i.test(name);
  if (isCoded && new Set(numbers).size <= Math.max(6, numbers.length / 20)) return 'codes';
  return undefined;
}

/** `utc_offset`, `timezone` */
function isOffset(name: string): boolean {
  return /^(?:tz|time ?zone|(?:utc|gmt|tz|timezone) ?off ?set|off ?set ?(?:utc|gmt))$/.test(
    words(name).join(' '),
  );
}

/** Equal steps from row to row throughout: what rows are of, such as a distance, and no measurement. */
function isScale(numbers: readonly number[]): boolean {
  const [first = 0, second = 0] = numbers;
  const step = (numbers.at(-1)! - first) / (numbers.length - 1);
  const off = Math.abs(second - first) * 1e-3;
  return (
    numbers.length >= 12 &&
    step !== 0 &&
    numbers.every((number, i) => Math.abs(number - first - i * step) <= off)
  );
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.length > 2 && numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);
}

/** `decdate`, `decimal_date`, `year_frac` */
function isDecimalYear(called: readonly string[]): boolean {
  const name = called.join('');
  return /^(?:dec(?:imal)?(?:date|year|yr)|(?:date|year|yr)(?:dec(?:imal)?|frac(?:tion)?)|frac(?:tional)?(?:year|yr))$/.test(
    name,
  );
}

/** Whether the numbers go round from the lowest to the highest, each some rows long, as hours and months do. */
function isCyclic(numbers: readonly number[], least = 2): boolean {
  const levels = [...new Set(numbers)].sort((a, b) => a - b);
  if (levels.length < 3 || levels[0]! > 1 || levels[0]! < 0 || levels.at(-1)! > 2400) return false;
  const at = numbers.map((number) => levels.indexOf(number));
  let rounds = 0;
  for (let i = 1; i < at.length; i++) {
    if (at[i] === 0 && at[i - 1] === levels.length - 1) rounds += 1;
    else if (at[i] !== at[i - 1] && at[i] !== at[i - 1]! + 1) return false;
  }
  return rounds >= least;
}

/** Row numbers and numeric identifiers. */
function isCounter(profile: ColumnProfile, nameless: boolean): boolean {
  const { numbers, name, index } = profile;
  const countsUp = numbers.every((number, i) => i === 0 || number === numbers[i - 1]! + 1);
  const countsDown = numbers.every((number, i) => i === 0 || number === numbers[i - 1]! - 1);
  const counts = countsUp || countsDown;
  const called = words(name);
  if (isIdentifier(name)) return true;
  if (nameless || called.every((word) => COUNTER_WORDS.has(word) || word === 'unnamed' || word === '0')) {
    // Records of a logger may be missing, and start again.
    return (
      counts || (called.length > 0 && ['record', 'rn', 'recnbr', 'recno', 'recordno'].includes(called[0]!))
    );
  }
  // Any name may head a column of row numbers, but a handful of rows may count up by chance.
  return index === 0 && counts && numbers.length >= 10;
}

import type { ColumnProfile } from './profileColumns.ts';

const TIME_WORDS = new Set('time timestamp date datetime ts epoch t utc'.split(' '));
const COUNTER_WORDS = new Set('index idx id row rowid rownum no nr seq step tick record'.split(' '));
const LABEL_WORDS = new Set([
  'label',
  'labels',
  'anomaly',
  'anomalies',
  'is anomaly',
  'isanomaly',
  'anomaly label',
  'is outlier',
  'outlier',
  'ground truth',
]);

/** 1979-07 … 2099-12 in seconds: where a number may pass for an epoch time on its looks. */
const EPOCH_SECONDS: readonly [number, number] = [3e8, 4.1e9];

/** `CamelCase`, `snake_case` and `Time (s)` as lower-case words. */
function words(name: string): string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

/**
 * The column that holds event times, if any does. A calendar time counts anywhere; a number must stand first or
 * be named like a time, and look like an epoch or at least never decrease.
 */
export function guessTime(profiles: readonly ColumnProfile[]): ColumnProfile | undefined {
  const isNamed = (profile: ColumnProfile): boolean =>
    words(profile.name).some((word) => TIME_WORDS.has(word));
  const isDates = (profile: ColumnProfile): boolean => profile.isCalendar && !profile.isNumeric;
  const isFirst = (profile: ColumnProfile): boolean => profile.index === 0;
  const preferences: ((profile: ColumnProfile) => boolean)[] = [
    (profile) => isNamed(profile) && profile.isCalendar,
    (profile) => isNamed(profile) && isEpoch(profile.numbers),
    (profile) =>
      isFirst(profile) && (isDates(profile) || (profile.isCalendar && neverDecreases(profile.numbers))),
    (profile) => isFirst(profile) && isEpoch(profile.numbers) && neverDecreases(profile.numbers),
    isDates,
    (profile) => isNamed(profile) && profile.isNumeric && neverDecreases(profile.numbers),
    (profile) => isNamed(profile) && profile.cells.length === 0,
  ];
  for (const preferred of preferences) {
    const found = profiles.find(preferred);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A column that says by its name and by holding nothing but 0 and 1 that it labels the rows. */
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

/** The columns to model, and for each that is not the reason. */
export interface GuessedValues {
  readonly value: readonly string[];
  readonly leftOut: readonly string[];
}

/** @param profiles the columns that are neither time nor key nor label */
export function guessValues(
  profiles: readonly ColumnProfile[],
  nameless: ReadonlySet<string>,
): GuessedValues {
  const counters = profiles.filter((profile) => isCounter(profile, nameless.has(profile.name)));
  const numeric = profiles.filter((profile) => profile.isNumeric && !profile.isCalendar);
  const empty = profiles.filter((profile) => profile.cells.length === 0);
  const measured = numeric.filter((profile) => !counters.includes(profile));
  // Better a counter, or a column that has been empty so far, than nothing at all.
  const value = [measured, numeric, empty].find((choice) => choice.length > 0) ?? [];
  const leftOut = profiles
    .filter((profile) => !value.includes(profile))
    .map((profile) => {
      if (counters.includes(profile))
        return `column "${profile.name}" left out: it numbers the rows or what they are of`;
      if (profile.cells.length === 0) return `column "${profile.name}" left out: no values in the first rows`;
      return `column "${profile.name}" left out: ${profile.isCalendar ? 'dates' : 'text'}`;
    });
  return { value: value.map((profile) => profile.name), leftOut };
}

/** Row numbers and numeric identifiers: numbers that measure nothing. */
function isCounter(profile: ColumnProfile, nameless: boolean): boolean {
  const { numbers, name, index } = profile;
  if (numbers.length < 2 || !numbers.every(Number.isInteger)) return false;
  const countsUp = numbers.every((number, i) => i === 0 || number === numbers[i - 1]! + 1);
  const called = words(name);
  if (called.at(-1) === 'id') return true;
  if (nameless || called.every((word) => COUNTER_WORDS.has(word) || word === 'unnamed' || word === '0'))
    return countsUp;
  // Any name may head a column of row numbers, but a handful of rows may count up by chance.
  return index === 0 && countsUp && numbers.length >= 10;
}

function isEpoch(numbers: readonly number[]): boolean {
  return [1, 1e3, 1e6, 1e9].some((unit) => {
    const within = numbers.filter(
      (time) => time >= EPOCH_SECONDS[0] * unit && time <= EPOCH_SECONDS[1] * unit,
    );
    return 2 * within.length > numbers.length;
  });
}

/** A constant does not count: it would be no clock. */
function neverDecreases(numbers: readonly number[]): boolean {
  const ordered = numbers.every((number, i) => i === 0 || number >= numbers[i - 1]!);
  return ordered && (numbers.length === 1 || numbers[0] !== numbers.at(-1));
}

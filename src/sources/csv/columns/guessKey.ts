import { areStates } from '../numbers/stateWords.ts';
import { startsWithDigit } from '../numbers/writtenNumber.ts';
import type { KnownRoles } from '../records/knownFormats.ts';
import { readCalendar } from '../times/calendar.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { isIdentifier, SERIES_WORDS, words } from './words.ts';

/** What a sample shows of the series in a table. */
export interface GuessedKey {
  /** The columns that separate the series; empty where there is one series, or no such column. */
  readonly key: readonly ColumnProfile[];
  /** A few identifiers that come again and again, or texts whose rows have numbers of their own: perhaps several series. */
  readonly unsure?: ColumnProfile | undefined;
  /** Number of a row, from 1, whose time another row has too, without a column that separates the two. */
  readonly repeated: number | undefined;
}

/** What is called so and holds a few whole numbers that come again and again is a name, and measures nothing. */
const NUMBERED_SERIES =
  /^(?:node|sensor|device|station|machine|channel|meter|host|asset|instance|pump|probe)$/i;

/** The share of rows that must have the time of another before a separating column is looked for. */
const REPEATED = 0.05;

/**
 * The text columns by which rows of the same time belong to different series: one that makes nearly every pair of
 * time and text unique, else several together; then whole numbers that are called like identifiers. A column that is called
 * like a name of series counts even where the times of its series never meet.
 *
 * @param times the text of every row's time, undefined without times
 * @param cellsOf the cell of a column, by row
 */
export function guessKey(
  profiles: readonly ColumnProfile[],
  times: readonly string[] | undefined,
  cellOf: (profile: ColumnProfile, row: number) => string,
): GuessedKey {
  const rows = times?.length ?? Math.max(0, ...profiles.flatMap(({ rows: at }) => at.at(-1) ?? 0));
  const candidates = profiles
    .filter((profile) => isCandidate(profile, rows))
    .sort((a, b) => rank(a) - rank(b) || a.index - b.index);
  const isNumbered = (profile: ColumnProfile): boolean =>
    !isText(profile) &&
    (isIdentifier(profile.name) || NUMBERED_SERIES.test(profile.name.trim())) &&
    isRecurring(profile);
  const varying = candidates.filter(
    (profile) =>
      (isText(profile) && isSeriesName(profile.name)) ||
      (isNumbered(profile) && words(profile.name).some((word) => SERIES_WORDS.has(word))),
  );
  if (times === undefined) return { key: distinctOnly(varying).slice(0, 1), repeated: undefined };
  const indexes = times.map((_, row) => row).filter((row) => times[row] !== '');
  const repeatsWith = (key: readonly ColumnProfile[]): number => {
    const seen = new Set<string>();
    let repeats = 0;
    for (const row of indexes) {
      const id = [times[row]!, ...key.map((profile) => cellOf(profile, row))].join('\u001f');
      if (seen.has(id)) repeats += 1;
      seen.add(id);
    }
    return repeats;
  };
  const limit = REPEATED * indexes.length;
  const repeats = repeatsWith([]);
  if (repeats <= limit) {
    const named = distinctOnly(varying).filter((profile) => isRecurring(profile));
    // Whatever they are called, sensors that report in turn and series below each other are no states of one stream.
    const inTurn = candidates.filter(
      (profile) =>
        isText(profile) &&
        !profile.format.isBoolean &&
        (isInTurn(profile, times) || areBlocks(profile, times)),
    );
    const key = [...named, ...inTurn].slice(0, 1);
    const unsure =
      candidates.find(isNumbered) ??
      candidates.find((profile) => isText(profile) && splitsValues(profile, profiles));
    return { key, repeated: undefined, unsure: key.length > 0 ? undefined : unsure };
  }
  const single = candidates.find((profile) => repeatsWith([profile]) <= 0.01 * indexes.length);
  if (single !== undefined) return { key: [single], repeated: undefined };
  // Several together: each is used that separates more rows than those before it.
  let key: readonly ColumnProfile[] = [];
  let left = repeats;
  for (const profile of candidates) {
    const now = repeatsWith([...key, profile]);
    if (now >= left) continue;
    key = [...key, profile];
    left = now;
  }
  return left <= 0.02 * indexes.length && key.length > 0
    ? { key, repeated: undefined }
    : { key: [], repeated: firstRepeat() };

  function firstRepeat(): GuessedKey['repeated'] {
    const seen = new Set<string>();
    for (const row of indexes) {
      if (seen.has(times![row]!)) return row + 1;
      seen.add(times![row]!);
    }
    return undefined;
  }
}

/**
 * The key of a known format: its own columns, and those that separate rows of the same time and series, such as a tag
 * that a query was grouped by.
 */
export function keyOfKnown(
  own: readonly ColumnProfile[],
  profiles: readonly ColumnProfile[],
  known: KnownRoles,
  times: readonly string[] | undefined,
  cellOf: (profile: ColumnProfile, row: number) => string,
): GuessedKey {
  const key = knownKey(own, known);
  const others = profiles.filter(
    (profile) => !key.includes(profile) && ![known.ignored, known.value].flat().includes(profile.name),
  );
  const within = times?.map((text, row) =>
    text === '' ? '' : [text, ...key.map((profile) => cellOf(profile, row))].join('\u001f'),
  );
  const isRepeated = new Set(within).size < (1 - REPEATED) * (within?.length ?? 0);
  if (key.length > 0 && !isRepeated) return { key, repeated: undefined };
  const more = guessKey(others, within, cellOf);
  return { key: [...key, ...more.key], repeated: more.repeated };
}

/** Of the columns of a known format that can name a series, those by which the sample has several. */
function knownKey(
  profiles: readonly ColumnProfile[],
  { singleKey, areKeysText, time }: KnownRoles,
): readonly ColumnProfile[] {
  const texts = profiles.filter(
    (profile) =>
      !time?.includes(profile.name) &&
      !profile.isCalendar &&
      (!profile.isNumeric || (areKeysText !== true && singleKey?.includes(profile.name))),
  );
  const varying = texts.filter((profile) => new Set(profile.cells).size > 1);
  return varying.length > 0
    ? varying
    : texts.filter(({ name, cells }) => cells.length > 0 && singleKey?.includes(name));
}

/** Not each row another text, and not one for all of them. */
function isCandidate(profile: ColumnProfile, rows: number): boolean {
  if (profile.cells.length === 0 || profile.isCalendar || profile.isClock || profile.hasMixedUnits)
    return false;
  if (!isText(profile) && (profile.format.isBoolean || !isCoded(profile))) return false;
  const { size } = new Set(profile.cells);
  return size > 1 && (size <= rows / 2 || rows < 4) && profile.cells.length > 0.9 * rows;
}

/** `up` and `down` are states, and name series where they separate rows of the same time. */
function isText({ isNumeric, isCalendar, format, cells }: ColumnProfile): boolean {
  return (!isNumeric && !isCalendar) || (format.isBoolean && areStates(cells));
}

function isCoded({ name, numbers, isNumeric }: ColumnProfile): boolean {
  // Loggers begin their rows with the number of a station, or of the kind of row.
  const isFirst = name === 'column1' && new Set(numbers).size <= 10;
  return isNumeric && numbers.every(Number.isInteger) && (isSeriesName(name) || isFirst);
}

/** Whether a column is called like what names series, such as hosts and sensors. */
export function isSeriesName(name: string): boolean {
  return words(name).some((word) => SERIES_WORDS.has(word)) || isIdentifier(name);
}

/** Text before numbers, names of series before others. */
function rank(profile: ColumnProfile): number {
  return (isText(profile) ? 0 : 2) + (isSeriesName(profile.name) ? 0 : 1);
}

function distinctOnly(profiles: readonly ColumnProfile[]): ColumnProfile[] {
  return profiles.filter((profile) => new Set(profile.cells).size > 1);
}

/** Rows from which on an order is no chance. */
const ENOUGH = 24;

/**
 * Whether its texts come in the same order again and again, and each round within a small part of its period, as sensors
 * report that are asked one after the other. Days of the week and shifts come in turn too, one as long as another.
 */
function isInTurn(profile: ColumnProfile, times: readonly string[]): boolean {
  const { cells } = profile;
  const { size } = new Set(cells);
  if (size < 2 || cells.length < Math.max(ENOUGH, 4 * size)) return false;
  const isNext = (cell: string, i: number): boolean =>
    i < size || (cell === cells[i - size] && cell !== cells[i - 1]);
  if (cells.filter(isNext).length < 0.95 * cells.length) return false;
  const at = timesOf(profile, times);
  const medians = Array.from({ length: size }, (_, place) => {
    const gaps = at.flatMap((time, i) => (i > 0 && i % size === place ? [Math.abs(time - at[i - 1]!)] : []));
    return gaps.sort((x, y) => x - y)[gaps.length >> 1]!;
  });
  return Math.max(...medians) > 3.5 * Math.min(...medians);
}

/** Whether all rows of a text stand together, and the time begins anew with another text. */
function areBlocks(profile: ColumnProfile, times: readonly string[]): boolean {
  const { cells } = profile;
  const { size } = new Set(cells);
  const borders = cells.flatMap((cell, i) => (i > 0 && cell !== cells[i - 1] ? [i] : []));
  if (size < 2 || cells.length < ENOUGH || borders.length !== size - 1) return false;
  const at = timesOf(profile, times);
  const way = Math.sign(at[1]! - at[0]!);
  return borders.some((i) => way * (at[i]! - at[i - 1]!) < 0);
}

/** The times of its rows as they are written, in milliseconds of any zone, or as plain numbers. */
function timesOf({ rows }: ColumnProfile, times: readonly string[]): number[] {
  return rows.map((row) => {
    const text = times[row - 1]!;
    return readCalendar(text, 'dayFirst')?.wall ?? readCalendar(text, 'monthFirst')?.wall ?? Number(text);
  });
}

/** The share of a column's spread that lies between texts where each seems to be of a series of its own. */
const BETWEEN = 0.9;

/** Whether rows of a few texts, in no order, have numbers of their own: as those of several sensors have. */
function splitsValues(profile: ColumnProfile, profiles: readonly ColumnProfile[]): boolean {
  const { cells, rows } = profile;
  const { size } = new Set(cells);
  const switches = cells.filter((cell, i) => i > 0 && cell !== cells[i - 1]).length;
  if (
    profile.format.isBoolean ||
    size < 2 ||
    size > 20 ||
    cells.length < ENOUGH ||
    switches < 0.3 * cells.length
  )
    return false;
  // `8/10` and `0x3F` are numbers of a kind.
  if (cells.some(startsWithDigit)) return false;
  const textOf = new Map(rows.map((row, i) => [row, cells[i]!]));
  return profiles.some(({ isNumeric, format, cells: numbers, rows: at }) => {
    if (!isNumeric || format.isBoolean || new Set(numbers).size <= size + 2) return false;
    const groups = new Map<string, number[]>();
    for (const [i, cell] of numbers.entries()) {
      const text = textOf.get(at[i]!);
      const number = format.read(cell);
      if (text === undefined || !Number.isFinite(number)) continue;
      const group = groups.get(text);
      if (group === undefined) groups.set(text, [number]);
      else group.push(number);
    }
    const all = [...groups.values()].flat();
    const within = [...groups.values()].reduce((sum, group) => sum + squares(group), 0);
    return within < (1 - BETWEEN) * squares(all);
  });
}

/** The sum of the squares of deviations from the mean. */
function squares(numbers: readonly number[]): number {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  return numbers.reduce((sum, number) => sum + (number - mean) * (number - mean), 0);
}

/** Whether its texts come again and again, as the names of a few series do. */
function isRecurring({ cells }: ColumnProfile): boolean {
  return new Set(cells).size <= cells.length / 3;
}

import type { RxAnomalyError } from '../../../core/errors.ts';
import { show } from '../../../core/options.ts';
import type { NumberFormat } from '../numbers/numberFormat.ts';
import { takeApart } from '../numbers/writtenNumber.ts';
import type { ColumnProfile } from './profileColumns.ts';

/** @throws RxAnomalyError BAD_INPUT for a column whose numbers have several units */
export function refuseMixedUnits(
  profiles: readonly ColumnProfile[],
  bad: (message: string) => RxAnomalyError,
): void {
  const mixed = profiles.find((profile) => profile.hasMixedUnits);
  if (mixed === undefined) return;
  const unit = (cell: string): string | undefined => takeApart(cell)?.unit;
  const at = mixed.cells.findIndex((cell) => unit(cell) !== unit(mixed.cells[0]!));
  throw bad(
    `row ${mixed.rows[at]!}: column "${mixed.name}": ${show(mixed.cells[at])} is in another unit than ${show(mixed.cells[0])}; ` +
      'write all in one unit, or name the columns to model with --value',
  );
}

/**
 * Why a cell with a number cannot be read in its column: it has another unit, or only one of both has one.
 *
 * @returns undefined where its unit is not the reason
 */
export function otherUnit(text: string, { unit, isBoolean }: NumberFormat): string | undefined {
  const own = takeApart(text)?.unit;
  if (own === undefined || own === unit || isBoolean) return undefined;
  const others = unit === '' ? 'which have none' : `which are in ${unit}`;
  const what =
    own === '' ? 'has no unit, unlike the other cells' : `is in another unit, ${own}, than the other cells`;
  return `${show(text)} ${what}, ${others}; write all in one unit and flags in a column of their own, or name the columns to model with --value`;
}

/** @throws RxAnomalyError BAD_INPUT for a column with a cell of another unit, before its first row is read */
export function refuseOtherUnits(
  profiles: readonly ColumnProfile[],
  bad: (message: string) => RxAnomalyError,
): void {
  for (const { name, cells, rows, format } of profiles) {
    for (const [i, cell] of cells.entries()) {
      const why = Number.isNaN(format.read(cell)) ? otherUnit(cell, format) : undefined;
      if (why !== undefined) throw bad(`row ${rows[i]!}: column "${name}": ${why}`);
    }
  }
}

/** @throws RxAnomalyError BAD_INPUT, for no column is of numbers: with a cell of one that is of something else */
export function refuseNoNumbers(
  profiles: readonly ColumnProfile[],
  others: readonly ColumnProfile[],
  bad: (message: string) => RxAnomalyError,
): never {
  const text = others.find(({ cells, isNumeric }) => cells.length > 0 && !isNumeric);
  const at = Math.max(0, text?.cells.findIndex((cell) => Number.isNaN(text.format.read(cell))) ?? 0);
  const left = others.find(({ isNumeric, isCalendar }) => isNumeric && !isCalendar);
  const sample =
    text === undefined
      ? left === undefined
        ? ''
        : `; column "${left.name}" seems to hold times or to number the rows: --value "${left.name}" models it`
      : `; row ${text.rows[at]!}: column "${text.name}": ${show(text.cells[at])} is no number (states are read as true and false, on and off or 1 and 0)`;
  throw bad(
    `no column of numbers to model; ${columnList(profiles)}${sample}; ` +
      '--delimiter and --header-row decide how columns are found; detect --rare COLUMN finds rare categories, --rare alone rare lines of a log',
  );
}

const MONTH = /^(?:jan|feb|mar|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|oct|okt|nov|de[cz])\p{L}{0,6}\.?$/iu;

/** A column a year, or an hour: then a row is a stretch of time, and no vector of measurements. */
export function refuseTimesAcross(
  value: readonly ColumnProfile[],
  bad: (message: string) => RxAnomalyError,
): void {
  const names = value.map(({ name }) => name.trim());
  const areTimes = [
    /^(?:1[5-9]|20)\d\d$/,
    /^\d{1,2}:\d\d(?::\d\d)?$/,
    /^\d{4}-\d\d(?:-\d\d)?(?: \d\d:\d\d(?::\d\d)?)?$/,
    MONTH,
  ].some((form) => names.filter((name) => form.test(name)).length > Math.max(2, 0.8 * names.length));
  if (!areTimes) return;
  throw bad(
    `columns ${quoted([names[0]!, names[1]!])} and ${names.length - 2} more are called like times: each row holds a series; ` +
      'write a row for each time, with columns for time and value, or name columns that are measurements with --value',
  );
}

export function requireMost(
  profile: ColumnProfile,
  isReadable: (cell: string) => boolean,
  kind: string,
  bad: (message: string) => RxAnomalyError,
): void {
  const unreadable = profile.cells.findIndex((cell) => !isReadable(cell));
  const readable = profile.cells.filter(isReadable).length;
  if (unreadable === -1 || 2 * readable > profile.cells.length) return;
  const where = `row ${profile.rows[unreadable]!}: column "${profile.name}"`;
  throw bad(`${where}: ${show(profile.cells[unreadable])} is not ${kind}, nor are most of the first rows`);
}

/** The columns that a table has, as part of a message. */
export function columnList(profiles: readonly ColumnProfile[]): string {
  const names = quoted(profiles.map(({ name }) => name));
  return profiles.length === 1 ? `the only column is ${names}` : `the columns are ${names}`;
}

export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${name}"`);
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ');
}

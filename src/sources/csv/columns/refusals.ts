import type { RxAnomalyError } from '../../../core/errors.ts';
import { show } from '../../../core/options.ts';
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

export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${name}"`);
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ');
}

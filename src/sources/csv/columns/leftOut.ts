import { show } from '../../../core/options.ts';
import type { Notices } from '../notices.ts';
import { isMissing, startsWithDigit, takeApart } from '../numbers/writtenNumber.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { isIdentifier } from './words.ts';

/** The words by which tables of banks say whether an amount was paid or received, apart from its number. */
const SIGNS: readonly string[] = ['af bij', 'haben soll', 'credit debit', 'crédit débit', 'abono cargo'];
/** Short ones count in a column that is called so. */
const SHORT_SIGNS: readonly string[] = ['h s', 'cr dr', 'c d'];
const CALLED_SIGN = /soll|haben|debit|credit|s\/h|[cd]r|c\/d|d\/c/i;

/** Amounts without a sign next to a column that holds their signs. */
export function warnOfSigns(others: readonly ColumnProfile[], notices: Notices): void {
  const signs = others.find(({ name, cells, isNumeric }) => {
    const pair = [...new Set(cells.map((cell) => cell.toLowerCase()))].sort().join(' ');
    return !isNumeric && (SIGNS.includes(pair) || (CALLED_SIGN.test(name) && SHORT_SIGNS.includes(pair)));
  });
  if (signs === undefined) return;
  const [one, other] = [...new Set(signs.cells)];
  notices.warn(
    'signs',
    `column "${signs.name}": ${show(one)} and ${show(other)} seem to be the signs of the numbers next to it, which are read without them; ` +
      `write them as signs, or separate the rows with --key "${signs.name}"`,
  );
}

/** Rows from which on what a column holds is no chance. */
const ENOUGH = 12;
/** A column of text with so many different numbers is one of measurements. */
const SHARE = 0.25;

/**
 * A column that is left out as text and yet holds numbers in many of its rows, or, where nothing that is read ever
 * changes, begins all of its cells with one: what the user came for may be in it.
 */
export function warnOfUnreadNumbers(
  value: readonly ColumnProfile[],
  others: readonly ColumnProfile[],
  notices: Notices,
): void {
  const areStill = value.every(({ numbers }) => new Set(numbers).size < 2);
  for (const profile of others) {
    const { name, cells, rows, isNumeric, isCalendar, isClock, hasMixedUnits } = profile;
    if (isNumeric || isCalendar || isClock || hasMixedUnits || isIdentifier(name)) continue;
    if (value.includes(profile) || cells.length < ENOUGH) continue;
    const isNumber = (cell: string): boolean => takeApart(cell) !== undefined && !isMissing(cell);
    const read = areStill ? cells.filter((cell) => startsWithDigit(cell)) : cells.filter(isNumber);
    if (read.length < SHARE * cells.length || new Set(read).size < ENOUGH) continue;
    const at = cells.findIndex((cell) => !isNumber(cell));
    const what = at === -1 ? cells[0] : cells[at];
    notices.warn(
      'unreadNumbers',
      `row ${rows[Math.max(0, at)]!}: column "${name}": left out as text for cells such as ${show(what)}, and ${read.length} of ` +
        `${cells.length} cells ${areStill ? 'begin with a number' : 'are numbers'}; --value "${name}" reads it, --missing=${show(what)} says what is missing`,
    );
  }
}

/** Series of states next to series of numbers are read too. */
export function noteStates(keys: ReadonlySet<string | undefined>, notices: Notices): void {
  if (keys.size === 0) return;
  const [first] = keys;
  const which = keys.size === 1 ? show(first) : `${show(first)} and ${keys.size - 1} more`;
  notices.note(`states such as on and off as 1 and 0 in the series ${which} (guessed)`);
}

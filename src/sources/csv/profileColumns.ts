import { parseTime } from '../../core/parseTime.ts';
import { isMissing, parseNumber } from './parseNumber.ts';
import { areCompactDates } from './timeFormat.ts';

/** What a sample shows of one column. */
export interface ColumnProfile {
  readonly name: string;
  readonly index: number;
  /** The cells that are not missing. */
  readonly cells: readonly string[];
  /** The row of each of the cells, from 1. */
  readonly rows: readonly number[];
  /** Most of the cells are numbers. */
  readonly isNumeric: boolean;
  /** Most of the cells are calendar times; a number is one only where all are dates like 20140214. */
  readonly isCalendar: boolean;
  /** The readable numbers, in file order. */
  readonly numbers: readonly number[];
}

/** @param rows the sample, without the header */
export function profileColumns(
  names: readonly string[],
  rows: readonly string[][],
  decimalComma: boolean,
): ColumnProfile[] {
  return names.map((name, index) => {
    const column = rows.map((row, i) => ({ cell: (row[index] ?? '').trim(), row: i + 1 }));
    const present = column.filter(({ cell }) => !isMissing(cell));
    const cells = present.map(({ cell }) => cell);
    const numbers = cells
      .map((cell) => parseNumber(cell, decimalComma))
      .filter((number) => !Number.isNaN(number));
    const isNumeric = 2 * numbers.length > cells.length;
    const isCalendar = isNumeric
      ? areCompactDates(cells)
      : 2 * cells.filter((cell) => isCalendarTime(cell)).length > cells.length;
    return { name, index, cells, rows: present.map(({ row }) => row), isNumeric, isCalendar, numbers };
  });
}

/** Either reading of 02/03/2014 will do here. */
function isCalendarTime(cell: string): boolean {
  return !Number.isNaN(parseTime(cell, false)) || !Number.isNaN(parseTime(cell, true));
}

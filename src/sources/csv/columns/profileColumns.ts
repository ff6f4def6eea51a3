import { guessNumberFormat, hasMixedUnits, type NumberFormat } from '../numbers/numberFormat.ts';
import { type SeparatorEvidence, separatorEvidence, sumEvidence } from '../numbers/separators.ts';
import { isMissing } from '../numbers/writtenNumber.ts';
import { isCalendarTime, readClock, startOfSpan } from '../times/calendar.ts';
import { areCompactDates, areMonths } from '../times/timeFormat.ts';

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
  /** Calendar days, all without a clock. */
  readonly isDateOnly: boolean;
  /** Most of the cells are clocks without a date. */
  readonly isClock: boolean;
  /** Most are numbers whose units differ. */
  readonly hasMixedUnits: boolean;
  readonly format: NumberFormat;
  /** The readable numbers, in file order. */
  readonly numbers: readonly number[];
}

/** How the file writes what is not of one column. */
export interface FileStyle {
  readonly delimiter: string;
  /** The decimal sign that the user named. */
  readonly decimal: '.' | ',' | undefined;
}

/**
 * @param rows the sample, without the header
 * @param missing what the user named as missing
 */
export function profileColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  { delimiter, decimal }: FileStyle,
  missing: (cell: string) => boolean,
): ColumnProfile[] {
  const columns = names.map((name, index) => {
    const cells: string[] = [];
    const at: number[] = [];
    rows.forEach((row, i) => {
      const cell = (row[index] ?? '').trim();
      if (isMissing(cell) || missing(cell)) return;
      cells.push(cell);
      at.push(i + 1);
    });
    const most = (is: (cell: string) => boolean): boolean => 2 * cells.filter(is).length > cells.length;
    const isCompact = areCompactDates(cells);
    // A plain number is a time only as an epoch, recognised by its size and its name.
    const isCalendar = isCompact || areMonths(name, cells) || (!most(isPlain) && most(isCalendarTime));
    const isClock =
      !isCalendar && most((cell) => cell.includes(':') && !Number.isNaN(readClock(startOfSpan(cell))));
    const evidence = separatorEvidence(isCalendar || isClock ? [] : cells);
    return { name, index, cells, rows: at, isCalendar, isCompact, isClock, evidence };
  });
  const file: SeparatorEvidence = sumEvidence(columns.map(({ evidence }) => evidence));
  return columns.map(({ evidence, isCompact, ...column }) => {
    const { cells } = column;
    const format = guessNumberFormat(cells, evidence, file, delimiter, decimal);
    const isNumeric = isCompact || (!column.isCalendar && !column.isClock && format.share > 0.5);
    const numbers = isNumeric ? cells.map(format.read).filter((number) => !Number.isNaN(number)) : [];
    const isDateOnly =
      column.isCalendar &&
      cells.every(
        (cell) =>
          !/\d[:hT]\d|\d\.\d\d\.\d\d\s*$/.test(cell.slice(6)) &&
          !/\d{4}\.?\s\d{1,2}\.\d\d$|\d\s?[時时点點시]/.test(cell) &&
          cell.length <= 20,
      );
    return {
      ...column,
      isDateOnly: isDateOnly && (!isCompact || cells.every((cell) => cell.length === 8)),
      isNumeric,
      hasMixedUnits: !isNumeric && !column.isCalendar && !column.isClock && hasMixedUnits(cells),
      format,
      numbers,
    };
  });
}

function isPlain(cell: string): boolean {
  return cell !== '' && !Number.isNaN(Number(cell));
}

import { isReadable, rejoinBraces } from './headerRows.ts';

type Records = readonly (readonly string[])[];

/** The names for as many columns as the rows have, or why they do not fit. */
export function fitNames(
  given: readonly string[],
  rows: Records,
  width: number,
): { readonly names: readonly string[]; readonly note?: string; readonly fault: string | undefined } {
  if (rows.length === 0 || given.length === width) return { names: given, fault: undefined };
  const full = rows.filter((row) => row.length === width);
  const isEmpty = (column: number): boolean => full.every((row) => row[column] === '');
  const surplus = Array.from({ length: Math.max(0, width - given.length) }, (_, i) => given.length + i);
  if (surplus.length > 0 && surplus.every(isEmpty)) {
    return { names: [...given, ...surplus.map(() => '')], fault: undefined };
  }
  if (given.length === width - 1) {
    if (areRowNames(full.map((row) => row[0]!))) {
      return {
        names: ['', ...given],
        note: 'the header is one name short: the first column holds row names, as R writes them',
        fault: undefined,
      };
    }
  }
  if (given.length > width) {
    const joined = rejoinBraces(given);
    if (joined.length === width) {
      return {
        names: joined,
        note: 'legends in braces hold delimiters: read as one name each',
        fault: undefined,
      };
    }
    // A delimiter at the end of the header, or the column for comments of LabVIEW, which no row has.
    if (given.slice(width).every((name) => name === '' || /^comments?$/i.test(name))) {
      return { names: given.slice(0, width), fault: undefined };
    }
  }
  return {
    names: given,
    fault: `row 1: ${width} ${width === 1 ? 'cell' : 'cells'}, but the header has ${given.length}`,
  };
}

/** 1, 2, 3 … or a text of its own in each row, and no times. */
function areRowNames(cells: readonly string[]): boolean {
  const numbers = cells.map(Number);
  if (numbers.every((number, i) => Number.isInteger(number) && (i === 0 || number > numbers[i - 1]!))) {
    return cells.length > 1 && numbers.at(-1)! - numbers[0]! < 1e7 && numbers[0]! < 1e7;
  }
  return cells.length > 1 && new Set(cells).size === cells.length && !cells.some(isReadable);
}

import { parseTime } from '../../core/parseTime.ts';
import { isMissing, parseNumber } from './parseNumber.ts';

export interface CsvHeader {
  /** One name per column, all different. */
  readonly names: readonly string[];
  /** Whether the first record is this header and not data. */
  readonly present: boolean;
  /** What a user should know of it. */
  readonly notes: readonly string[];
}

/**
 * @param records the start of the file
 * @param decimalComma whether `0,5` is a half
 * @param wanted columns the user named: a first record that holds one of them is a header, whatever it looks like
 */
export function readHeader(
  records: readonly string[][],
  decimalComma: boolean,
  wanted: readonly string[],
): CsvHeader {
  const first = records[0]!;
  const present = first.some((cell) => wanted.includes(cell)) || !looksLikeData(records, decimalComma);
  if (!present) {
    const names = first.map((_, i) => `column${i + 1}`);
    return {
      names,
      present,
      notes: [`no header row; the columns are called column1 to column${names.length}`],
    };
  }
  const notes: string[] = [];
  const names: string[] = [];
  for (const [i, cell] of first.entries()) {
    const plain = cell === '' ? `column${i + 1}` : cell;
    let name = plain;
    for (let n = 2; names.includes(name) || (name !== plain && first.includes(name)); n++)
      name = `${plain}_${n}`;
    if (name !== plain) notes.push(`column ${i + 1} is called "${name}": there is a "${plain}" before it`);
    names.push(name);
  }
  return { names, present, notes };
}

/**
 * Whether the first record is of a kind with those under it: in each column of numbers or times it holds one too.
 * A header over such a column gives itself away even if other names are numbers (`time,1,2,3`).
 */
function looksLikeData(records: readonly string[][], decimalComma: boolean): boolean {
  const readable = (cell: string): boolean =>
    !Number.isNaN(parseNumber(cell, decimalComma)) || !Number.isNaN(parseTime(cell));
  const rows = records.slice(1);
  let alike = 0;
  for (const [i, cell] of records[0]!.entries()) {
    const under = rows.map((row) => row[i] ?? '').filter((text) => !isMissing(text));
    const ofKind = rows.length === 0 || 2 * under.filter(readable).length > under.length;
    // A column without a name is no sign of data, a missing number is none of a header.
    if (!ofKind || isMissing(cell)) continue;
    if (!readable(cell)) return false;
    alike += 1;
  }
  return alike > 0;
}

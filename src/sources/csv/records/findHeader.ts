import { isMissing } from '../numbers/writtenNumber.ts';
import {
  cloudWatchHeader,
  cutFractions,
  cutRow,
  fitNames,
  isMetricRow,
  isReadable,
  isUnits,
  isYears,
  joinHeaders,
  namesAbove,
  unitShare,
} from './headerRows.ts';
import { type KnownRoles, knownByShape } from './knownFormats.ts';

type Records = readonly (readonly string[])[];

/** Where in the records the header stands and the data begin. */
export interface Header {
  /** One name per column, all different. */
  readonly names: readonly string[];
  /** The names as they stand in the file, empty without one. */
  readonly given: readonly string[];
  /** Records before the first row of data. */
  readonly first: number;
  /** Cells of a row. */
  readonly width: number;
  /** Whether the first column is of texts, one of which may look like a comment. */
  readonly startsWithText: boolean;
  /** The record that is the header, as it is read: it may be repeated further down. */
  readonly record: readonly string[] | undefined;
  readonly known: KnownRoles | undefined;
  /** Records between the header and the first row of data. */
  readonly leftOutBelow: number;
  /** The first of those, if it holds units; else empty. */
  readonly units: readonly string[];
  /** What a user should know of it. */
  readonly notes: readonly string[];
  /** Why these records are no table: header and rows differ in width. */
  readonly fault: string | undefined;
}

export interface HeaderOptions {
  /** Columns the user named: a record that holds one of them is a header, whatever it looks like. */
  readonly wanted: readonly string[];
  /** The header's row as the user named it, from 1; 0 for none. */
  readonly headerRow: number | undefined;
  /** Whether commas separate the cells and nobody has named them: they may have cut numbers in two. */
  readonly mayCut: boolean;
  readonly comment: string | undefined;
}

/** Whether the records are the whole table: below those of the start of one there may be numbers. */
interface Extent {
  readonly complete: boolean;
}

/**
 * Finds the header of a table by its shape: the last record of words above rows that hold numbers and times in the
 * same columns throughout. What is above it is a preamble; rows of units below it are left out.
 */
export function findHeader(records: Records, options: HeaderOptions & Extent): Header {
  if (records.length === 0) return nameless(records, 0, 0, false, false);
  const width = usualWidth(records);
  const readable = readableColumns(records, width);
  const kinds = records.map((record) => kindOf(record, width, readable, options.comment));
  const start = kinds.findIndex((kind, i) => {
    const next = kinds.slice(i + 1, i + 11);
    const others = next.filter((each) => each === 'words' || each === 'ragged' || each === 'comment');
    return kind === 'data' && 2 * others.length <= next.length;
  });
  let first = start === -1 ? records.length : start;
  let at =
    start !== -1 && isYears(records[start]!) ? start : headerAbove(records, kinds, first, width, options);
  if (options.headerRow !== undefined) at = options.headerRow - 1;
  const { wanted } = options;
  const byName = records.findIndex((record, i) => i <= first && record.some((cell) => wanted.includes(cell)));
  if (options.headerRow === undefined && byName !== -1) at = byName;
  if (start === -1 && at === -1) at = 0;
  if (at >= first) first = at + 1;
  if (at < 0)
    return nameless(
      records,
      Math.max(0, options.headerRow === 0 ? firstRow(kinds) : first),
      width,
      !readable.has(0),
      options.mayCut,
    );
  // Rows that can be read but for one cell are data already.
  for (let i = at + 1; i < first; i++) {
    const isText =
      kinds[i] === 'words' || (options.complete && kinds[i] === 'empty' && !isUnits(records[i]!));
    if (kinds[i] === 'mixed' || (isText && start === -1)) {
      first = i;
      break;
    }
  }
  return {
    ...named(records, at, first, width, options),
    startsWithText: !readable.has(0),
  };
}

function firstRow(kinds: readonly RowKind[]): number {
  return Math.max(
    0,
    kinds.findIndex((kind) => kind === 'data' || kind === 'mixed'),
  );
}

/** The width of most records. */
function usualWidth(records: Records): number {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  let best = records[0]?.length ?? 0;
  for (const [width, count] of counts) {
    const known = counts.get(best) ?? 0;
    if (count > known) best = width;
  }
  return best;
}

/** The columns in which most cells of the rows further down are numbers or times. */
function readableColumns(records: Records, width: number): ReadonlySet<number> {
  const rows = records.filter((record) => record.length === width);
  const lower = rows.length > 3 ? rows.slice(Math.min(rows.length >> 1, 20)) : rows.slice(1);
  const found = new Set<number>();
  for (let column = 0; column < width; column++) {
    const cells = lower.map((row) => row[column]!).filter((cell) => !isMissing(cell));
    // Without rows to compare with, a column is what its first cell is.
    if (lower.length === 0 || 2 * cells.filter(isReadable).length > cells.length) found.add(column);
  }
  return found;
}

type RowKind = 'data' | 'mixed' | 'words' | 'empty' | 'comment' | 'ragged';

function kindOf(
  record: readonly string[],
  width: number,
  readable: ReadonlySet<number>,
  comment: string | undefined,
): RowKind {
  if (record.every((cell) => cell === '')) return 'empty';
  // `5s 15s 20d` could be seconds; a row of nothing else holds the widths of columns, as in RDB.
  if (record.length > 1 && record.every((cell) => /^\d{1,3}[snd]$/.test(cell))) return 'words';
  if (record[0]!.startsWith(comment ?? '#') && !isReadable(record[0]!)) {
    // In a first column of texts `#1` may be one of them.
    const isText = !readable.has(0) && record.length === width && record.slice(1).some(isReadable);
    if (!isText) return 'comment';
  }
  if (record.length < width || record.slice(width).some((cell) => cell !== '')) {
    return 'ragged';
  }
  let yes = 0;
  let no = 0;
  for (const column of readable) {
    const cell = record[column]!;
    if (isMissing(cell)) continue;
    if (isReadable(cell)) yes += 1;
    else no += 1;
  }
  if (no === 0) return yes > 0 ? 'data' : 'empty';
  return yes > 0 ? 'mixed' : 'words';
}

/** The record above the data that holds the names; -1 without one. */
function headerAbove(
  records: Records,
  kinds: readonly RowKind[],
  first: number,
  width: number,
  options: HeaderOptions,
): number {
  const above = Array.from({ length: first }, (_, i) => first - 1 - i);
  const fits = (i: number): boolean => {
    const { length } = stripped(records[i]!, options.comment);
    return length >= Math.max(1, width - 1) && (width === 1 || length > 1);
  };
  const candidates = above.filter((i) => fits(i) && kinds[i] !== 'empty');
  const isWords = (i: number): boolean =>
    kinds[i] === 'words' || (kinds[i] === 'ragged' && fits(i) && !records[i]!.some(isTimeOrFraction));
  const words = candidates.filter((i) => isWords(i));
  // A row of names may look like units too, but less than the units below it.
  const share = (i: number): number => unitShare(records[i]!);
  const named =
    words.find((i) => !isUnits(records[i]!)) ??
    words.reduce<number | undefined>((a, b) => (a === undefined || share(b) < share(a) ? b : a), undefined);
  if (named !== undefined) return named;
  // One that is short is a remark, and no header.
  const comment = candidates.filter((i) => {
    const { length } = stripped(records[i]!, options.comment);
    return kinds[i] === 'comment' && length >= width && length <= width + 1;
  });
  const commented = comment.find((i) => !isUnits(stripped(records[i]!, options.comment))) ?? comment[0];
  if (commented !== undefined) return commented;
  // `time,1,2,3`: names that are numbers, but for the one over the times
  return candidates.filter((i) => kinds[i] === 'mixed').at(-1) ?? -1;
}

/** What no name of a column is: whole numbers may be. */
function isTimeOrFraction(cell: string): boolean {
  return /\d/.test(cell) && isReadable(cell) && !/^\d+$/.test(cell);
}

/** A header in a comment, `# time, temp`, without its sign. */
function stripped(record: readonly string[], comment = '#'): readonly string[] {
  const [first = '', ...rest] = record;
  if (!first.startsWith(comment) || first === comment) {
    return first === comment && rest.length > 0 && comment !== '#' ? rest : record;
  }
  return [first.slice(comment.length).trim(), ...rest];
}

function nameless(
  records: Records,
  first: number,
  width: number,
  startsWithText: boolean,
  mayCut: boolean,
): Header {
  const shape = knownByShape(records[first] ?? []);
  const names = shape?.names ?? Array.from({ length: width }, (_, i) => `column${i + 1}`);
  const note =
    shape === undefined
      ? `no header row; ${names.length === 1 ? 'the column is called column1' : `the columns are called column1 to column${names.length}`}`
      : `no header row; the columns are called ${names.join(', ')}`;
  return {
    names,
    given: shape?.names ?? names.map(() => ''),
    first,
    width,
    startsWithText,
    record: undefined,
    known: shape?.roles,
    leftOutBelow: 0,
    units: [],
    notes: [...leftOutAbove(first), note],
    // `v` above `0,5`: a name for one column, which the delimiter has cut in two
    fault:
      first === 1 &&
      width === 2 &&
      records[0]!.length === 1 &&
      !records.slice(1).some(([cell]) => /\D/.test(cell!))
        ? 'row 1: 2 cells, but the header has 1'
        : mayCut && shape === undefined
          ? (namesAbove(records, first, width) ?? cutFractions(records.slice(first), width))
          : undefined,
  };
}

function leftOutAbove(count: number): string[] {
  return count === 0 ? [] : [`${count === 1 ? 'a line' : `${count} lines`} above the table left out`];
}

function named(
  records: Records,
  at: number,
  firstOfData: number,
  width: number,
  { headerRow, mayCut }: HeaderOptions,
): Omit<Header, 'startsWithText'> {
  const record = records[at]!;
  const mayJoin = headerRow === undefined;
  const notes: string[] = [];
  let given: readonly string[] = stripped(record);
  let above = at;
  const cloudWatch = mayJoin ? cloudWatchHeader(records.slice(0, firstOfData), width) : undefined;
  let first = firstOfData;
  // `Period,300,300` has numbers, and is no data.
  if (cloudWatch !== undefined) while (isMetricRow(records[first])) first += 1;
  if (cloudWatch !== undefined) {
    given = cloudWatch;
    notes.push(`header of ${records[0]![0]!.startsWith('Time') ? 'Cloud Monitoring' : 'CloudWatch'}`);
  } else if (mayJoin) {
    const joined = joinHeaders(records.slice(0, at + 1), given, width);
    if (joined !== undefined) {
      given = joined.names;
      above = at - joined.rows;
      notes.push(`${joined.rows + 1} header rows read together`);
    }
    notes.unshift(...leftOutAbove(above));
  } else notes.push(...leftOutAbove(at));
  const units = first - at - 1;
  if (units > 0 && cloudWatch === undefined) {
    const sample =
      records[at + 1]!.filter((cell) => cell !== '')
        .slice(0, 3)
        .join(', ') || 'empty';
    notes.push(`${units === 1 ? 'a row' : `${units} rows`} below the header left out (${sample})`);
  }
  const { names: fitting, fault: misfit, note } = fitNames(given, records.slice(first), width);
  // Row names are no reason for another cell where each row has a decimal comma.
  const cut = mayCut && given.length < width ? cutFractions(records.slice(first), width) : undefined;
  const fault =
    misfit ?? cut ?? (cloudWatch === undefined ? cutRow(records.slice(at + 1, first), width) : undefined);
  if (note !== undefined) notes.push(note);
  const names: string[] = [];
  for (const [i, cell] of fitting.entries()) {
    const plain = cell === '' ? `column${i + 1}` : cell;
    let name = plain;
    for (let n = 2; names.includes(name) || (name !== plain && fitting.includes(name)); n++)
      name = `${plain}_${n}`;
    if (name !== plain) notes.push(`column ${i + 1} is called "${name}": there is a "${plain}" before it`);
    names.push(name);
  }
  return {
    names,
    given: fitting,
    first,
    width: Math.max(width, 1),
    record,
    known: undefined,
    leftOutBelow: units,
    units: units > 0 && isUnits(records[at + 1]!) ? records[at + 1]! : [],
    notes,
    fault,
  };
}

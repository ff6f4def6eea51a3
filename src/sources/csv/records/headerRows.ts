import { parseBoolean } from '../numbers/stateWords.ts';
import { isMissing, takeApart } from '../numbers/writtenNumber.ts';
import { isCalendarTime, readClock } from '../times/calendar.ts';

type Records = readonly (readonly string[])[];

const UNITS =
  /^(?:[[(<{].*[\])>}]|°?[CFK]|deg ?[CFK]?|degT|%|-+|\.|ts|rn|avg|smp|min|max|std|tot|mean|sum|count|last|first|median|float|double|string|int(?:eger)?|long|number|bool(?:ean)?|datetime(?::.*)?|date|time|text|real|numeric|[munµkM]?(?:s|V|A|W|m|g|l|L|Pa|bar|Hz|J|N|mol|ohm|Ω)(?:\/[a-z0-9²³]+)?|kWh|Wh|VA|var|hPa|mbar|psi|rpm|U\/min|1\/min|[a-z]{1,3}\/[a-z0-9]{1,3}|m[23²³](?:\/h)?|ppm|ppb|dB|lx|lux|sec|sek|hours?|days?|h|d|yr|mo|dy|hr|mn|ft|in|mi|nmi|kn|kt|mph|km\/h|°|utc|gmt)$/i;

/** Whether a row below the names holds their units, or how they were aggregated. */
export function isUnits(record: readonly string[]): boolean {
  const cells = record.filter((cell) => cell !== '');
  // The widths and kinds of columns of RDB: `5s 15s 20d 14n`
  if (cells.length > 1 && cells.every((cell) => /^\d{1,3}[snd]$/.test(cell))) return true;
  // Time and value are names too: a row of units has at least one cell that cannot be a name.
  const sure = cells.filter(
    (cell) => UNITS.test(cell) && !/^(?:date|time|min|max|mean|count|text)$/i.test(cell),
  ).length;
  return cells.length === 0 || (sure > 0 && unitShare(record) >= 0.6);
}

/** `Country,1990,1991,1992`: the header of a table with a column a year. */
export function isYears(record: readonly string[]): boolean {
  const years = record.filter((cell) => /^(?:1[5-9]|20)\d\d$/.test(cell)).map(Number);
  const at = record.indexOf(`${years[0]}`);
  return (
    years.length > 2 &&
    at > 0 &&
    years.every((year, i) => record[at + i] === `${year}` && (i === 0 || year === years[i - 1]! + 1)) &&
    record.slice(0, at).every((cell) => cell !== '' && !isReadable(cell))
  );
}

/**
 * What is wrong where a row below the header is no row of units, but a damaged one of data: times and numbers, of
 * another count than there are columns.
 */
export function cutRow(below: Records, width: number): string | undefined {
  const isData = (row: readonly string[]): boolean =>
    isCalendarTime(row[0]!) ||
    (row.length > 1 && 2 * row.filter((cell) => /^[+-]?\d/.test(cell)).length > row.length);
  const at = below.findIndex((row) => row.length !== width && !isUnits(row) && isData(row));
  if (at === -1) return undefined;
  const { length } = below[at]!;
  return `row ${at + 1}: ${length} ${length === 1 ? 'cell' : 'cells'} where the table has ${width} columns`;
}

/** The share of its cells that look like units, 0 … 1. */
export function unitShare(record: readonly string[]): number {
  const cells = record.filter((cell) => cell !== '');
  return cells.filter((cell) => UNITS.test(cell)).length / Math.max(1, cells.length);
}

const METRIC_ROWS =
  /^(?:id|label|full label|namespace|metric ?name|metric|dimensions|statistics?|period|region|account(?: id)?|unit|math|time ?series ?id|(?:resource|metric)\.[\w.]+)$/i;

/** Whether a row describes the metrics of a table of CloudWatch. */
export function isMetricRow(record: readonly string[] | undefined): boolean {
  return METRIC_ROWS.test(record?.[0] ?? '');
}

/** Rows from which on two columns of digits are taken for the halves of a number. */
const ENOUGH = 12;

/**
 * Why rows may hold numbers with a decimal comma that commas have cut in two: whole numbers, and next to them digits of
 * which some begin with a zero, and which are no minutes.
 */
export function cutFractions(rows: Records, width: number): string | undefined {
  const full = rows.filter((row) => row.length === width);
  if (full.length < ENOUGH) return undefined;
  for (let i = 0; i + 1 < width; i++) {
    const halves = full.map((row) => row[i + 1]!);
    const isCut =
      full.every((row) => /^[+-]?\d+$/.test(row[i]!)) &&
      halves.every((half) => /^\d{1,4}$/.test(half)) &&
      halves.some((half) => /^0\d/.test(half)) &&
      halves.some((half) => Number(half) >= 60);
    // Twenty past five and four hundredths of a second are written so too, and dates and codes in few texts.
    if (isCut && new Set(halves).size > 6) {
      const [row] = full;
      return `row 1: "${row![i]},${row![i + 1]}" may be one number with a decimal comma, which has to be in quotes where commas separate the cells`;
    }
  }
  return undefined;
}

/** Why the line above rows may be their header, one name for two cells each: decimal commas have cut the numbers. */
export function namesAbove(records: Records, first: number, width: number): string | undefined {
  const above = records[first - 1];
  if (above === undefined || above.length < 2 || width < 3) return undefined;
  const isCut = width === 2 * above.length - 1 || width === 2 * above.length;
  const areNames = above.every((cell) => /^\p{L}/u.test(cell) && !isReadable(cell));
  const isWhole = (cell: string | undefined): boolean => /^[+-]?\d+$/.test(cell ?? '');
  const areHalves = records
    .slice(first)
    .every((row) => row.length !== width || (isWhole(row.at(-1)) && isWhole(row.at(-2))));
  return isCut && areNames && areHalves
    ? `row 1: ${width} cells, but the header has ${above.length}`
    : undefined;
}

/** The header of CloudWatch and of Google's Cloud Monitoring: a row for the label of each metric, one for its id, and more. */
export function cloudWatchHeader(above: Records, width: number): readonly string[] | undefined {
  const rows = above.filter((row) => row.length >= 2 && METRIC_ROWS.test(row[0]!));
  if (rows.length < 2 || !rows.some((row) => /label|id/i.test(row[0]!))) return undefined;
  const named =
    rows.find((row) => /^label$/i.test(row[0]!)) ??
    rows.find((row) => /^full label$/i.test(row[0]!)) ??
    rows.find((row) => /^metric ?name$/i.test(row[0]!)) ??
    rows[0]!;
  return ['time', ...Array.from({ length: width - 1 }, (_, i) => named[i + 1] ?? '')];
}

/**
 * Names in two or three rows: groups above names (`temp,temp,rpm` over `mean,max,mean`), the name of the first column
 * in a row of its own, as pandas writes them.
 *
 * @param records down to the header
 * @returns the names and how many rows above the header they took; undefined where the header stands alone
 */
export function joinHeaders(
  records: Records,
  given: readonly string[],
  width: number,
): { readonly names: readonly string[]; readonly rows: number } | undefined {
  const above = (n: number): readonly string[] | undefined => {
    const row = records.at(-1 - n);
    return row !== undefined && row.length === width && !row[0]!.startsWith('#') ? row : undefined;
  };
  const isAlone =
    given.length === width && width > 1 && given.slice(1).every((cell) => cell === '') && given[0] !== '';
  if (isAlone) {
    const second = above(1);
    if (second === undefined) return undefined;
    const third = above(2);
    const grouped = third === undefined ? undefined : joinTwo(third, second);
    const names = grouped ?? second;
    return { names: [given[0]!, ...names.slice(1)], rows: grouped === undefined ? 1 : 2 };
  }
  const rest = given.slice(1);
  // A header that is wider than the rows is cut by the wrong delimiter.
  if (given.length !== width || (new Set(rest).size === rest.length && !rest.includes(''))) return undefined;
  const second = above(1);
  const names = second === undefined ? undefined : joinTwo(second, given);
  return names === undefined ? undefined : { names, rows: 1 };
}

/** Each group with the name below it; undefined where that makes the columns no more distinct. */
function joinTwo(groups: readonly string[], names: readonly string[]): readonly string[] | undefined {
  let group = '';
  const joined = names.map((name, i) => {
    group = groups[i] !== '' ? groups[i]! : group;
    if (i === 0) return name !== '' && !isMissing(name) ? name : groups[0]!;
    return name === '' ? group : group === '' ? name : `${group} ${name}`;
  });
  const distinct = (row: readonly string[]): number => new Set(row.slice(1)).size;
  // `Ticker,AAPL,AAPL` below the names of the prices adds nothing to them.
  if (distinct(names) === 1 && distinct(groups) === groups.length - 1)
    return [joined[0]!, ...groups.slice(1)];
  return distinct(joined) === joined.length - 1 ? joined : undefined;
}

/** `{instance="a:9100"`, `job="node"}` → one name. */
export function rejoinBraces(cells: readonly string[]): readonly string[] {
  const names: string[] = [];
  let open = 0;
  for (const cell of cells) {
    if (open > 0) names[names.length - 1] += `, ${cell}`;
    else names.push(cell);
    open += cell.split('{').length - cell.split('}').length;
  }
  return names;
}

/** Whether a cell is a number, a truth value or a time, in any of the ways in which they are written. */
export function isReadable(cell: string): boolean {
  return (
    takeApart(cell) !== undefined ||
    /^[+-]?inf(?:inity)?$/i.test(cell) ||
    parseBoolean(cell) !== undefined ||
    isCalendarTime(cell) ||
    (cell.includes(':') && !Number.isNaN(readClock(cell)))
  );
}

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

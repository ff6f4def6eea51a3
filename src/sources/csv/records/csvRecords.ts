import { parse } from 'csv-parse';
import { RxAnomalyError } from '../../../core/errors.ts';
import { show } from '../../../core/options.ts';

/** No sound row is as long; a quote that is never closed would otherwise swallow the rest of a file into memory. */
const LONGEST_RECORD = 1 << 20; // characters
const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;

/** The delimiter that stands for any run of blanks. */
export const BLANKS = ' ';

/** Its name in messages. */
export function delimiterName(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : delimiter === BLANKS ? 'blanks' : `"${delimiter}"`;
}

/**
 * Splits CSV bytes into records of cells, a batch for every chunk that holds any. Blank lines are skipped, rows may
 * be longer or shorter than the header, blanks around unquoted cells are dropped, a quote inside an unquoted cell
 * (`24" display`) is text.
 *
 * Lines are cut by hand until the first quote, which is three times as fast; from there on csv-parse reads. It is
 * written and read in turns: it parses as it is written to, so that whole batches cost one await, not one a row.
 *
 * @throws CsvError of csv-parse after the records before the fault
 */
export async function* csvRecords(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<string[][], void, undefined> {
  if (delimiter === BLANKS) {
    yield* blankRecords(chunks);
    return;
  }
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0); // the start of a line whose end is still to come
  for (;;) {
    const next = await iterator.next();
    const bytes = Buffer.concat(next.done === true ? [rest] : [rest, next.value]);
    if (!isPlain(bytes) || bytes.length > LONGEST_RECORD) {
      const done = next.done === true;
      async function* others(): AsyncIterable<Uint8Array> {
        yield bytes;
        if (!done) yield* { [Symbol.asyncIterator]: () => iterator };
      }
      yield* quotedRecords(others(), delimiter);
      return;
    }
    const cut = next.done === true ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    const records = plainRecords(bytes.toString('utf8', 0, cut), delimiter);
    rest = bytes.subarray(cut);
    if (records.length > 0) yield records;
    if (next.done === true) return;
  }
}

/** Neither quotes nor line ends of a lone CR. */
function isPlain(bytes: Buffer): boolean {
  if (bytes.includes(QUOTE)) return false;
  const at = bytes.indexOf(RETURN);
  if (at === -1) return true;
  for (let cr = at; cr !== -1; cr = bytes.indexOf(RETURN, cr + 1)) {
    if (cr + 1 < bytes.length && bytes[cr + 1] !== NEWLINE) return false;
  }
  return true;
}

/** Cells are cut from the text directly: no line, and no cell with its blanks, is ever a string of its own. */
function plainRecords(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  const { length } = text;
  const isBlank = delimiter === '\t';
  let width = 2;
  let next = text.indexOf(delimiter); // the delimiter at or after the cell that is cut
  for (let from = 0; from < length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? length : newline;
    const record: string[] = new Array(width);
    let count = 0;
    let isEmpty = true;
    for (let at = from; ; ) {
      if (next !== -1 && next < at) next = text.indexOf(delimiter, at);
      const until = next === -1 || next > end ? end : next;
      const cell = cutCell(text, at, until);
      if (cell !== '') isEmpty = false;
      record[count++] = cell;
      if (until === end) break;
      at = until + 1;
    }
    from = end + 1;
    record.length = count;
    width = count;
    // A line of blanks is none, be they tabs.
    if (!isEmpty || (count > 1 && !isBlank)) records.push(record);
  }
  return records;
}

function cutCell(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return start === end ? '' : text.slice(start, end);
}

function isSpace(code: number): boolean {
  return (
    code <= 32 || (code >= 160 && (code === 160 || code === 0xfeff || code === 0x202f || code === 0x2009))
  );
}

async function* quotedRecords(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<string[][], void, undefined> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: LONGEST_RECORD,
  });
  parser.on('error', () => {}); // read from parser.errored: the event comes a tick too late
  const drain = (): string[][] => {
    const records: string[][] = [];
    for (let record = parser.read(); record !== null; record = parser.read()) records.push(record);
    return records;
  };
  try {
    for await (const chunk of chunks) {
      parser.write(chunk);
      const records = drain();
      if (records.length > 0) yield records;
      if (parser.errored !== null) throw parser.errored;
    }
    parser.end();
    const last: string[][] = [];
    try {
      for await (const record of parser) last.push(record);
    } finally {
      if (last.length > 0) yield last;
    }
  } finally {
    parser.destroy();
  }
}

// A time in brackets, as web servers write it, is one cell.
const CELL = /"(?:[^"]|"")*"|\[\d[^\]\s]* [+-]\d{4}\]|[^\s"]\S*/g;
const DATE = /^\d{4}[-/.]\d\d?[-/.]\d\d?$|^\d\d?[-/.]\d\d?[-/.]\d{4}$/;
const CLOCK = /^\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?$/;

function belongTogether(before: string, cell: string): boolean {
  if (CLOCK.test(cell)) return DATE.test(before);
  if (/^[ap]m$/i.test(cell)) return /\d:\d\d$/.test(before);
  if (/^am[/_-]?pm$/i.test(cell)) return /\s(?:time|zeit|uhrzeit)$/i.test(before);
  return /^(?:time|zeit|uhrzeit)$/i.test(cell) && /^#?(?:date|datum|day)$/i.test(before);
}

/** Records of lines whose cells stand between blanks, or in quotes. A date and the clock after it are one cell. */
async function* blankRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[][], void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  const cut = (text: string): string[][] => {
    const records: string[][] = [];
    for (const line of text.split(/\r\n|\n|\r/)) {
      const record: string[] = [];
      if (line.split('"').length % 2 === 0) {
        throw new RxAnomalyError('BAD_INPUT', `a quote is opened and never closed: ${show(line)}`);
      }
      // `# time temp`, a header as NumPy writes it: the sign is no cell of its own.
      for (const [cell] of line.replace(/^\s*#\s+/, '#').matchAll(CELL)) {
        const last = record.length - 1;
        if (last >= 0 && belongTogether(record[last]!, cell)) record[last] += ` ${cell}`;
        else record.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"').trim() : cell);
      }
      if (record.length > 0) records.push(record);
    }
    return records;
  };
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const end = rest.lastIndexOf('\n') + 1;
    const records = cut(rest.slice(0, end));
    rest = rest.slice(end);
    if (records.length > 0) yield records;
  }
  const last = cut(rest + decoder.decode());
  if (last.length > 0) yield last;
}

import { RxAnomalyError } from '../../../core/errors.ts';
import { type Peeked, peek } from '../bytes/peek.ts';
import { isMissing } from '../numbers/writtenNumber.ts';
import { BLANKS, csvRecords } from './csvRecords.ts';
import { findHeader, type Header, type HeaderOptions } from './findHeader.ts';
import { isReadable } from './headerRows.ts';
import { FluxTables, knownByNames, labView } from './knownFormats.ts';

const NEWLINE = 10;
const CANDIDATES = [',', ';', '\t', '|', BLANKS];
/** Records by which delimiters are compared. */
const COMPARED = 150;

interface CutOptions extends Omit<HeaderOptions, 'mayCut'> {
  readonly file: string;
  /** The one that the user named. */
  readonly delimiter: string | undefined;
  readonly skipRows: number;
}

/** The start of a file, cut into records. */
interface CutRecords {
  readonly delimiter: string;
  /** Those above the header included, but for the first `before`, which are passed over. */
  readonly records: readonly (readonly string[])[];
  readonly before: number;
  readonly header: Header;
  readonly isFlux: boolean;
}

/**
 * Cuts the start of a file by every candidate and keeps the one by which rows are equally wide, fit their header and
 * their cells can be read. A single column is the last resort: any absent delimiter gives that.
 *
 * @param complete whether `head` is the whole file and not cut off somewhere
 */
async function cutSample(head: Buffer, complete: boolean, options: CutOptions): Promise<CutRecords> {
  refuseOther(head, options.file);
  const inFile = namedInFile(head);
  const named = options.delimiter ?? inFile;
  const before = options.skipRows + (inFile === undefined ? 0 : 1);
  let best: CutRecords | undefined;
  let bestScore = -1;
  for (const delimiter of named === undefined ? CANDIDATES : [named]) {
    const all = await firstRecords(head, complete, delimiter);
    const cut = withHeader(all.slice(before), before, delimiter, {
      ...options,
      complete,
      isNamed: named !== undefined,
    });
    const score = plausibility(cut);
    if (score > bestScore) {
      best = cut;
      bestScore = score;
    }
  }
  return best!;
}

/** `cpu,host=a usage=0.5 1709510400000000000` */
const LINE_PROTOCOL = /^[\w.%-]+(?:,[^\s=,]+=[^\s,]+)* [^\s=,"]+=(?:-?[\d.]+|"[^"]*"|[tf])\S* \d{16,19}\s/;

/** What is text, and no table. */
function refuseOther(head: Buffer, file: string): void {
  const start = head.toString('utf8', 0, 2000).trimStart();
  const isPerfData = /(?:^|[\s|])'?[\w./-]+'?=-?[\d.]+[a-zA-Z%]*;[\d.:~@]*;[\d.:~@]*/m.test(start);
  const found = /^(?:\{\s*"|\[\s*[[{])/.test(start)
    ? `JSON; convert it to CSV first, for example with jq -r '${start.startsWith('[') ? '.[] | ' : ''}[.time, .value] | @csv'; detect --rare finds rare lines of a log`
    : /^<(?:!doctype|html|\?xml)/i.test(start)
      ? 'HTML or XML; export it as CSV'
      : isPerfData
        ? 'performance data of Nagios (label=value;warn;crit); write times, labels and values in columns of their own'
        : LINE_PROTOCOL.test(start)
          ? 'line protocol of InfluxDB; write it to a database and read that with --influx'
          : /^[^\n]*\n\s*\n\d{9,10}: [-+\d.e]+/m.test(start)
            ? "output of rrdtool fetch; make it a table, for example with sed 's/: /,/'"
            : undefined;
  if (found !== undefined) throw new RxAnomalyError('BAD_INPUT', `${file}: is no table but ${found}`);
}

/** A spreadsheet's own declaration in the first line: `sep=;`. */
function namedInFile(head: Buffer): string | undefined {
  return /^\s*"?sep=(.)[,;]*"?\s*[\r\n]/i.exec(head.subarray(0, 20).toString('latin1'))?.[1];
}

function withHeader(
  records: readonly (readonly string[])[],
  before: number,
  delimiter: string,
  options: CutOptions & { readonly complete: boolean; readonly isNamed: boolean },
): CutRecords {
  const isFlux = FluxTables.isIn(records);
  if (!isFlux) {
    const mayCut = delimiter === ',' && !options.isNamed && options.headerRow === undefined;
    const header = findHeader(records, { ...options, mayCut });
    return {
      delimiter,
      records,
      before,
      isFlux,
      header: {
        ...header,
        known:
          header.known ??
          labView(records.slice(0, header.first), header.names) ??
          knownByNames(header.names, undefined),
      },
    };
  }
  const tables = new FluxTables(options.file);
  const rows = records.map((record) => tables.take(record)).filter((record) => record !== undefined);
  const header = findHeader(rows, { ...options, headerRow: 1, mayCut: false });
  return {
    delimiter,
    records: rows,
    before,
    isFlux,
    header: { ...header, known: knownByNames(header.names, tables) },
  };
}

async function firstRecords(head: Buffer, complete: boolean, delimiter: string): Promise<string[][]> {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield head;
  }
  const records: string[][] = [];
  try {
    for await (const batch of csvRecords(once(), delimiter)) records.push(...batch);
    const isCutInRow = !complete && head.at(-1) !== NEWLINE;
    if (isCutInRow && records.length > 1) records.pop();
  } catch {
    // Broken by this delimiter, or at the cut. Where it is the file, reading the rows meets the fault again and reports it.
  }
  return records;
}

function plausibility({ records, header, delimiter }: CutRecords): number {
  const rows = records.slice(header.first, header.first + COMPARED);
  const { width, fault } = header;
  if (records.length === 0) return 0;
  if (rows.length === 0) return (width > 1 ? 1 : 0.01) * 0.1 * (delimiter === BLANKS ? 0.1 : 1);
  let asWide = 0;
  let cells = 0;
  let readable = 0;
  for (const record of rows) {
    if (record.length === width) asWide += 1;
    for (const cell of record) {
      if (isMissing(cell)) continue;
      cells += 1;
      if (isReadable(cell)) readable += 1;
    }
  }
  const readableShare = cells === 0 ? 0 : readable / cells;
  // Blanks are in every date: they separate columns only where all rows say so.
  const sure =
    delimiter !== BLANKS
      ? 1
      : readableShare < 0.5 || (header.record === undefined && header.first > 0)
        ? 0.001
        : 0.8;
  return (
    (width > 1 ? 1 : 0.01) *
    (fault === undefined ? 1 : 0.005) *
    sure *
    (asWide / rows.length) ** 2 *
    (0.1 + readableShare)
  );
}

/** Bytes looked at however few rows they hold: with a million of them no more is learnt. */
const SAMPLE_BYTES = 1 << 20;

/** The start of the file, cut into records, and the whole of it still to be read. */
export interface CsvSample extends CutRecords {
  /** Whether the sample is the whole file. */
  readonly complete: boolean;
  readonly all: AsyncIterable<Uint8Array>;
}

/**
 * Looks at as many lines as it takes to find a header and so many rows, or at SAMPLE_BYTES.
 *
 * @throws RxAnomalyError BAD_INPUT if this is no text
 */
export async function sampleCsv(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  rows: number,
  options: CutOptions,
): Promise<CsvSample> {
  let all = bytes;
  for (let lines = rows + 1; ; lines *= 2) {
    const peeked = await peekLines(all, lines);
    if (peeked.head.includes(0)) throw new RxAnomalyError('BAD_INPUT', `${name}: is not a text file`);
    const complete = peeked.exhausted;
    const found = await cutSample(peeked.head, complete, options);
    all = peeked.all;
    if (complete || found.records.length - found.header.first >= rows || peeked.head.length >= SAMPLE_BYTES) {
      return { ...found, records: found.records.slice(0, found.header.first + rows), complete, all };
    }
  }
}

/**
 * The head of the file up to and including so many line ends: cut there and not where a chunk happens to end, so
 * that the same file is always read in the same way.
 */
async function peekLines(bytes: AsyncIterable<Uint8Array>, lines: number): Promise<Peeked> {
  let found = 0;
  let cut = SAMPLE_BYTES;
  const peeked = await peek(bytes, (size, chunk) => {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) {
      found += 1;
      if (found === lines) cut = Math.min(cut, size - chunk.length + at + 1);
    }
    return size >= cut;
  });
  return {
    ...peeked,
    head: peeked.head.subarray(0, cut),
    exhausted: peeked.exhausted && peeked.head.length <= cut,
  };
}

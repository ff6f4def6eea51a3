import { RxAnomalyError } from '../../../core/errors.ts';
import type { Notices } from '../notices.ts';
import { csvRecords } from './csvRecords.ts';
import { FluxTables } from './knownFormats.ts';
import { RowFilter } from './rowFilter.ts';
import type { CsvSample } from './sampleCsv.ts';

const NEWLINE = 10;
const RETURN = 13;

/** Rows that show how the last column is written. */
const ENOUGH = 20;

/** Passes bytes on, and remembers how they ended. */
class LastByte {
  #last = NEWLINE;
  #hasEnded = false;

  async *watch(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of bytes) {
      if (chunk.length > 0) this.#last = chunk[chunk.length - 1]!;
      yield chunk;
    }
    this.#hasEnded = true;
  }

  /** Whether all has been read, and no line end was the last of it. */
  get isInLine(): boolean {
    return this.#hasEnded && this.#last !== NEWLINE && this.#last !== RETURN;
  }
}

/** Records of data that came together. */
export interface RecordBatch {
  readonly records: readonly (readonly string[])[];
  readonly length: number;
  /** Numbers of the rows where they do not follow from their order. */
  readonly numberOf?: (index: number) => number;
}

/**
 * The rows of data of a table, as cells: what stands above the header, between the rows and below them is left out.
 *
 * @throws RxAnomalyError BAD_INPUT for a row of another width, after the rows before it
 */
export async function* tableRecords(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  { delimiter, header, records, before, isFlux }: CsvSample,
  comment: string | undefined,
  notices: Notices,
): AsyncGenerator<RecordBatch, void, undefined> {
  const filter = new RowFilter(file, header, records.slice(0, header.first), comment, notices);
  const tables = isFlux ? new FluxTables(file) : undefined;
  let toSkip = before + header.first;
  const end = new LastByte();
  const sample = records.slice(header.first);
  for await (const batch of csvRecords(end.watch(bytes), delimiter)) {
    const rows: (readonly string[])[] = [];
    let fault: unknown;
    try {
      for (const each of batch) {
        const record = tables === undefined ? each : tables.take(each);
        if (record === undefined) continue;
        if (toSkip > 0) {
          toSkip -= 1;
          continue;
        }
        if (end.isInLine && each === batch.at(-1) && isCutOff(record, sample.slice(0, -1))) {
          filter.leaveOut(record, 'the input ends in the middle of it');
          continue;
        }
        filter.take(record, rows);
      }
    } catch (error) {
      fault = error;
    }
    if (rows.length > 0) yield { records: rows, length: rows.length };
    if (fault !== undefined) throw fault;
  }
  filter.end();
}

/** Characters of cells that are held to read a file from its end. */
const MOST = 2 ** 28;
const BATCH = 2000;

/** Whether the times of a sample go back from row to row. */
export function isNewestFirst(times: readonly number[]): boolean {
  let back = 0;
  let on = 0;
  for (let i = 1; i < times.length; i++) {
    if (times[i]! < times[i - 1]!) back += 1;
    else if (times[i]! > times[i - 1]!) on += 1;
  }
  return back >= 2 && on <= 0.02 * back;
}

/**
 * The records from the last to the first.
 *
 * @throws RxAnomalyError BAD_INPUT where they do not fit in memory
 */
export async function* reversed(
  file: string,
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<RecordBatch, void, undefined> {
  const all: (readonly string[])[] = [];
  let size = 0;
  for await (const { records } of batches) {
    for (const record of records) {
      all.push(record);
      for (const cell of record) size += cell.length;
    }
    if (size > MOST) {
      throw new RxAnomalyError(
        'BAD_INPUT',
        `${file}: its newest row comes first, and it is too large to be read from its end; sort it by time, for example with tac`,
      );
    }
  }
  for (let end = all.length; end > 0; end -= BATCH) {
    const records = all.slice(Math.max(0, end - BATCH), end).reverse();
    yield { records, length: records.length, numberOf: (index) => end - index };
  }
}

/**
 * Whether a row without a line end was cut off in its last number, as a file is that is written meanwhile: it has fewer
 * decimals than any other of its column.
 *
 * @param rows those of the sample
 */
function isCutOff(record: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const { length } = record;
  const others = rows.filter((row) => row !== record && row.length === length).map((row) => row.at(-1)!);
  if (others.length <= ENOUGH) return false;
  const least = Math.min(...others.map(decimals));
  return least > 0 && /^[+-]?\d*[.,]?\d*$/.test(record.at(-1)!) && decimals(record.at(-1)!) < least;
}

/** Digits after the decimal sign; none in what is no such number. */
function decimals(cell: string): number {
  return /^[+-]?\d*[.,](\d+)$/.exec(cell)?.[1]?.length ?? 0;
}

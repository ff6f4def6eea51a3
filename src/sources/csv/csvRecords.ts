import { parse } from 'csv-parse';

/** No sound row is as long; a quote that is never closed would otherwise swallow the rest of a file into memory. */
const LONGEST_RECORD = 1 << 20; // characters

/**
 * Splits CSV bytes into records of cells, a batch for every chunk that holds any. Blank lines are skipped, rows may
 * be longer or shorter than the header, blanks around unquoted cells are dropped, a quote inside an unquoted cell
 * (`24" display`) is text.
 *
 * Written and read in turns: csv-parse parses as it is written to, so that whole batches cost one await, not one a row.
 *
 * @throws CsvError of csv-parse after the records before the fault
 */
export async function* csvRecords(
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

import type { Notices } from '../notices.ts';
import { csvRecords } from './csvRecords.ts';
import { FluxTables } from './knownFormats.ts';
import { RowFilter } from './rowFilter.ts';
import type { CsvSample } from './sampleCsv.ts';

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
  for await (const batch of csvRecords(bytes, delimiter)) {
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

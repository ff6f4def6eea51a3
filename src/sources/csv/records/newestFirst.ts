import { RxAnomalyError } from '../../../core/errors.ts';
import type { RecordBatch } from './tableRecords.ts';

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

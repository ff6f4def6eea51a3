import { concatMap, defer, finalize, from, map, type Observable } from 'rxjs';
import type { Reading } from '../../core/reading.ts';
import type { CsvOptions, CsvRow } from './csvTable.ts';
import { openTable } from './openCsv.ts';
import { readBytes } from './readBytes.ts';

/**
 * A CSV file as a stream of readings, ready for the operators: a number each where `value` names one column, an
 * array where it names several or is left to be guessed. Missing and unreadable values are NaN, and told in
 * `event.problems`; errors of openCsv arrive on the error channel. Every subscription reads the file anew
 * (but a stream of bytes only once); unsubscribing closes it.
 */
export function fromCsv(
  input: string | AsyncIterable<Uint8Array>,
  options: CsvOptions & { readonly value: string },
): Observable<Reading<CsvRow, number>>;
export function fromCsv(
  input: string | AsyncIterable<Uint8Array>,
  options?: CsvOptions & { readonly value?: readonly string[] },
): Observable<Reading<CsvRow, readonly number[]>>;
export function fromCsv(
  input: string | AsyncIterable<Uint8Array>,
  options: CsvOptions = {},
): Observable<Reading<CsvRow, number | readonly number[]>> {
  const isScalar = typeof options.value === 'string';
  return defer(() => {
    const source = readBytes(input);
    return from(openTable(source, options)).pipe(
      concatMap((table) => table.batches()),
      concatMap((rows) => rows),
      map((row) => toReading(row, isScalar ? row.value[0]! : row.value)),
      finalize(() => {
        source.close().catch(() => {}); // nobody is left to be told
      }),
    );
  });
}

function toReading<V extends number | readonly number[]>(row: CsvRow, value: V): Reading<CsvRow, V> {
  return { event: row, time: row.time, key: row.key, value, imputed: false };
}

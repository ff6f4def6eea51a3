import { concatMap, defer, finalize, from, map, type Observable } from 'rxjs';
import { readBytes } from './bytes/readBytes.ts';
import { checkOptions } from './checkOptions.ts';
import type { CsvOptions, CsvRow } from './csvTable.ts';
import { openTable } from './openCsv.ts';

/**
 * A CSV file as a stream of its rows, which the operators read without selectors: the value is a number where `value`
 * names one column, an array where it names several or is left to be guessed. Missing and unreadable values are NaN,
 * and reported in `problems`; errors of the file arrive on the error channel. Every subscription reads the file anew (but a
 * stream of bytes only once); unsubscribing closes it.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function fromCsv(
  input: string | AsyncIterable<Uint8Array>,
  options: CsvOptions & { readonly value: string },
): Observable<CsvRow<number>>;
export function fromCsv(
  input: string | AsyncIterable<Uint8Array>,
  options?: CsvOptions & { readonly value?: readonly string[] },
): Observable<CsvRow>;
export function fromCsv(
  input: string | AsyncIterable<Uint8Array>,
  options: CsvOptions = {},
): Observable<CsvRow | CsvRow<number>> {
  checkOptions(options, 'fromCsv');
  const isScalar = typeof options.value === 'string';
  return defer(() => {
    const source = readBytes(input);
    return from(openTable(source, options)).pipe(
      concatMap((table) => table.batches()),
      concatMap((rows) => rows),
      map((row) => (isScalar ? { ...row, value: row.value[0] } : row)),
      finalize(() => {
        source.close().catch(() => {}); // nobody is left to be notified
      }),
    );
  });
}

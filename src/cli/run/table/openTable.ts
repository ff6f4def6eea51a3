import type { ByteSource } from '../../../sources/csv/bytes/readBytes.ts';
import { openTable as openSource } from '../../../sources/csv/openCsv.ts';
import { type CsvOptions, type CsvTable, openCsv } from '../../../sources/index.ts';
import type { TableDerivation } from '../derivation.ts';
import { deriveTable } from './derivedTable.ts';

/** How to read a table, and what to make of its rows. */
export type TableOptions = CsvOptions & TableDerivation;

/**
 * Opens a table, unless the signal aborts first: a pipe may be silent forever. Warnings go to standard error, unless
 * the options say otherwise.
 *
 * @throws the signal's reason, and what openCsv does
 */
export async function openTable(
  input: string | ByteSource,
  { rate, resample, population, ...options }: TableOptions,
  signal: AbortSignal,
): Promise<CsvTable> {
  signal.throwIfAborted();
  const onWarning = (line: string): void => console.error(`warning: ${line}`);
  const table = await abortable(
    typeof input === 'string'
      ? openCsv(input, { onWarning, ...options })
      : openSource(input, { onWarning, ...options }),
    signal,
  );
  const note = (line: string): void => {
    if (options.onWarning !== 'silent') console.error(line);
  };
  try {
    const derivation = {
      ...(rate && { rate }),
      ...(resample && { resample }),
      ...(population && { population }),
    };
    return await deriveTable(table, derivation, note);
  } catch (error) {
    await table.close();
    throw error;
  }
}

/** What a table's opening gives, unless the signal aborts first. @throws the signal's reason */
export async function abortable<T>(opening: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([opening, aborted]);
  } finally {
    signal.removeEventListener('abort', stop); // many tables share one signal
  }
}

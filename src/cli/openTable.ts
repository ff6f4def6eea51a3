import { type CsvOptions, type CsvTable, openCsv } from '../sources/index.ts';

/**
 * Opens a table, unless the signal aborts first: a pipe may be silent for ever.
 *
 * @throws the signal's reason, and what openCsv does
 */
export async function openTable(input: string, options: CsvOptions, signal: AbortSignal): Promise<CsvTable> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return await Promise.race([openCsv(input, options), aborted]);
}

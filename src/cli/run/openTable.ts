import { type CsvOptions, type CsvTable, openCsv } from '../../sources/index.ts';

/**
 * Opens a table, unless the signal aborts first: a pipe may be silent forever. Warnings go to standard error, unless
 * the options say otherwise.
 *
 * @throws the signal's reason, and what openCsv does
 */
export async function openTable(input: string, options: CsvOptions, signal: AbortSignal): Promise<CsvTable> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([
      openCsv(input, { onWarning: (line) => console.error(`warning: ${line}`), ...options }),
      aborted,
    ]);
  } finally {
    signal.removeEventListener('abort', stop); // many tables share one signal
  }
}

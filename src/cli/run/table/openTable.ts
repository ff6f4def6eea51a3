import { spanText } from '../../../core/duration.ts';
import type { ByteSource } from '../../../sources/csv/bytes/readBytes.ts';
import { openTable as openSource } from '../../../sources/csv/openCsv.ts';
import { type CsvOptions, type CsvTable, openCsv } from '../../../sources/index.ts';
import type { Resampling, TableDerivation } from '../derivation.ts';
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
    warnOfDays(table.name, resample, options.timeZone, note);
    return await deriveTable(table, derivation, note);
  } catch (error) {
    await table.close();
    throw error;
  }
}

/** Holidays and days of the week go by the clocks of the zone, and by the beginning of a window. */
function warnOfDays(
  name: string,
  resample: Resampling | undefined,
  timeZone: string | undefined,
  note: (line: string) => void,
): void {
  if (resample === undefined || resample.every % DAY !== 0 || [undefined, 'UTC'].includes(timeZone)) return;
  note(
    `warning: ${name}: windows of ${spanText(resample.every)} begin at 00:00 UTC, not on the clocks of ${timeZone}, so that a holiday or a day of the week may count for another; ` +
      'without --time-zone times without a zone are read as UTC, and days are those of the table',
  );
}

const DAY = 86_400_000;

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

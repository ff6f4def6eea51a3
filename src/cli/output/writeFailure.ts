import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RxAnomalyError } from '../../core/errors.ts';
import { messageOf } from '../../core/messageOf.ts';

/** What writing failed with, in one line that names the place: what Node reports of a full disk does not. */
export function writeFailure(place: string, error: unknown): RxAnomalyError {
  if (error instanceof RxAnomalyError) return error;
  const message = messageOf(error);
  return new RxAnomalyError('BAD_INPUT', message.includes(place) ? message : `${place}: ${message}`, {
    cause: error,
  });
}

/** Writes a report, in a folder that is made where there is none. @throws RxAnomalyError BAD_INPUT */
export async function writeReportFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

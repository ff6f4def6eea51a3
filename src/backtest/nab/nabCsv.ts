import { badOption } from '../../core/options.ts';
import type { RecordWindow } from '../recordWindows.ts';

/** A file of the benchmark with the detector's scores, as NAB's own scorer reads it. */
export interface NabDetections {
  /** (records) timestamps as in the data file. */
  readonly timestamps: readonly string[];
  /** (records) values as in the data file. */
  readonly values: readonly string[];
  /** (records) anomaly score of each record, 0 … 1. */
  readonly scores: ArrayLike<number>;
  readonly windows: readonly RecordWindow[];
}

/**
 * The lines of a results file, without line ends: `timestamp,value,anomaly_score,label`, label 1 in a window, else 0.
 *
 * What NAB 1.1 does with such a file (detectors/base.py, corpus.py, optimizer.py, scorer.py, runner.py):
 * - It reads `anomaly_score` by name, and that column alone: timestamps and labels it takes from its data and label
 *   files, row by row, so there must be as many rows as in the data file, in its order. Further columns are allowed;
 *   the scorer adds some (`S(t)_<profile>`) to the file itself.
 * - The first column is given to pandas as a date; any form that pandas reads will do, so the data file's text does.
 * - The file is found by its path, see {@link nabResultPath}.
 * - Normalising reads the null detector's scores from the same folder (`<out>/null/`), which NAB's repository has.
 */
export function* nabCsv({
  timestamps,
  values,
  scores,
  windows,
}: NabDetections): Generator<string, void, void> {
  const labels = new Uint8Array(timestamps.length);
  for (const { first, last } of windows) labels.fill(1, first, last + 1);
  yield 'timestamp,value,anomaly_score,label';
  for (let i = 0; i < timestamps.length; i++) {
    yield `${cell(timestamps[i]!)},${cell(values[i]!)},${scores[i]},${labels[i]}`;
  }
}

/**
 * Where NAB looks for the results of a data file: `<name>/<category>/<name>_<file>.csv` under its results folder.
 * NAB gets the data file's path back by taking the first `<name>_` out of the file's name, and the detector's name by
 * cutting at the first underscore, so a name has none; a path that contains `_scores.csv` it passes over.
 *
 * @param name the detector's, letters and digits: `rxAnomaly`
 * @param file the data file's path under NAB's data folder: `realKnownCause/nyc_taxi.csv`
 * @returns `rxAnomaly/realKnownCause/rxAnomaly_nyc_taxi.csv`
 * @throws RxAnomalyError BAD_OPTION for a name that NAB could not read back
 */
export function nabResultPath(name: string, file: string): string {
  if (!/^[A-Za-z0-9]+$/.test(name)) throw badOption('nab', 'name', 'letters and digits only', name);
  const parts = file.split('/');
  const base = parts.pop()!;
  return [name, ...parts, `${name}_${base}`].join('/');
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

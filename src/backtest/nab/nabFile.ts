import { RxAnomalyError } from '../../core/errors.ts';
import type { RecordWindow } from '../recordWindows.ts';

/** One stream of the benchmark with the detector's scores. */
export interface NabFile {
  /** For output and errors: `realKnownCause/nyc_taxi.csv`. */
  readonly name: string;
  /** (records) anomaly score of each record, 0 … 1. */
  readonly scores: Float64Array;
  /** Labelled windows, ascending and disjoint, within the records. */
  readonly windows: readonly RecordWindow[];
}

/**
 * Records at the start of a stream that NAB does not score: 15 %, at most those of 5,000 records.
 * (`getProbationPeriod` of NAB 1.1's util.py; the fraction is cut off.)
 */
export function nabProbation(records: number): number {
  return Math.min(Math.floor(0.15 * records), 750);
}

/** How many windows reach past probation: the others cannot be found and do not count. */
export function scoredWindows({ scores, windows }: NabFile): number {
  return windows.filter(({ last }) => last >= nabProbation(scores.length)).length;
}

/** @throws RxAnomalyError BAD_INPUT where a file's scores or windows are not as in {@link NabFile} */
export function checkNabFile({ name, scores, windows }: NabFile): void {
  const fail = (what: string): never => {
    throw new RxAnomalyError('BAD_INPUT', `NAB scorer: ${name}: ${what}`);
  };
  const at = scores.findIndex((score) => !(score >= 0 && score <= 1));
  if (at >= 0) fail(`expected scores from 0 to 1, got ${scores[at]} at record ${at}`);
  let end = -1;
  for (const { first, last } of windows) {
    if (!(first > end && last >= first && last < scores.length)) {
      fail(`expected ascending, disjoint windows within ${scores.length} records, got ${first} to ${last}`);
    }
    end = last;
  }
}

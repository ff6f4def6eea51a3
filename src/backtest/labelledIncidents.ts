import { mergeWindows, type RecordWindow } from './recordWindows.ts';

/** Records after a labelled window in which a flag still finds it, by default. */
export const TOLERANCE = 5;
/** Labelled windows closer than this many records are one incident, by default. */
export const MERGE_LABELS = 10;
/** A false alert closer than this many records to the last one counted is the same, by default. */
export const MERGE_ALERTS = 20;

/** The labelled incidents, each with the records after it in which a flag still finds it. Ascending. */
export function labelledIncidents(
  windows: readonly RecordWindow[],
  mergeLabels: number = MERGE_LABELS,
  tolerance: number = TOLERANCE,
): RecordWindow[] {
  return mergeWindows(windows, mergeLabels).map(({ first, last }) => ({ first, last: last + tolerance }));
}

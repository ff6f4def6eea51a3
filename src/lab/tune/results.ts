import { type BootstrapDifference, pairedBootstrap } from '../../backtest/index.ts';
import { type IncidentCounts, incidentF1, sumCounts } from '../../backtest/metrics/incidentCounts.ts';

/** Counts of every series, segment by segment. */
export type SeriesResults = readonly (readonly IncidentCounts[])[];

/** A part of every series: the segments from one to before another. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** From so many series on they are resampled; with fewer, their segments are. */
const ENOUGH_SERIES = 8;

/** All counts of one part, added up. */
export function totalOf(results: SeriesResults, part: Part): IncidentCounts {
  return sumCounts(results.flatMap((segments) => segments.slice(part.from, part.to)));
}

export function f1Of(results: SeriesResults, part: Part): number {
  return incidentF1([totalOf(results, part)]) ?? 0;
}

/** How far the F1 of `subject` is ahead of that of `baseline` on one part, with its confidence. */
export function lead(
  subject: SeriesResults,
  baseline: SeriesResults,
  part: Part,
): BootstrapDifference & { readonly resampled: string } {
  const [mine, theirs] = [unitsOf(subject, part), unitsOf(baseline, part)];
  const of = (units: readonly IncidentCounts[], indices: readonly number[]): number | null =>
    incidentF1(indices.map((at) => units[at]));
  const difference = pairedBootstrap(mine.length, (indices) => {
    const [a, b] = [of(mine, indices), of(theirs, indices)];
    return a === null || b === null ? null : a - b;
  });
  const what = subject.length >= ENOUGH_SERIES ? 'series' : 'segments of the series';
  return { ...difference, resampled: `${mine.length} ${what}` };
}

function unitsOf(results: SeriesResults, part: Part): IncidentCounts[] {
  const parts = results.map((segments) => segments.slice(part.from, part.to));
  return results.length >= ENOUGH_SERIES ? parts.map(sumCounts) : parts.flat();
}

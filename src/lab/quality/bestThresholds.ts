import { labelledIncidents } from '../../backtest/labels.ts';
import { incidentF1, READINGS, type Reading } from '../../backtest/metrics/incidentCounts.ts';
import type { ResolvedThreshold } from '../../models/decision/thresholdOptions.ts';
import type { DetectedSeries } from './detectSeries.ts';
import type { ThresholdTrials } from './thresholdTrials.ts';

/** The best thresholds for some series, chosen with the labels in view: users will not get these results. */
export interface BestThresholds {
  /** Highest F1 by incident, by reading. */
  readonly f1: Readonly<Record<Reading, number>>;
  /** (profiles) highest raw NAB score. */
  readonly nab: readonly number[];
}

const MOST_CANDIDATES = 64; // each replays every record: about as much work as a cheap baseline

/**
 * One threshold for some of the series, best by each measure; of equal ones the highest. Candidates are the
 * configuration's own threshold and those at which one more labelled incident of these series is found, at most 64
 * evenly spread over them: between them there are only more false alerts.
 *
 * @param some indices of the series that count; no other is used
 */
export function bestThresholds(trials: ThresholdTrials, some: readonly number[]): BestThresholds {
  const { detected, policy, profiles } = trials;
  const best: { readonly threshold: number; readonly value: number }[] = [];
  const series = some.map((at) => detected[at]);
  for (const threshold of candidates(series, policy)) {
    const tried = some.map((at) => trials.at(at, threshold));
    const values = [
      ...READINGS.map((reading) => incidentF1(tried.map(({ f1 }) => f1[reading])) ?? 0),
      ...profiles.map((_, p) => tried.reduce((sum, { nab }) => sum + nab[p], 0)),
    ];
    for (const [at, value] of values.entries()) {
      if (best[at] === undefined || value > best[at].value) best[at] = { threshold, value };
    }
  }
  const [alert, flag, ...nab] = best.map(({ threshold }) => threshold);
  return { f1: { alert, flag }, nab };
}

/** Descending. */
function candidates(detected: readonly DetectedSeries[], { threshold, warmUp }: ResolvedThreshold): number[] {
  const levels = new Set<number>();
  for (const { scores, windows } of detected) {
    for (const { first, last } of labelledIncidents(windows)) {
      const highest = scores.subarray(Math.max(first, warmUp), last + 1).reduce((a, b) => Math.max(a, b), 0);
      if (highest > 0) levels.add(Math.min(highest, LARGEST));
    }
  }
  const sorted = [...levels].sort((a, b) => b - a);
  const count = Math.min(sorted.length, MOST_CANDIDATES);
  const step = (sorted.length - 1) / Math.max(1, count - 1);
  const thinned = Array.from({ length: count }, (_, at) => sorted[Math.round(at * step)]);
  return [...new Set([...thinned, threshold])].sort((a, b) => b - a);
}

const LARGEST = 1 - Number.EPSILON / 2; // a threshold is below 1

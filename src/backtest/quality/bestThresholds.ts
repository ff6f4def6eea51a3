import { labelledIncidents } from '../labelledIncidents.ts';
import { nabOfAlerts } from '../nab/nabOfAlerts.ts';
import type { NabProfile } from '../nab/profiles.ts';
import type { JudgedSeries } from './judgeSeries.ts';
import { countsOf, type IncidentCounts, READINGS, type Reading } from './readings.ts';
import { replayPolicy, type ThresholdPolicy, withThreshold } from './replayPolicy.ts';
import { incidentF1 } from './seriesQuality.ts';

/** The thresholds that are best for some series, chosen with the labels in view: on those not what a user will get. */
export interface BestThresholds {
  /** Highest F1 by incident, by reading. */
  readonly f1: Readonly<Record<Reading, number>>;
  /** (profiles) highest raw NAB score. */
  readonly nab: readonly number[];
}

const MOST_CANDIDATES = 64; // each replays every record: about as much work as a cheap baseline

/**
 * A search for the threshold that is best for all of some series, by each measure; of equal ones the highest. The policy
 * is applied anew under every candidate: warm-up, release and one alert per incident, as the detector would have.
 * Candidates are the configuration's own threshold and those at which one more labelled incident of these series is
 * found, at most 64 evenly spread over them: in between there are only more false alerts.
 *
 * @returns the search, by positions of the series; what was tried on a series for one choice of them is kept for the next
 */
export function bestThresholds(
  judged: readonly JudgedSeries[],
  policy: ThresholdPolicy,
  profiles: readonly NabProfile[],
): (series: readonly number[]) => BestThresholds {
  const trials = judged.map((each) => trialsOf(each, policy, profiles));
  const measures: ((tried: readonly Trial[]) => number)[] = [
    ...READINGS.map(
      (reading) => (tried: readonly Trial[]) => incidentF1(tried.map((trial) => trial[reading])) ?? 0,
    ),
    ...profiles.map((_, p) => (tried: readonly Trial[]) => tried.reduce((sum, { nab }) => sum + nab[p], 0)),
  ];
  return (series) => {
    const best: { readonly threshold: number; readonly value: number }[] = [];
    const some = series.map((at) => judged[at]);
    for (const threshold of candidates(some, policy)) {
      const tried = series.map((at) => trials[at](threshold));
      for (const [at, measure] of measures.entries()) {
        const value = measure(tried);
        if (best[at] === undefined || value > best[at].value) best[at] = { threshold, value };
      }
    }
    const [alert, flag, ...nab] = best.map(({ threshold }) => threshold);
    return { f1: { alert, flag }, nab };
  };
}

/** What a configuration would have done on one series had its threshold been another one. */
interface Trial extends Readonly<Record<Reading, IncidentCounts>> {
  /** (profiles) raw scores. */
  readonly nab: readonly number[];
}

function trialsOf(
  series: JudgedSeries,
  policy: ThresholdPolicy,
  profiles: readonly NabProfile[],
): (threshold: number) => Trial {
  const { records, windows, scores } = series;
  const nab = profiles.map((profile) => nabOfAlerts(records, windows, profile));
  const known = new Map<number, Trial>();
  return (threshold) => {
    const before = known.get(threshold);
    if (before !== undefined) return before;
    const outcome = { ...series, ...replayPolicy(scores, withThreshold(policy, threshold)) };
    const trial = {
      alert: countsOf(outcome, 'alert'),
      flag: countsOf(outcome, 'flag'),
      nab: nab.map((score) => score(outcome.alerts)),
    };
    known.set(threshold, trial);
    return trial;
  };
}

/** Descending. */
function candidates(judged: readonly JudgedSeries[], { threshold, warmUp }: ThresholdPolicy): number[] {
  const levels = new Set<number>();
  for (const { scores, windows } of judged) {
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

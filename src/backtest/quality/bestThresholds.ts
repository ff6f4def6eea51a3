import { labelledIncidents } from '../labelledIncidents.ts';
import { nabOfAlerts } from '../nab/nabOfAlerts.ts';
import type { NabProfile } from '../nab/profiles.ts';
import type { JudgedSeries } from './judgeSeries.ts';
import { countsOf, READINGS, type Reading } from './readings.ts';
import { type Flagged, replayPolicy, type ThresholdPolicy, withThreshold } from './replayPolicy.ts';

/** What a configuration would have done had its threshold been another one. */
export interface AtThreshold {
  readonly threshold: number;
  /** (series) */
  readonly flagged: readonly Flagged[];
}

/** The thresholds that are best for a set of series, chosen with the labels in view: not what a user will get. */
export interface BestThresholds {
  /** Highest F1 by incident, by reading. */
  readonly f1: Readonly<Record<Reading, AtThreshold>>;
  /** (profiles) highest raw NAB score. */
  readonly nab: readonly AtThreshold[];
}

const MOST_CANDIDATES = 64; // each replays every record: about as much work as a cheap baseline

/**
 * One threshold for all series, best by each measure; of equal ones the highest. The policy is applied anew under every
 * candidate: warm-up, release and one alert per incident, as the detector would have. Candidates are the configuration's
 * own threshold and those at which one more labelled incident is found, at most 64 evenly spread over them: in between
 * there are only more false alerts.
 */
export function bestThresholds(
  judged: readonly JudgedSeries[],
  policy: ThresholdPolicy,
  profiles: readonly NabProfile[],
): BestThresholds {
  const nabScorers = profiles.map((profile) =>
    judged.map(({ records, windows }) => nabOfAlerts(records, windows, profile)),
  );
  const measures: ((flagged: readonly Flagged[]) => number)[] = [
    ...READINGS.map((reading) => (flagged: readonly Flagged[]) => f1Of(judged, flagged, reading)),
    ...nabScorers.map(
      (scorers) => (flagged: readonly Flagged[]) =>
        scorers.reduce((sum, score, at) => sum + score(flagged[at]!.alerts), 0),
    ),
  ];
  const best: (AtThreshold & { readonly value: number })[] = [];
  for (const threshold of candidates(judged, policy)) {
    const flagged = judged.map(({ scores }) => replayPolicy(scores, withThreshold(policy, threshold)));
    for (const [at, measure] of measures.entries()) {
      const value = measure(flagged);
      if (best[at] === undefined || value > best[at].value) best[at] = { threshold, flagged, value };
    }
  }
  const [alert, flag, ...nab] = best;
  return { f1: { alert: alert!, flag: flag! }, nab };
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
  const thinned = Array.from({ length: count }, (_, at) => sorted[Math.round(at * step)]!);
  return [...new Set([...thinned, threshold])].sort((a, b) => b - a);
}

const LARGEST = 1 - Number.EPSILON / 2; // a threshold is below 1

function f1Of(judged: readonly JudgedSeries[], flagged: readonly Flagged[], reading: Reading): number {
  let [hits, all] = [0, 0];
  for (const [at, series] of judged.entries()) {
    const { found, incidents, falseAlerts } = countsOf({ ...series, ...flagged[at]! }, reading);
    hits += found;
    all += incidents + found + falseAlerts;
  }
  return all > 0 ? (2 * hits) / all : 0;
}

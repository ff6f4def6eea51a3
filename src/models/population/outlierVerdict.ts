import type { Severity, Value, Verdict } from '../../core/reading.ts';
import type { OutlierRule, PeerComparison } from './peerComparison.ts';

/** From which distance on a stream is an outlier unless someone says otherwise: at 9 about one healthy group of a hundred has one. */
export const OUTLIER = 9;
/** Peers without which a stream is not compared, unless someone says otherwise. */
export const LEAST_PEERS = 4;

/** An outlier is so far out in most of its last windows. */
export function outlierRule(distance: number): OutlierRule {
  return { distance, windows: 3, of: 5 };
}

/**
 * The verdict on a stream that is far from its peers; one that was flagged for its change keeps the higher score.
 *
 * @param least distance of an outlier
 * @param isFirst whether it begins an incident, unless the verdict does so by itself
 */
export function outlierVerdict<R extends Verdict<unknown, Value>>(
  verdict: R,
  { distance, isOutlier }: PeerComparison,
  least: number,
  isFirst: boolean,
): R {
  if (!isOutlier || verdict.suppressed !== undefined) return verdict;
  const times = distance / least;
  const severity: Severity = times >= 4 ? 'critical' : times >= 2 ? 'high' : 'medium';
  return {
    ...verdict,
    score: Math.max(verdict.score, distance / (distance + least)), // 0.5 at the least
    severity: verdict.isAnomaly && verdict.severity !== 'low' ? verdict.severity : severity,
    isAnomaly: true,
    startOfIncident: verdict.startOfIncident || (isFirst && !verdict.isAnomaly),
  };
}

import { type ThresholdOptions, thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import type { TradeOff } from '../report/reportDocument.ts';
import type { RecordedStream } from '../streamRecorder.ts';
import { countsOf } from './incidentCounts.ts';
import { detectionRatios, ratio } from './incidentMetrics.ts';
import { replayPolicy, withThreshold } from './replayPolicy.ts';

const GRID = [
  ...Array.from({ length: 18 }, (_, at) => (at + 1) / 20), // 0.05 … 0.9
  ...[0.925, 0.95, 0.975, 0.99],
];

/**
 * The trade-off between finding and false alerts: the recorded scores are flagged again at each threshold. Only
 * alerts count, as users get them: one that falls in a labelled incident finds it, the others are false. With flags a
 * threshold near 0 would find everything in one incident that never ends.
 *
 * @param policy the policy that the scores were flagged with
 * @throws RxAnomalyError BAD_OPTION
 */
export function thresholdTradeOff(streams: readonly RecordedStream[], policy: ThresholdOptions): TradeOff {
  const own = thresholdOptions.resolvePart('thresholdTradeOff', policy);
  const thresholds = [...new Set([...GRID, own.threshold])].sort((a, b) => a - b);
  let exact = true;
  const points = thresholds.map((threshold) => {
    let [records, labelledRecords, alerts, incidents, found, falseAlerts] = [0, 0, 0, 0, 0, 0];
    for (const stream of streams) {
      const flagged = replayPolicy(stream.scores, withThreshold(own, threshold));
      records += stream.scores.length;
      alerts += flagged.alerts.length;
      if (threshold === own.threshold) exact &&= isSame(flagged.alerts, stream.alerts);
      if (stream.labels === undefined) continue;
      labelledRecords += stream.scores.length;
      const counts = countsOf({ records: stream.scores.length, windows: stream.labels, ...flagged }, 'alert');
      incidents += counts.incidents;
      found += counts.found;
      falseAlerts += counts.falseAlerts;
    }
    return {
      threshold,
      alertsPer1000: ratio(1000 * alerts, records),
      labelledRecords,
      incidents,
      found,
      falseAlerts,
      ...detectionRatios({ incidents, found, falseAlerts }),
    };
  });
  return { threshold: own.threshold, points, exact };
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}

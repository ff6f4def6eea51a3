import { Threshold } from '../../models/decision/threshold.ts';
import type { ResolvedThreshold } from '../../models/decision/thresholdOptions.ts';

/** Records that were flagged, and those that raised an alert, ascending. */
export interface Flagged {
  readonly flags: readonly number[];
  readonly alerts: readonly number[];
}

/**
 * What the detector would have flagged under another policy: the recorded scores are flagged again. Exact as long as
 * the scores do not depend on what was flagged.
 *
 * @param scores (records) 0 … 1
 */
export function replayPolicy(scores: Float64Array, policy: ResolvedThreshold): Flagged {
  const threshold = new Threshold(policy);
  const flags: number[] = [];
  const alerts: number[] = [];
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at]!;
    const flag = threshold.decide(score);
    if (flag.isAnomaly) flags.push(at);
    if (flag.startOfIncident) alerts.push(at);
    threshold.learn(flag, score);
  }
  return { flags, alerts };
}

/** The same policy with another threshold: `release` stays the same share of it. */
export function withThreshold(policy: ResolvedThreshold, threshold: number): ResolvedThreshold {
  const release = Math.min(threshold, (policy.release / policy.threshold) * threshold);
  return { ...policy, threshold, release };
}

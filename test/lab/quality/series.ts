import fc from 'fast-check';
import { replayPolicy } from '../../../src/backtest/metrics/replayPolicy.ts';
import { type RecordWindow, windowsOfFlags } from '../../../src/backtest/recordWindows.ts';
import { Random } from '../../../src/core/random.ts';
import type { DetectedSeries, LabelledSeries } from '../../../src/lab/quality/detectSeries.ts';
import type { ResolvedThreshold } from '../../../src/models/decision/thresholdOptions.ts';

/** A wave with noise, one record a minute, and a jump of 4 in the labelled windows. */
export function jumpySeries(
  name: string,
  records: number,
  windows: readonly RecordWindow[],
  seed = 1,
): LabelledSeries {
  const random = new Random(seed);
  const inside = (at: number): boolean => windows.some(({ first, last }) => at >= first && at <= last);
  return {
    name,
    dimensions: ['value'],
    values: Float64Array.from(
      { length: records },
      (_, at) => Math.sin(at / 9) + 0.1 * random.normal() + (inside(at) ? 4 : 0),
    ),
    times: Float64Array.from({ length: records }, (_, at) => at * 60_000),
    windows,
    transform: 'none',
  };
}

/** What a detector without a policy of its own would have given: every record from 0.5 on is flagged, and alerts. */
export function scoredBy(
  name: string,
  scores: readonly number[],
  windows: readonly RecordWindow[],
): DetectedSeries {
  const flags = scores.flatMap((score, at) => (score >= 0.5 ? [at] : []));
  const column = Float64Array.from(scores);
  return { name, records: scores.length, windows, scores: column, alertScores: column, flags, alerts: flags };
}

/** Any series, scored by the policy, with labels that have something to do with the scores. */
export const scoredSeries = (policy: ResolvedThreshold): fc.Arbitrary<DetectedSeries> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 15 })), {
      minLength: 40,
      maxLength: 120,
    })
    .map((rows) => {
      const scores = Float64Array.from(rows, ([score, label]) => (score + (label === 0 ? 10 : 0)) / 31);
      const flagged = replayPolicy(scores, policy);
      const alertScores = scores.map((score, at) => (flagged.alerts.includes(at) || score < 0.5 ? score : 0));
      const windows = windowsOfFlags(
        rows.map(([, label]) => label === 0),
        1,
      );
      return { name: 'x', records: rows.length, windows, scores, alertScores, ...flagged };
    });

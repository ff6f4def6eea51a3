import type { Threshold } from '../../src/models/decision/threshold.ts';

/** Score of which the odds are so many times those of the threshold 0.5. */
export const times = (factor: number): number => factor / (1 + factor);

/** One mark an event: `A` begins an incident, `a` is flagged, `.` is not. */
export function marks(threshold: Threshold, scores: readonly number[]): string {
  return scores
    .map((score) => {
      const flag = threshold.decide(score);
      threshold.learn(flag, score);
      return flag.startOfIncident ? 'A' : flag.isAnomaly ? 'a' : '.';
    })
    .join('');
}

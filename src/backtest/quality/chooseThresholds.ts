import type { NabProfile } from '../nab/profiles.ts';
import { type BestThresholds, bestThresholds } from './bestThresholds.ts';
import type { JudgedSeries } from './judgeSeries.ts';
import { replayPolicy, type ThresholdPolicy, withThreshold } from './replayPolicy.ts';
import type { Thresholds } from './seriesQuality.ts';

/** What a configuration did at its threshold, and would have done at those that are best by one measure. */
export interface ChosenThresholds {
  /** The one that is best for all series. */
  readonly best: number;
  /** (folds) that which is best for the series of all other folds; only with folds. */
  readonly heldOut?: readonly number[];
  /** (series) what was flagged at each; held out, at the threshold for the fold that the series is in. */
  readonly outcomes: Thresholds<readonly JudgedSeries[]>;
}

/**
 * Chooses thresholds for a set of series by any of the measures.
 *
 * @param folds (series) the fold of each, 0 …; without them nothing is held out
 */
export function chooseThresholds(
  judged: readonly JudgedSeries[],
  policy: ThresholdPolicy,
  profiles: readonly NabProfile[],
  folds: readonly number[] | undefined,
): (by: (thresholds: BestThresholds) => number) => ChosenThresholds {
  const search = bestThresholds(judged, policy, profiles);
  const all = [...judged.keys()];
  const best = search(all);
  const others = Array.from({ length: Math.max(-1, ...(folds ?? [])) + 1 }, (_, fold) =>
    search(all.filter((at) => folds?.[at] !== fold)),
  );
  return (by) => {
    const outcomesAt = (thresholdOf: (series: number) => number): JudgedSeries[] =>
      judged.map((each, at) => {
        const other = withThreshold(policy, thresholdOf(at));
        return { ...each, ...replayPolicy(each.scores, other) };
      });
    const own = { best: by(best), outcomes: { own: judged, best: outcomesAt(() => by(best)) } };
    if (folds === undefined) return own;
    const heldOut = others.map(by);
    return {
      ...own,
      heldOut,
      outcomes: { ...own.outcomes, heldOut: outcomesAt((at) => heldOut[folds[at]]) },
    };
  };
}

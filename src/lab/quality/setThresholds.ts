import type { Reading } from '../../backtest/metrics/incidentCounts.ts';
import { type BestThresholds, bestThresholds } from './bestThresholds.ts';
import type { Thresholds } from './seriesQuality.ts';
import type { ThresholdTrials, Trial } from './thresholdTrials.ts';

/**
 * Fold assignments, one or several: (assignments)(series) the fold of each, 0 …, from `assignFolds`. Cross-validation
 * depends on the assignment, on NAB's files by several points; the mean over ten does so less.
 */
export type FoldAssignments = readonly (readonly number[])[];

/** Takes the threshold by one measure. */
export type ThresholdOf = (thresholds: BestThresholds) => number;

export const f1By =
  (reading: Reading): ThresholdOf =>
  ({ f1 }) =>
    f1[reading];

export const nabBy =
  (profile: number): ThresholdOf =>
  ({ nab }) =>
    nab[profile];

/**
 * The thresholds of a set by every measure, chosen with the labels in view: those that are best for all series, and for
 * each fold those that are best for the series of all others (cross-validation, Stone 1974).
 */
export class SetThresholds {
  readonly #trials: ThresholdTrials;
  readonly #assignments: FoldAssignments | undefined;
  readonly #best: BestThresholds;
  /** (assignments)(folds) */
  readonly #heldOut: readonly (readonly BestThresholds[])[];

  constructor(trials: ThresholdTrials, assignments: FoldAssignments | undefined) {
    this.#trials = trials;
    this.#assignments = assignments;
    const all = [...trials.detected.keys()];
    this.#best = bestThresholds(trials, all);
    this.#heldOut = (assignments ?? []).map((folds) =>
      Array.from({ length: foldsOf(folds) }, (_, fold) =>
        bestThresholds(
          trials,
          all.filter((at) => folds[at] !== fold),
        ),
      ),
    );
  }

  best(by: ThresholdOf): number {
    return by(this.#best);
  }

  /** (assignments)(folds); undefined where nothing is held out. */
  heldOut(by: ThresholdOf): number[][] | undefined {
    return this.#assignments && this.#heldOut.map((folds) => folds.map(by));
  }

  /**
   * The thresholds' results on one series.
   *
   * @param own at the threshold of the run
   * @param mean over the assignments
   */
  of<T>(
    series: number,
    by: ThresholdOf,
    own: T,
    take: (trial: Trial) => T,
    mean: (values: readonly T[]) => T,
  ): Thresholds<T> {
    const at = (thresholds: BestThresholds): T => take(this.#trials.at(series, by(thresholds)));
    const heldOut = this.#assignments?.map((folds, repeat) => at(this.#heldOut[repeat][folds[series]]));
    return { own, best: at(this.#best), ...(heldOut && { heldOut: mean(heldOut) }) };
  }
}

/** How many folds there are. @param folds (series) the fold of each */
export function foldsOf(folds: readonly number[]): number {
  return folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
}

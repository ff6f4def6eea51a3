import { meanOf } from '../../backtest/metrics/incidentCounts.ts';
import type { BootstrapDifference } from '../../backtest/metrics/pairedBootstrap.ts';
import { bootstrapQuality } from './compareQuality.ts';
import { type SeriesQuality, THRESHOLD_MEASURES, type ThresholdMeasure } from './seriesQuality.ts';
import type { SetQuality } from './setQuality.ts';
import { type FoldAssignments, foldsOf } from './setThresholds.ts';

/** A set of series with the results of configurations. */
export interface ChoiceSet {
  /** The measure to maximise on this set. */
  readonly measure: ThresholdMeasure;
  readonly assignments: FoldAssignments;
  /** The same in every set; each with one run for every seed. */
  readonly configurations: readonly { readonly name: string; readonly seeds: readonly SetQuality[] }[];
}

/** The result of choosing one of several configurations by their figures. */
export interface FoldChoice {
  /** (assignments)(folds) the one that is best on the series of all other folds. */
  readonly picks: readonly (readonly string[])[];
  /** The one that is best on all series. */
  readonly oracle: string;
  /** The first one. */
  readonly baseline: string;
  readonly sets: readonly ChoiceOnSet[];
  /** Mean over the sets and the seeds, from 0 to 1: F1, and NAB's score by 100. */
  readonly mean: Readonly<Record<ChoiceWay, number | null>>;
}

/**
 * How a configuration is chosen:
 * - `heldOut`: by the series of the other folds, so that no series takes part in the choice for its own fold; the
 * result on unseen streams;
 * - `oracle`: by all series; the highest figure of a table, which is too high;
 * - `baseline`: the first one, without a choice.
 */
export type ChoiceWay = 'heldOut' | 'oracle' | 'baseline';

/** Figures of one set, all at the configurations' own thresholds: (seeds). */
export interface ChoiceOnSet extends Readonly<Record<ChoiceWay, readonly (number | null)[]>> {
  readonly measure: ThresholdMeasure;
  /** How far choosing, held out, is ahead of the first configuration, by paired bootstrap over the series. */
  readonly ahead: BootstrapDifference;
}

/**
 * Cross-validates the choice among configurations: for each fold the one that is best on all others, by the mean over
 * its seeds and, of several sets, over the sets' figures from 0 to 1; of equal ones the first. The results of this
 * one on the series of the fold are used. The figure of a set covers all its series and assignments together, not a
 * mean over folds: some hold few labels.
 *
 * @param sets at least one, each with the same number of assignments and folds; at least one configuration, each with
 * a run
 */
export function chooseByFolds(sets: readonly ChoiceSet[]): FoldChoice {
  const names = sets[0].configurations.map(({ name }) => name);
  const best = (isSeen: (set: ChoiceSet, series: number) => boolean): number => {
    const values = names.map(
      (_, at) => meanOf(sets.map((set) => results(set, at, isSeen))) ?? Number.NEGATIVE_INFINITY,
    );
    return values.indexOf(Math.max(...values));
  };
  const picks = sets[0].assignments.map((folds, repeat) =>
    Array.from({ length: foldsOf(folds) }, (_, fold) =>
      best(({ assignments }, series) => assignments[repeat][series] !== fold),
    ),
  );
  const oracle = best(() => true);
  const detected = sets.map((set) => onSet(set, picks, oracle));
  const mean = (way: ChoiceWay): number | null =>
    meanOf(detected.map((set) => scaledResult(set.measure, meanOf(set[way]))));
  return {
    picks: picks.map((folds) => folds.map((at) => names[at])),
    oracle: names[oracle],
    baseline: names[0],
    sets: detected,
    mean: { heldOut: mean('heldOut'), oracle: mean('oracle'), baseline: mean('baseline') },
  };
}

/** The figure of a configuration on the series used for the choice, 0 … 1. */
function results(
  set: ChoiceSet,
  configuration: number,
  isSeen: (set: ChoiceSet, series: number) => boolean,
): number | null {
  const own = THRESHOLD_MEASURES[set.measure]('own');
  const values = set.configurations[configuration].seeds.map(({ series }) =>
    own(series.filter((_, at) => isSeen(set, at))),
  );
  return scaledResult(set.measure, meanOf(values));
}

function onSet(
  { measure, assignments, configurations }: ChoiceSet,
  picks: readonly (readonly number[])[],
  oracle: number,
): ChoiceOnSet {
  const own = THRESHOLD_MEASURES[measure]('own');
  const runsOf = (at: number): (readonly SeriesQuality[])[] =>
    configurations[at].seeds.map(({ series }) => series);
  const seeds = Math.max(...picks.flat().map((at) => configurations[at].seeds.length));
  // (seeds)(series)(assignments); a configuration without randomness has one run, used for each seed
  const heldOut = Array.from({ length: seeds }, (_, seed) =>
    assignments[0].map((_, series) =>
      assignments.map((folds, repeat) => {
        const runs = configurations[picks[repeat][folds[series]]].seeds;
        return runs[seed % runs.length].series[series];
      }),
    ),
  );
  const first = runsOf(0);
  return {
    measure,
    heldOut: heldOut.map((series) => own(series.flat())),
    oracle: runsOf(oracle).map(own),
    baseline: first.map(own),
    ahead: bootstrapQuality({ runs: heldOut, measure: own }, { runs: first, measure: own }),
  };
}

/** A figure from 0 to 1, whatever the measure. */
export function scaledResult(measure: ThresholdMeasure, value: number | null): number | null {
  return value !== null && measure === 'NAB standard' ? value / 100 : value;
}

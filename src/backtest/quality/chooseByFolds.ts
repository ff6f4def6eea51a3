import type { BootstrapDifference } from '../pairedBootstrap.ts';
import { bootstrapQuality } from './bootstrapQuality.ts';
import { THRESHOLD_MEASURES, type ThresholdMeasure } from './measures.ts';
import { meanOf, type SeriesQuality } from './seriesQuality.ts';
import type { SetQuality } from './setQuality.ts';

/** A set of series on which configurations were judged. */
export interface ChoiceSet {
  /** What is to be high on this set. */
  readonly measure: ThresholdMeasure;
  /** (series) the fold of each, as `dealFolds` has them. */
  readonly folds: readonly number[];
  /** The same in every set; each with one run for every seed. */
  readonly configurations: readonly { readonly name: string; readonly seeds: readonly SetQuality[] }[];
}

/** What choosing one of several configurations by their figures gives. */
export interface FoldChoice {
  /** (folds) the one that is best on the series of all other folds. */
  readonly picks: readonly string[];
  /** The one that is best on all series. */
  readonly hindsight: string;
  /** The one that was named first. */
  readonly first: string;
  readonly sets: readonly ChoiceOnSet[];
  /** Mean over the sets and the seeds, from 0 to 1: F1, and NAB's score by 100. */
  readonly mean: Readonly<Record<ChoiceWay, number | null>>;
}

/**
 * How one comes to a configuration:
 * - `heldOut`: by the series of the other folds, so that none has a say in what it is judged by; what choosing gives on
 *   streams that were not seen;
 * - `hindsight`: by all series; the highest figure of a table, which is too high;
 * - `first`: the one that was named first, without a choice.
 */
export type ChoiceWay = 'heldOut' | 'hindsight' | 'first';

/** Figures of one set, all at the configurations' own thresholds. */
export interface ChoiceOnSet extends Readonly<Record<ChoiceWay, readonly (number | null)[]>> {
  readonly measure: ThresholdMeasure;
  /** How far choosing, held out, is ahead of the first configuration, by paired bootstrap over the series. */
  readonly ahead: BootstrapDifference;
}

/**
 * Cross-validates the choice among configurations: for each fold the one that is best on all others, by the mean over its
 * seeds and, of several sets, over the sets' figures from 0 to 1; of equal ones the first. The series of the fold are then
 * taken as that one judged them. The figure of a set is that of all its series together, not a mean over folds: some hold
 * few labels.
 *
 * @param sets at least one, each with a series in every fold; at least one configuration, each with a run
 */
export function chooseByFolds(sets: readonly ChoiceSet[]): FoldChoice {
  const names = sets[0].configurations.map(({ name }) => name);
  const best = (counts: (fold: number) => boolean): number => {
    const values = names.map(
      (_, at) => meanOf(sets.map((set) => standing(set, at, counts))) ?? Number.NEGATIVE_INFINITY,
    );
    return values.indexOf(Math.max(...values));
  };
  const folds = Math.max(...sets[0].folds) + 1;
  const picks = Array.from({ length: folds }, (_, fold) => best((other) => other !== fold));
  const hindsight = best(() => true);
  const judged = sets.map((set) => onSet(set, picks, hindsight));
  const mean = (way: ChoiceWay): number | null =>
    meanOf(judged.map((set) => scaled(set.measure, meanOf(set[way]))));
  return {
    picks: picks.map((at) => names[at]),
    hindsight: names[hindsight],
    first: names[0],
    sets: judged,
    mean: { heldOut: mean('heldOut'), hindsight: mean('hindsight'), first: mean('first') },
  };
}

/** How good a configuration is on the folds that count, 0 … 1. */
function standing(
  { measure, folds, configurations }: ChoiceSet,
  configuration: number,
  counts: (fold: number) => boolean,
): number | null {
  const own = THRESHOLD_MEASURES[measure]('own');
  const values = configurations[configuration].seeds.map(({ series }) =>
    own(series.filter((_, at) => counts(folds[at]))),
  );
  return scaled(measure, meanOf(values));
}

function onSet(
  { measure, folds, configurations }: ChoiceSet,
  picks: readonly number[],
  hindsight: number,
): ChoiceOnSet {
  const own = THRESHOLD_MEASURES[measure]('own');
  const runsOf = (at: number): (readonly SeriesQuality[])[] =>
    configurations[at].seeds.map(({ series }) => series);
  const picked = picks.map(runsOf);
  // A configuration without randomness has one run, which stands for each seed.
  const seeds = Math.max(...picked.map((runs) => runs.length));
  const heldOut = Array.from({ length: seeds }, (_, seed) =>
    folds.map((fold, at) => picked[fold][seed % picked[fold].length][at]),
  );
  const first = runsOf(0);
  return {
    measure,
    heldOut: heldOut.map(own),
    hindsight: runsOf(hindsight).map(own),
    first: first.map(own),
    ahead: bootstrapQuality({ runs: heldOut, measure: own }, { runs: first, measure: own }),
  };
}

function scaled(measure: ThresholdMeasure, value: number | null): number | null {
  return value !== null && measure === 'NAB standard' ? value / 100 : value;
}

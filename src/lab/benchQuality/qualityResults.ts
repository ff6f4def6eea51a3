import { VERSION } from '../../cli/version.ts';
import { type ChoiceSet, chooseByFolds, type FoldChoice } from '../quality/chooseByFolds.ts';
import { chooseByLeavingOut, type LeftOut } from '../quality/chooseByLeavingOut.ts';
import { type Comparison, compareQuality } from '../quality/compareQuality.ts';
import type { ThresholdMeasure } from '../quality/seriesQuality.ts';
import type { SetQuality } from '../quality/setQuality.ts';
import type { QualityPlan, QualityRuns } from './qualityRun.ts';
import { recordsOf } from './qualityRun.ts';
import type { SeriesSet } from './readSets.ts';

/** The results of a benchmark, as `--out` saves them. */
export interface QualityResults {
  readonly version: string;
  /** True when it was interrupted. */
  readonly interrupted: boolean;
  readonly sets: readonly SetResults[];
  /** With folds and several sets: one configuration chosen for all of them. */
  readonly choice?: FoldChoice;
  /** With `--leave-out`: for each set, the configuration that was chosen on all others. */
  readonly leftOut?: readonly LeftOut[];
}

/** The results on one set. */
export interface SetResults {
  readonly name: string;
  readonly series: number;
  readonly records: number;
  /** Configurations with at least one finished seed, in the given order. */
  readonly configurations: readonly ConfigurationResults[];
  /** The first configuration against each other one. */
  readonly comparisons: readonly {
    readonly configuration: string;
    readonly baseline: string;
    readonly measures: readonly Comparison[];
  }[];
  /** (assignments)(folds) names of the series in each; only with folds. */
  readonly folds?: readonly (readonly (readonly string[])[])[];
  /** With folds and several configurations: one of them chosen. */
  readonly choice?: FoldChoice;
}

/** One configuration on one set. */
export interface ConfigurationResults {
  readonly name: string;
  /** One for each finished seed; a configuration without randomness has one. */
  readonly seeds: readonly ({ readonly seed: number } & SetQuality)[];
}

export function qualityResults(
  { sets, configurations, assignments, leaveOut }: QualityPlan,
  { runs, interrupted }: QualityRuns,
): QualityResults {
  const results = sets.map((set, at): SetResults => {
    const done = [...configurations.keys()].flatMap((name): ConfigurationResults[] => {
      const seeds = runs
        .filter((run) => run.set === at && run.configuration === name)
        .sort((a, b) => a.seed - b.seed)
        .map(({ seed, quality }) => ({ seed, ...quality }));
      return seeds.length === 0 ? [] : [{ name, seeds }];
    });
    const [first, ...others] = done;
    return {
      name: set.name,
      series: set.series.length,
      records: recordsOf(set),
      configurations: done,
      comparisons: others.map(({ name, seeds }) => ({
        configuration: first.name,
        baseline: name,
        measures: compareQuality(first.seeds, seeds),
      })),
    };
  });
  const measures = sets.map(({ isNab }): ThresholdMeasure => (isNab ? 'NAB standard' : 'F1 by alert'));
  const leftOut = leaveOut ? { leftOut: leavingOut(results, measures) } : {};
  if (assignments === undefined) return { version: VERSION, interrupted, sets: results, ...leftOut };
  const choices = results.map(
    (set, at): ChoiceSet => ({
      measure: measures[at],
      assignments: assignments[at],
      configurations: set.configurations,
    }),
  );
  return {
    version: VERSION,
    interrupted,
    sets: results.map((set, at) => ({
      ...set,
      folds: assignments[at].map((folds) => namesByFold(sets[at], folds)),
      ...choiceOf([choices[at]]),
    })),
    ...(sets.length > 1 ? choiceOf(choices) : {}),
    ...leftOut,
  };
}

/** Over the sets with results, among the configurations that each of them has. */
function leavingOut(results: readonly SetResults[], measures: readonly ThresholdMeasure[]): LeftOut[] {
  const isEverywhere = (name: string): boolean =>
    results.every(({ configurations }) => configurations.some((each) => each.name === name));
  const collections = results.map(({ name, configurations }, at) => ({
    name,
    measure: measures[at],
    configurations: configurations.filter((each) => isEverywhere(each.name)),
  }));
  return collections[0].configurations.length > 0 ? chooseByLeavingOut(collections) : [];
}

/** The choice among the configurations that were run on each of the sets; nothing where there are not several. */
function choiceOf(sets: readonly ChoiceSet[]): { readonly choice?: FoldChoice } {
  const isEverywhere = (name: string): boolean =>
    sets.every(({ configurations }) => configurations.some((each) => each.name === name));
  const shared = sets.map((set) => ({
    ...set,
    configurations: set.configurations.filter(({ name }) => isEverywhere(name)),
  }));
  return shared[0].configurations.length > 1 ? { choice: chooseByFolds(shared) } : {};
}

function namesByFold({ series }: SeriesSet, folds: readonly number[]): string[][] {
  return Array.from({ length: Math.max(...folds) + 1 }, (_, fold) =>
    series.filter((_, at) => folds[at] === fold).map(({ name }) => name),
  );
}

import { type Comparison, compareQuality, type SetQuality } from '../../backtest/index.ts';
import { VERSION } from '../version.ts';
import type { QualityPlan, QualityRuns } from './qualityRun.ts';
import { recordsOf } from './qualityRun.ts';

/** The results of a bench, as `--out` keeps them. */
export interface QualityResults {
  readonly version: string;
  /** True when it was stopped before everything was done. */
  readonly interrupted: boolean;
  readonly sets: readonly SetResults[];
}

/** The results on one set. */
export interface SetResults {
  readonly name: string;
  readonly series: number;
  readonly records: number;
  /** Configurations with at least one seed done, in the order in which they were given. */
  readonly configurations: readonly ConfigurationResults[];
  /** The first configuration against each other one. */
  readonly comparisons: readonly {
    readonly configuration: string;
    readonly baseline: string;
    readonly measures: readonly Comparison[];
  }[];
}

/** One configuration on one set. */
export interface ConfigurationResults {
  readonly name: string;
  /** One for each seed that was done; a configuration without randomness has one. */
  readonly seeds: readonly ({ readonly seed: number } & SetQuality)[];
}

export function qualityResults(
  { sets, configurations }: QualityPlan,
  { runs, interrupted }: QualityRuns,
): QualityResults {
  return {
    version: VERSION,
    interrupted,
    sets: sets.map((set, at) => {
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
          configuration: first!.name,
          baseline: name,
          measures: compareQuality(first!.seeds, seeds),
        })),
      };
    }),
  };
}

import { meanOf } from '../../backtest/metrics/incidentCounts.ts';
import { scaledResult } from './chooseByFolds.ts';
import { THRESHOLD_MEASURES, type ThresholdMeasure } from './seriesQuality.ts';
import type { SetQuality } from './setQuality.ts';

/** A collection of series with the results of every configuration. */
export interface Collection {
  readonly name: string;
  /** The measure to maximise on this collection. */
  readonly measure: ThresholdMeasure;
  /** The same in every collection; each with one run for every seed. */
  readonly configurations: readonly { readonly name: string; readonly seeds: readonly SetQuality[] }[];
}

/** One collection left out. Figures are means over the seeds, as the measure has them. */
export interface LeftOut {
  readonly collection: string;
  readonly measure: ThresholdMeasure;
  /** The configuration that is best on the mean of all other collections. */
  readonly chosen: string;
  /** Its figure on the collection, which took no part in the choice. */
  readonly result: number | null;
  /** The figure of the first configuration, without a choice. */
  readonly baseline: number | null;
  /** The highest figure of any configuration: too high to be expected elsewhere. */
  readonly best: number | null;
}

/**
 * Cross-validates the choice among configurations over whole collections: for each, the configuration that is best on the
 * mean of all others (F1, and NAB's score by 100), of equal ones the first. Series of one collection are alike, so that
 * folds within it promise more than a stream from elsewhere keeps.
 *
 * @param collections at least two; each with at least one configuration, each with a run
 */
export function chooseByLeavingOut(collections: readonly Collection[]): LeftOut[] {
  const results = collections.map(({ measure, configurations }) =>
    configurations.map(({ seeds }) =>
      meanOf(seeds.map(({ series }) => THRESHOLD_MEASURES[measure]('own')(series))),
    ),
  );
  return collections.map(({ name, measure, configurations }, left): LeftOut => {
    const means = configurations.map(
      (_, at) =>
        meanOf(
          results.flatMap((each, set) =>
            set === left ? [] : [scaledResult(collections[set].measure, each[at])],
          ),
        ) ?? Number.NEGATIVE_INFINITY,
    );
    const chosen = means.indexOf(Math.max(...means));
    const known = results[left].filter((result) => result !== null);
    return {
      collection: name,
      measure,
      chosen: configurations[chosen].name,
      result: results[left][chosen],
      baseline: results[left][0],
      best: known.length === 0 ? null : Math.max(...known),
    };
  });
}

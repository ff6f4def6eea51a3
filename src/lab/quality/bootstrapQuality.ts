import { meanOf } from '../../backtest/metrics/incidentCounts.ts';
import {
  type BootstrapDifference,
  type BootstrapOptions,
  pairedBootstrap,
} from '../../backtest/metrics/pairedBootstrap.ts';
import type { Measure } from './measures.ts';
import type { SeriesQuality } from './seriesQuality.ts';

/** One side of a comparison. */
export interface ComparedRuns {
  /** (seeds)(series) at least one; several results of a series are pooled. */
  readonly runs: readonly (readonly (SeriesQuality | readonly SeriesQuality[])[])[];
  /** The measure of each run; the side's value is the mean. */
  readonly measure: Measure;
}

/**
 * How far one side is ahead of the other on the same series, by paired bootstrap over them. Choices based on the
 * series, such as thresholds, are not repeated for each resample.
 */
export function bootstrapQuality(
  subject: ComparedRuns,
  baseline: ComparedRuns,
  options: BootstrapOptions = {},
): BootstrapDifference {
  return pairedBootstrap(
    subject.runs[0].length,
    (indices) => {
      const [a, b] = [overSeeds(subject, indices), overSeeds(baseline, indices)];
      if (a === null || b === null) return null;
      return Math.abs(a - b) < TIE ? 0 : a - b;
    },
    options,
  );
}

/** The same gains, added in another order or several times, differ in the last digits; real differences are larger. */
const TIE = 1e-9;

function overSeeds({ runs, measure }: ComparedRuns, indices: readonly number[]): number | null {
  return meanOf(runs.map((series) => measure(indices.flatMap((at) => series[at]))));
}

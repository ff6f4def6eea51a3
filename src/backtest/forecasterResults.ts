import type { Evaluation } from './evaluate.ts';
import type { ForecastComparison } from './metrics/forecastErrors.ts';
import { meanOf } from './metrics/incidentCounts.ts';
import { pairedBootstrap } from './metrics/pairedBootstrap.ts';

/** One forecaster compared with the one that was backtested, over all streams. */
export interface ForecasterResult {
  readonly forecaster: string;
  /**
   * Its error as a multiple of the first forecaster's: above 1 where it is worse. The geometric mean, over streams
   * and dimensions, of the ratio of mean absolute errors; null where there is nothing to compare.
   */
  readonly errorRatio: number | null;
  /** 95 % interval of the ratio by a bootstrap over the streams; null under 5 streams. */
  readonly low: number | null;
  readonly high: number | null;
  /** Streams on which no other forecaster had a lower error. */
  readonly best: number;
  /** Streams that were compared. */
  readonly streams: number;
  /** Share of the values within the 95 % band, the mean over streams; null without records. */
  readonly within: number | null;
  /** Results of the same scorer at the same threshold on its residuals; null without labels. */
  readonly evaluation: Evaluation | null;
}

/** Minimum number of streams for a useful bootstrap. */
const FEWEST = 5;

/**
 * Compares a forecaster with simpler ones. Ratios of errors are averaged geometrically, so that streams
 * in large units do not outweigh the others (Fleming & Wallace 1986; as the relative measures of Hyndman & Koehler 2006,
 * "Another look at measures of forecast accuracy").
 *
 * @param forecasters names, the one that was backtested first
 * @param streams results of `forecastErrors` of each stream, forecasters in the same order
 * @param evaluations (forecasters) null without labels
 */
export function forecasterResults(
  forecasters: readonly string[],
  streams: readonly ForecastComparison[],
  evaluations: readonly (Evaluation | undefined)[],
): ForecasterResult[] {
  const compared = streams.filter(({ records }) => records > 0);
  return forecasters.map((forecaster, at) => {
    const logs = compared.map((stream) => logRatio(stream, at)).filter(Number.isFinite);
    const mean = (indices: readonly number[]): number | null => meanOf(indices.map((index) => logs[index]!));
    const interval = logs.length < FEWEST || at === 0 ? undefined : pairedBootstrap(logs.length, mean);
    const exp = (log: number | null | undefined): number | null => (log == null ? null : Math.exp(log));
    return {
      forecaster,
      errorRatio: exp(mean([...logs.keys()])),
      low: exp(interval?.low),
      high: exp(interval?.high),
      best: compared.filter((stream) => isBest(stream, at)).length,
      streams: compared.length,
      within: meanOf(compared.map(({ errors }) => errors[at]!.within)),
      evaluation: evaluations[at] ?? null,
    };
  });
}

/** Mean over the dimensions of the logarithm of error over the first forecaster's; NaN where one of them is 0. */
function logRatio({ errors }: ForecastComparison, at: number): number {
  const [own, first] = [errors[at]!.meanAbsolute, errors[0]!.meanAbsolute];
  return own.reduce((sum, error, d) => sum + Math.log(error / first[d]!), 0) / own.length;
}

/** By the product of the errors over the dimensions, so that an error of 0 of the first forecaster does no harm. */
function isBest({ errors }: ForecastComparison, at: number): boolean {
  const size = (one: number): number =>
    errors[one]!.meanAbsolute.reduce((sum, error) => sum + Math.log(error), 0);
  return errors.every((_, other) => !(size(other) < size(at)));
}

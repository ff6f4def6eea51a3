import type { IncidentCounts } from '../../backtest/metrics/incidentCounts.ts';
import { incidentF1, meanOf } from '../../backtest/metrics/incidentCounts.ts';
import { NAB_PROFILES } from '../../backtest/nab/profiles.ts';
import { nabScore, type SeriesQuality, type Thresholds } from './seriesQuality.ts';

/** One figure of some series, any of them several times; null where it is not defined. */
export type Measure = (series: readonly SeriesQuality[]) => number | null;

/** A measure that depends on a threshold; higher is better. */
export type ThresholdMeasure = 'NAB standard' | 'F1 by alert' | 'F1 by flag';

const [STANDARD] = NAB_PROFILES;

/** By name, at a given threshold. */
export const THRESHOLD_MEASURES: Readonly<
  Record<ThresholdMeasure, (at: keyof Thresholds<unknown>) => Measure>
> = {
  'NAB standard': (at) => (series) => nabScore(series, STANDARD, at),
  'F1 by alert': (at) => f1Of(({ byAlert }) => byAlert[at]),
  'F1 by flag': (at) => f1Of(({ byFlag }) => byFlag[at]),
};

export const meanVusPr: Measure = (series) => meanOf(series.map(({ vusPr }) => vusPr));

function f1Of(countsOf: (series: SeriesQuality) => IncidentCounts | undefined): Measure {
  return (series) => {
    const counts = series.map(countsOf).filter((each) => each !== undefined);
    return counts.length === series.length ? incidentF1(counts) : null;
  };
}

import { type IncidentCounts, incidentF1, meanOf } from '../../backtest/metrics/incidentCounts.ts';
import { NAB_PROFILES, type NabProfile } from '../../backtest/nab/profiles.ts';

/** The contribution of one series to the figures of its set: they can be recomputed for any choice of series. */
export interface SeriesQuality {
  readonly name: string;
  readonly records: number;
  readonly byAlert: Thresholds<IncidentCounts>;
  readonly byFlag: Thresholds<IncidentCounts>;
  /** Labelled windows that NAB counts. */
  readonly nabWindows: number;
  /** (profiles) raw NAB scores. */
  readonly nab: readonly Thresholds<number>[];
  /** null without labels. */
  readonly vusPr: number | null;
}

/** The same at several thresholds. */
export interface Thresholds<T> {
  /** The one that the configuration ran with. */
  readonly own: T;
  /** The one that is best for the set, this series included. */
  readonly best: T;
  /** Only with folds: the one that is best for the series of the other folds; the mean over the assignments. */
  readonly heldOut?: T;
}

/**
 * NAB's normalised score of some series, any of them several times; null where no window is labelled, or a series was
 * in no fold and held-out thresholds are asked for.
 */
export function nabScore(
  series: readonly SeriesQuality[],
  profile: NabProfile,
  at: keyof Thresholds<number>,
): number | null {
  const position = NAB_PROFILES.indexOf(profile);
  let [raw, windows] = [0, 0];
  for (const each of series) {
    const gained = each.nab[position][at];
    if (gained === undefined) return null;
    raw += gained;
    windows += each.nabWindows;
  }
  const { tpWeight, fnWeight } = profile;
  return windows > 0 ? (100 * (raw + fnWeight * windows)) / ((tpWeight + fnWeight) * windows) : null;
}

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

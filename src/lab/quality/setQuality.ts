import { type AgeBand, falseAlertsByAge } from '../../backtest/metrics/falseAlertsByAge.ts';
import {
  countsOf,
  type IncidentCounts,
  meanOf,
  type Reading,
  sumCounts,
} from '../../backtest/metrics/incidentCounts.ts';
import { type IncidentMetrics, incidentMetrics } from '../../backtest/metrics/incidentMetrics.ts';
import { type RangeMetrics, rangeMetrics } from '../../backtest/metrics/rangeMetrics.ts';
import { vusPr } from '../../backtest/metrics/vusPr.ts';
import { scoredWindows } from '../../backtest/nab/nabFile.ts';
import { NAB_PROFILES } from '../../backtest/nab/profiles.ts';
import { optimiseNabThreshold, scoreNab } from '../../backtest/nab/scoreNab.ts';
import { badOption } from '../../core/options.ts';
import { type ThresholdOptions, thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import type { DetectedSeries } from './detectSeries.ts';
import { type HeldOutThresholds, type IncidentQuality, incidentQuality } from './incidentQuality.ts';
import { nabScore, type SeriesQuality } from './seriesQuality.ts';
import { type FoldAssignments, f1By, nabBy, SetThresholds } from './setThresholds.ts';
import { ThresholdTrials } from './thresholdTrials.ts';

/** The results of one configuration on a set of series, under one seed. */
export interface SetQuality {
  /** The threshold of the run, the same on every series. */
  readonly threshold: number;
  readonly records: number;
  /** In the order of {@link NAB_PROFILES}. */
  readonly nab: readonly NabQuality[];
  /** At the threshold, as in `backtest`: flags count for finding, alerts outside of any incident as false. */
  readonly incidents: IncidentMetrics;
  /** Alerts alone: one that falls in an incident finds it, the others are false. */
  readonly byAlert: IncidentQuality;
  /** Flags alone, independent of incidents. */
  readonly byFlag: IncidentQuality;
  readonly falseAlertsByAge: readonly AgeBand[];
  /** α = 0, flat. */
  readonly flatRanges: RangeMetrics;
  /** α = 0.5, front bias: half of the weight is for finding, half for finding early. */
  readonly frontRanges: RangeMetrics;
  /** Mean over the series with labels; null when there are none. */
  readonly vusPr: number | null;
  readonly series: readonly SeriesQuality[];
}

/** NAB's result under one profile; scores from 0 for no flags to 100, null without labelled windows. */
export interface NabQuality {
  readonly profile: string;
  /** At the threshold that the configuration ran with. */
  readonly score: number | null;
  /** By NAB's own search over the scores that could raise an alert, as in `rx-anomaly nab` and published results. */
  readonly optimised: { readonly score: number | null; readonly threshold: number };
  /** At the configuration's own best threshold, with incidents formed anew at each candidate. */
  readonly best: { readonly score: number | null; readonly threshold: number };
  /** Only with folds: each at the threshold that is best on the others, pooled over folds and assignments. */
  readonly heldOut?: { readonly score: number | null } & HeldOutThresholds;
}

/**
 * All measures, from one pass over each series.
 *
 * @param options of the detector: the policy that its scores were flagged with
 * @param assignments to folds: then thresholds are chosen by cross-validation, too
 * @throws RxAnomalyError BAD_OPTION
 */
export function setQuality(
  detected: readonly DetectedSeries[],
  options: ThresholdOptions = {},
  assignments?: FoldAssignments,
): SetQuality {
  const policy = thresholdOptions.resolvePart('setQuality', options);
  if (assignments?.length === 0 || assignments?.some((folds) => folds.length !== detected.length)) {
    const expected = `lists with the fold of each of ${detected.length} series`;
    throw badOption('setQuality', 'assignments', expected, assignments);
  }
  const trials = new ThresholdTrials(detected, policy, NAB_PROFILES);
  const thresholds = new SetThresholds(trials, assignments);
  const files = detected.map(({ name, alertScores, windows }) => ({ name, scores: alertScores, windows }));
  const atThreshold = NAB_PROFILES.map((profile) => scoreNab(files, profile, policy.threshold));
  const series = detected.map((each, at): SeriesQuality => {
    const counts = (reading: Reading): SeriesQuality['byAlert'] =>
      thresholds.of(at, f1By(reading), countsOf(each, reading), ({ f1 }) => f1[reading], meanCounts);
    return {
      name: each.name,
      records: each.records,
      byAlert: counts('alert'),
      byFlag: counts('flag'),
      nabWindows: scoredWindows(files[at]),
      nab: NAB_PROFILES.map((_, p) =>
        thresholds.of(at, nabBy(p), atThreshold[p].files[at].raw, ({ nab }) => nab[p], mean),
      ),
      vusPr: vusPr(each.scores, each.windows),
    };
  });
  return {
    threshold: policy.threshold,
    records: detected.reduce((sum, { records }) => sum + records, 0),
    nab: NAB_PROFILES.map((profile, p) => {
      const { threshold } = optimiseNabThreshold(files, profile);
      const heldOut = thresholds.heldOut(nabBy(p));
      return {
        profile: profile.name,
        score: atThreshold[p].normalised,
        optimised: { score: scoreNab(files, profile, threshold).normalised, threshold },
        best: { score: nabScore(series, profile, 'best'), threshold: thresholds.best(nabBy(p)) },
        ...(heldOut && { heldOut: { score: nabScore(series, profile, 'heldOut'), thresholds: heldOut } }),
      };
    }),
    incidents: incidentMetrics(detected),
    byAlert: incidentQuality(
      trials,
      thresholds,
      'alert',
      series.map(({ byAlert }) => byAlert.heldOut),
    ),
    byFlag: incidentQuality(
      trials,
      thresholds,
      'flag',
      series.map(({ byFlag }) => byFlag.heldOut),
    ),
    falseAlertsByAge: falseAlertsByAge(detected),
    flatRanges: rangeMetrics(detected),
    frontRanges: rangeMetrics(detected, { alpha: 0.5, bias: 'front' }),
    vusPr: meanOf(series.map((each) => each.vusPr)),
    series,
  };
}

function meanCounts(counts: readonly IncidentCounts[]): IncidentCounts {
  const { incidents, found, falseAlerts } = sumCounts(counts);
  const { length } = counts;
  return { incidents: incidents / length, found: found / length, falseAlerts: falseAlerts / length };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

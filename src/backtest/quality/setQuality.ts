import { badOption } from '../../core/options.ts';
import { resolveThresholdOptions, type ThresholdOptions } from '../../models/threshold.ts';
import { type AgeBand, falseAlertsByAge } from '../falseAlertsByAge.ts';
import { type IncidentMetrics, incidentMetrics } from '../incidentMetrics.ts';
import { scoredWindows } from '../nab/nabFile.ts';
import { nabOfAlerts } from '../nab/nabOfAlerts.ts';
import { optimiseNabThreshold } from '../nab/optimiseNabThreshold.ts';
import { NAB_PROFILES } from '../nab/profiles.ts';
import { scoreNab } from '../nab/scoreNab.ts';
import { type RangeMetrics, rangeMetrics } from '../rangeMetrics.ts';
import { vusPr } from '../vusPr.ts';
import { type ChosenThresholds, chooseThresholds } from './chooseThresholds.ts';
import type { JudgedSeries } from './judgeSeries.ts';
import { countsOf, type Reading, readAs } from './readings.ts';
import { atEach, meanOf, nabScore, type SeriesQuality } from './seriesQuality.ts';

/** How well one configuration did on a set of series, under one seed. */
export interface SetQuality {
  /** The threshold that it ran with, the same on every series. */
  readonly threshold: number;
  readonly records: number;
  /** In the order of {@link NAB_PROFILES}. */
  readonly nab: readonly NabQuality[];
  /** At the threshold, as `backtest` counts: a flag finds an incident, an alert outside of any is false. */
  readonly incidents: IncidentMetrics;
  /** Alerts alone: one that falls in an incident finds it, the others are false. */
  readonly byAlert: IncidentQuality;
  /** Flags alone, whatever incidents the detector made of them. */
  readonly byFlag: IncidentQuality;
  readonly falseAlertsByAge: readonly AgeBand[];
  /** α = 0, flat. */
  readonly flatRanges: RangeMetrics;
  /** α = 0.5, front bias: to be found, and early, is worth half each. */
  readonly frontRanges: RangeMetrics;
  /** Mean over the series with labels; null when there are none. */
  readonly vusPr: number | null;
  readonly series: readonly SeriesQuality[];
}

/** NAB's verdict under one profile; scores from 0 for silence to 100, null without labelled windows. */
export interface NabQuality {
  readonly profile: string;
  /** At the threshold that the configuration ran with. */
  readonly score: number | null;
  /** By NAB's own search over the scores that could raise an alert, as `rx-anomaly nab` and published results have it. */
  readonly optimised: { readonly score: number | null; readonly threshold: number };
  /** At the configuration's own best threshold, incidents formed anew under each that is tried. */
  readonly best: { readonly score: number | null; readonly threshold: number };
  /** Only with folds: each fold at the threshold that is best on the others, as `best` is on all; pooled over them. */
  readonly heldOut?: { readonly score: number | null; readonly thresholds: readonly number[] };
}

/** Incidents under one {@link Reading}. */
export interface IncidentQuality {
  /** At the threshold that the configuration ran with. */
  readonly own: IncidentMetrics;
  /** At the one with the highest F1, chosen with the labels in view. */
  readonly best: IncidentMetrics & { readonly threshold: number };
  /** Only with folds: each fold at the threshold with the highest F1 on the others; pooled over them. */
  readonly heldOut?: IncidentMetrics & { readonly thresholds: readonly number[] };
}

/**
 * Everything that is measured, from one pass over each series.
 *
 * @param options those that the detector was given: what turned its scores into flags
 * @param folds (series) the fold of each, as `dealFolds` has them: thresholds are then chosen by cross-validation, too
 * @throws RxAnomalyError BAD_OPTION
 */
export function setQuality(
  judged: readonly JudgedSeries[],
  options: ThresholdOptions = {},
  folds?: readonly number[],
): SetQuality {
  const policy = resolveThresholdOptions('setQuality', options);
  if (folds !== undefined && folds.length !== judged.length)
    throw badOption('setQuality', 'folds', `one for each of ${judged.length} series`, folds);
  const choose = chooseThresholds(judged, policy, NAB_PROFILES, folds);
  const f1 = { alert: choose((best) => best.f1.alert), flag: choose((best) => best.f1.flag) };
  const nab = NAB_PROFILES.map((_, p) => choose((best) => best.nab[p]));
  const files = judged.map(({ name, alertScores, windows }) => ({ name, scores: alertScores, windows }));
  const atThreshold = NAB_PROFILES.map((profile) => scoreNab(files, profile, policy.threshold));
  const series = judged.map(({ name, records, windows, scores }, at): SeriesQuality => {
    const counts = (reading: Reading): SeriesQuality['byAlert'] =>
      atEach(f1[reading].outcomes, (outcomes) => countsOf(outcomes[at], reading));
    return {
      name,
      records,
      byAlert: counts('alert'),
      byFlag: counts('flag'),
      nabWindows: scoredWindows(files[at]),
      nab: NAB_PROFILES.map((profile, p) => {
        const score = nabOfAlerts(records, windows, profile);
        const raw = atEach(nab[p].outcomes, (outcomes) => score(outcomes[at].alerts));
        return { ...raw, own: atThreshold[p].files[at].raw };
      }),
      vusPr: vusPr(scores, windows),
    };
  });
  return {
    threshold: policy.threshold,
    records: judged.reduce((sum, { records }) => sum + records, 0),
    nab: NAB_PROFILES.map((profile, p) => {
      const { threshold } = optimiseNabThreshold(files, profile);
      const { best, heldOut: thresholds } = nab[p];
      return {
        profile: profile.name,
        score: atThreshold[p].normalised,
        optimised: { score: scoreNab(files, profile, threshold).normalised, threshold },
        best: { score: nabScore(series, profile, 'best'), threshold: best },
        ...(thresholds && { heldOut: { score: nabScore(series, profile, 'heldOut'), thresholds } }),
      };
    }),
    incidents: incidentMetrics(judged),
    byAlert: incidentQuality(f1.alert, 'alert'),
    byFlag: incidentQuality(f1.flag, 'flag'),
    falseAlertsByAge: falseAlertsByAge(judged),
    flatRanges: rangeMetrics(judged),
    frontRanges: rangeMetrics(judged, { alpha: 0.5, bias: 'front' }),
    vusPr: meanOf(series.map((each) => each.vusPr)),
    series,
  };
}

function incidentQuality(
  { best: threshold, heldOut: thresholds, outcomes }: ChosenThresholds,
  reading: Reading,
): IncidentQuality {
  const { own, best, heldOut } = atEach(outcomes, (judged) =>
    incidentMetrics(judged.map((each) => readAs(each, reading))),
  );
  return {
    own,
    best: { threshold, ...best },
    ...(thresholds && heldOut && { heldOut: { thresholds, ...heldOut } }),
  };
}

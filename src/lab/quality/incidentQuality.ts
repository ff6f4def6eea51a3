import {
  type IncidentCounts,
  incidentF1,
  type Reading,
  readAs,
  sumCounts,
} from '../../backtest/metrics/incidentCounts.ts';
import { type IncidentMetrics, incidentMetrics } from '../../backtest/metrics/incidentMetrics.ts';
import type { DetectedSeries } from './detectSeries.ts';
import { f1By, type SetThresholds } from './setThresholds.ts';
import type { ThresholdTrials } from './thresholdTrials.ts';

/** Incidents under one {@link Reading}. */
export interface IncidentQuality {
  /** At the threshold that the configuration ran with. */
  readonly own: IncidentMetrics;
  /** At the one with the highest F1, chosen with the labels in view. */
  readonly best: IncidentMetrics & { readonly threshold: number };
  /** Only with folds: each at the threshold with the highest F1 on the others, pooled over folds and assignments. */
  readonly heldOut?: IncidentCounts & { readonly f1: number | null } & HeldOutThresholds;
}

/** Which thresholds were best on the other folds. */
export interface HeldOutThresholds {
  /** (assignments)(folds) */
  readonly thresholds: readonly (readonly number[])[];
}

/** @param heldOut (series) undefined without folds */
export function incidentQuality(
  trials: ThresholdTrials,
  thresholds: SetThresholds,
  reading: Reading,
  heldOut: readonly (IncidentCounts | undefined)[],
): IncidentQuality {
  const { detected } = trials;
  const read = (outcomes: readonly DetectedSeries[]): IncidentMetrics =>
    incidentMetrics(outcomes.map((each) => readAs(each, reading)));
  const threshold = thresholds.best(f1By(reading));
  const chosen = thresholds.heldOut(f1By(reading));
  const counts = sumCounts(heldOut.filter((each) => each !== undefined));
  return {
    own: read(detected),
    best: { threshold, ...read(detected.map((_, at) => trials.outcomeAt(at, threshold))) },
    ...(chosen && { heldOut: { ...counts, f1: incidentF1([counts]), thresholds: chosen } }),
  };
}

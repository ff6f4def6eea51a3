import type { IncidentCounts } from '../../backtest/metrics/incidentCounts.ts';
import { replayPolicy, withThreshold } from '../../backtest/metrics/replayPolicy.ts';
import { namedModels } from '../../cli/options/namedModels.ts';
import { thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import { detectSeries, type LabelledSeries } from '../quality/detectSeries.ts';
import { type Choice, THRESHOLDS } from './choice.ts';
import { countsBySegment, splitSeries } from './segments.ts';

/** One run over one series. */
export interface Trial {
  readonly choice: Choice;
  /** The threshold of the run. */
  readonly threshold: number;
  readonly seed: number;
}

/** The results of a run over one series, segment by segment. */
export interface SeriesOutcome {
  /** At the threshold of the run. */
  readonly own: readonly IncidentCounts[];
  /** (thresholds) at each of {@link THRESHOLDS}, by replay of the scores. */
  readonly replayed: readonly (readonly IncidentCounts[])[];
}

/**
 * Runs the detector on a series from its first record to its last, with the past of each record only, in the first
 * part as in the rest, so that the model has seen the first part before the rest.
 */
export function runTrial(
  { choice, threshold, seed }: Trial,
  series: LabelledSeries,
  share: number,
): SeriesOutcome {
  const { forecaster, scorer, recurring } = choice;
  const detected = detectSeries(series, {
    ...namedModels({ forecaster, scorer, seed }),
    recurring,
    threshold,
  });
  const split = splitSeries(series, share);
  const policy = thresholdOptions.resolve('tune', { threshold });
  return {
    own: countsBySegment(split, series.windows, detected.alerts),
    replayed: THRESHOLDS.map((other) => {
      const { alerts } = replayPolicy(detected.scores, withThreshold(policy, other));
      return countsBySegment(split, series.windows, alerts);
    }),
  };
}

import type { IncidentCounts } from '../../backtest/metrics/incidentCounts.ts';
import { replayPolicy, withThreshold } from '../../backtest/metrics/replayPolicy.ts';
import { namedModels } from '../../cli/options/namedModels.ts';
import { thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import { detectSeries } from '../quality/detectSeries.ts';
import type { LabelledSeries } from '../quality/labelledSeries.ts';
import { type Choice, THRESHOLDS } from './choice.ts';
import { countsBySegment, splitSeries } from './segments.ts';

/** One run over one series. */
export interface Trial {
  readonly choice: Choice;
  /** The one it runs with. */
  readonly threshold: number;
  readonly seed: number;
}

/** What a run over one series gave, piece by piece. */
export interface SeriesOutcome {
  /** At the threshold it ran with. */
  readonly own: readonly IncidentCounts[];
  /** (thresholds) at each of {@link THRESHOLDS}, by replay of the scores. */
  readonly replayed: readonly (readonly IncidentCounts[])[];
}

/**
 * Judges a series from its first record to its last: each record by what came before it, in the first part as in the
 * rest, so that the rest is judged by a model that has lived through the first.
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

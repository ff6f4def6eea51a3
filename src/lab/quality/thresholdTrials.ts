import { countsOf, type IncidentCounts, type Reading } from '../../backtest/metrics/incidentCounts.ts';
import { replayPolicy, withThreshold } from '../../backtest/metrics/replayPolicy.ts';
import { type NabOfAlerts, nabOfAlerts } from '../../backtest/nab/nabOfAlerts.ts';
import type { NabProfile } from '../../backtest/nab/profiles.ts';
import type { ResolvedThreshold } from '../../models/decision/thresholdOptions.ts';
import type { DetectedSeries } from './detectSeries.ts';

/** What a configuration would have done on one series had its threshold been another one. */
export interface Trial {
  readonly f1: Readonly<Record<Reading, IncidentCounts>>;
  /** (profiles) raw scores. */
  readonly nab: readonly number[];
}

/**
 * Tries thresholds on series. The policy is applied anew under each: warm-up, release and one alert per incident, as the
 * detector would have. What was tried is kept: a threshold for other ones of the series then costs next to nothing.
 */
export class ThresholdTrials {
  readonly detected: readonly DetectedSeries[];
  readonly policy: ResolvedThreshold;
  readonly profiles: readonly NabProfile[];
  /** (series)(profiles) */
  readonly #scores: readonly (readonly NabOfAlerts[])[];
  /** (series) by threshold. */
  readonly #known: readonly Map<number, Trial>[];

  constructor(
    detected: readonly DetectedSeries[],
    policy: ResolvedThreshold,
    profiles: readonly NabProfile[],
  ) {
    this.detected = detected;
    this.policy = policy;
    this.profiles = profiles;
    this.#scores = detected.map(({ records, windows }) =>
      profiles.map((profile) => nabOfAlerts(records, windows, profile)),
    );
    this.#known = detected.map(() => new Map());
  }

  /** @param series its position */
  at(series: number, threshold: number): Trial {
    const known = this.#known[series].get(threshold);
    if (known !== undefined) return known;
    const outcome = this.outcomeAt(series, threshold);
    const trial = {
      f1: { alert: countsOf(outcome, 'alert'), flag: countsOf(outcome, 'flag') },
      nab: this.#scores[series].map((score) => score(outcome.alerts)),
    };
    this.#known[series].set(threshold, trial);
    return trial;
  }

  /** With the flags and alerts themselves, which are not kept. */
  outcomeAt(series: number, threshold: number): DetectedSeries {
    const each = this.detected[series];
    return { ...each, ...replayPolicy(each.scores, withThreshold(this.policy, threshold)) };
  }
}

import { countsOf, type IncidentCounts, type Reading } from '../../backtest/metrics/incidentCounts.ts';
import { replayPolicy, withThreshold } from '../../backtest/metrics/replayPolicy.ts';
import type { NabProfile } from '../../backtest/nab/profiles.ts';
import { type NabOfAlerts, nabOfAlerts } from '../../backtest/nab/scoreNab.ts';
import type { ResolvedThreshold } from '../../models/decision/thresholdOptions.ts';
import type { DetectedSeries } from './detectSeries.ts';

/** The results of a configuration on one series at another threshold. */
export interface Trial {
  readonly f1: Readonly<Record<Reading, IncidentCounts>>;
  /** (profiles) raw scores. */
  readonly nab: readonly number[];
}

/**
 * Tries thresholds on series. The policy is applied anew at each: warm-up, release and one alert per incident, as in
 * the detector. Results are cached: a threshold that was tried before costs next to nothing.
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

  /** @param series its index */
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

  /** With the flags and alerts themselves, which are not cached. */
  outcomeAt(series: number, threshold: number): DetectedSeries {
    const each = this.detected[series];
    return { ...each, ...replayPolicy(each.scores, withThreshold(this.policy, threshold)) };
  }
}

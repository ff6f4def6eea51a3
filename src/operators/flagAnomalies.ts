import { defer, map, type OperatorFunction } from 'rxjs';
import { optionChecks } from '../core/options.ts';
import type { Scored, Value, Verdict } from '../core/reading.ts';
import {
  resolveThresholdOptions,
  THRESHOLD_OPTION_NAMES,
  Threshold,
  type ThresholdOptions,
} from '../models/threshold.ts';

/**
 * Turns scores into verdicts: a threshold with warm-up and hysteresis, and `startOfIncident` on the first flagged event
 * of each run, the moment to alert.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function flagAnomalies<E, V extends Value>(
  options: ThresholdOptions = {},
): OperatorFunction<Scored<E, V>, Verdict<E, V>> {
  optionChecks('flagAnomalies').known(options, THRESHOLD_OPTION_NAMES);
  const resolved = resolveThresholdOptions('flagAnomalies', options);
  return (source) =>
    defer(() => {
      const threshold = new Threshold(resolved);
      return source.pipe(
        map((scored) => {
          const flag = threshold.decide(scored.score);
          threshold.learn(flag);
          return { ...scored, ...flag };
        }),
      );
    });
}

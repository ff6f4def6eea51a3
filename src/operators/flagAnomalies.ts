import { defer, map, type OperatorFunction } from 'rxjs';
import { optionChecks } from '../core/options.ts';
import type { Scored, Value, Verdict } from '../core/reading.ts';
import {
  type Flag,
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
          return withFlag(scored, flag);
        }),
      );
    });
}

/** Written out: spreading one object into another costs a microsecond. */
function withFlag<E, V extends Value>(scored: Scored<E, V>, flag: Flag): Verdict<E, V> {
  const { event, time, key, value, imputed, expected, lower, upper, residual, earlier } = scored;
  const { score, attribution } = scored;
  const { isAnomaly, severity, warmingUp, startOfIncident } = flag;
  if (earlier === undefined) {
    // biome-ignore format: as the other
    return {
      event, time, key, value, imputed, expected, lower, upper, residual, score, attribution,
      isAnomaly, severity, warmingUp, startOfIncident,
    };
  }
  // biome-ignore format: as the other
  return {
    event, time, key, value, imputed, expected, lower, upper, residual, earlier, score, attribution,
    isAnomaly, severity, warmingUp, startOfIncident,
  };
}

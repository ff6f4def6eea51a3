import { defer, map, type OperatorFunction } from 'rxjs';
import { optionChecks } from '../core/options.ts';
import type { Scored, Value, Verdict } from '../core/reading.ts';
import { Suppression, type SuppressionRule, suppressed } from '../models/decision/suppression.ts';
import {
  type Flag,
  resolveThresholdOptions,
  THRESHOLD_OPTION_NAMES,
  Threshold,
  type ThresholdOptions,
} from '../models/decision/threshold.ts';

/** Options of {@link flagAnomalies}. */
export interface FlagAnomaliesOptions extends ThresholdOptions {
  /** Anomalies to be left alone, by rules of which one must hold; as with `detectAnomalies`. @default none */
  readonly suppress?: readonly SuppressionRule[];
}

/**
 * Turns scores into verdicts: a threshold with warm-up and hysteresis, and `startOfIncident` on the first flagged event
 * of each run, the moment to alert.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function flagAnomalies<E, V extends Value>(
  options: FlagAnomaliesOptions = {},
): OperatorFunction<Scored<E, V>, Verdict<E, V>> {
  optionChecks('flagAnomalies').known(options, [...THRESHOLD_OPTION_NAMES, 'suppress']);
  const resolved = resolveThresholdOptions('flagAnomalies', options);
  const suppression = new Suppression('flagAnomalies', options.suppress ?? []);
  return (source) =>
    defer(() => {
      const threshold = new Threshold(resolved);
      return source.pipe(
        map((scored) => {
          const verdict = withFlag(scored, threshold.decide(scored.score));
          const rule = verdict.isAnomaly ? suppression.ruleFor(verdict) : undefined;
          const final = rule === undefined ? verdict : suppressed(verdict, rule);
          threshold.learn(final, scored.score);
          return final;
        }),
      );
    });
}

function withFlag<E, V extends Value>(scored: Scored<E, V>, flag: Flag): Verdict<E, V> {
  const verdict = flagged(scored, flag);
  return scored.drift ? { ...verdict, drift: true } : verdict;
}

/** Written out: spreading one object into another costs a microsecond. */
function flagged<E, V extends Value>(scored: Scored<E, V>, flag: Flag): Verdict<E, V> {
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

import { defer, from, map, type OperatorFunction } from 'rxjs';
import { OptionSet } from '../core/optionSet.ts';
import type { Scored, Value, Verdict } from '../core/reading.ts';
import {
  Suppression,
  type SuppressionRule,
  suppressed,
  suppressSpec,
} from '../models/decision/suppression.ts';
import { type Flag, Threshold } from '../models/decision/threshold.ts';
import {
  type ResolvedThreshold,
  type ThresholdOptions,
  thresholdOptions,
  thresholdTable,
} from '../models/decision/thresholdOptions.ts';

/** Options of {@link flagAnomalies}. */
export interface FlagAnomaliesOptions extends ThresholdOptions {
  /** Anomalies that are not flagged, by rules of which one must hold; as with `detectAnomalies`. @default none */
  readonly suppress?: readonly SuppressionRule[];
}

const flagAnomaliesOptions: OptionSet<
  FlagAnomaliesOptions,
  FlagAnomaliesOptions,
  { readonly threshold: ResolvedThreshold; readonly suppression: Suppression }
> = new OptionSet({ ...thresholdTable, suppress: suppressSpec }, (where, { suppress }, given) => ({
  threshold: thresholdOptions.resolvePart(where, given),
  suppression: new Suppression(where, suppress ?? []),
}));

/**
 * Turns scores into verdicts: a threshold with warm-up and hysteresis, and `startOfIncident` on the first flagged event
 * of each run, the moment to alert.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function flagAnomalies<E, V extends Value>(
  options: FlagAnomaliesOptions = {},
): OperatorFunction<Scored<E, V>, Verdict<E, V>> {
  const { threshold: resolved, suppression } = flagAnomaliesOptions.resolve('flagAnomalies', options);
  return (source) =>
    defer(() => {
      const threshold = new Threshold(resolved);
      return from(source).pipe(
        map((scored) => {
          const flag = threshold.decide(scored.score);
          const verdict = withFlag(scored, flag);
          const rule = flag.isAnomaly || flag.pending ? suppression.ruleFor(verdict) : undefined;
          threshold.learn(rule === undefined ? flag : { isAnomaly: false }, scored.score);
          return flag.isAnomaly && rule !== undefined ? suppressed(verdict, rule) : verdict;
        }),
      );
    });
}

function withFlag<E, V extends Value>(scored: Scored<E, V>, flag: Flag): Verdict<E, V> {
  const verdict = flagged(scored, flag);
  return scored.drift ? { ...verdict, drift: scored.drift } : verdict;
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

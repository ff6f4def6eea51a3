import type { OperatorFunction } from 'rxjs';
import { badOption, requireObject } from '../core/options.ts';
import type { Shape, Value, Verdict } from '../core/reading.ts';
import type { LstmOptions } from '../models/forecasters/lstmOptions.ts';
import { type DetectAnomaliesOptions, detection } from './detectAnomalies.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';

/** Options of {@link detectFleet}: those of `detectAnomalies`, without the LSTM's, `ahead` and `covariates`. */
export type DetectFleetOptions<E, V extends Value> = Omit<
  DetectAnomaliesOptions<E, V>,
  keyof LstmOptions | 'fleet' | 'ahead' | 'covariates'
>;

/**
 * `detectAnomalies` for many thousands of keys: one detector serves them all in turn, and a key has 8 kB of numbers of its
 * own. Its forecaster is the pre-trained network, which is only run, so that a key is forecast from its first events on; its
 * scorer is a compact `EvidenceScorer`. Everything else is as in `detectAnomalies`: feedback, rules, absences, drift.
 *
 * ```ts
 * await pretrainedForecaster(); // loads the weights, once
 * readings$.pipe(detectFleet({ key: (r) => r.sensorId, value: (r) => r.celsius }))
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option, or before the weights were loaded
 */
export function detectFleet<E, V extends Value>(
  options: DetectFleetOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Verdict<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function detectFleet<E extends Measured>(
  options?: DetectFleetOptions<E, ValueOf<E>>,
): OperatorFunction<E, Verdict<E, ValueOf<E>>>;
export function detectFleet<E, V extends Value>(
  options: DetectFleetOptions<E, V> = {},
): OperatorFunction<E, Verdict<E, V>> {
  requireObject('detectFleet', options);
  const { fleet = true } = options as { readonly fleet?: unknown };
  if (fleet !== true)
    throw badOption(
      'detectFleet',
      'fleet',
      'left out; detectAnomalies has a model of its own for each key',
      fleet,
    );
  return detection<E, V>('detectFleet', { ...options, fleet: true });
}

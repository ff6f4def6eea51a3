import { defer, filter, finalize, from, map, type OperatorFunction } from 'rxjs';
import type { Shape, Value, Verdict } from '../core/reading.ts';
import { StreamDetector } from '../models/streamDetector.ts';
import type { Measured, ValueOf, WithValue } from '../operators/measured.ts';
import { InspectedForecaster } from './inspectedForecaster.ts';
import type { LayerGates } from './layerGates.ts';
import { type WithLstmOptions, withLstm } from './withLstm.ts';

/** Options of {@link inspectGates}: those of `detectAnomalies` except `forecaster`, and the initial weights. */
export type InspectGatesOptions<E, V extends Value> = WithLstmOptions<E, V>;

/** An event's verdict and the gates of the network after the event. */
export interface GateReading<E = unknown, V extends Value = Value> {
  readonly verdict: Verdict<E, V>;
  /** Lowest first. */
  readonly layers: readonly LayerGates[];
}

/**
 * `detectAnomalies` with a view of the network: for every event its verdict and, per layer and unit, the gates, the
 * candidate, the cell and the hidden state after it, the half-life, how much was written and the bound of the
 * content.
 *
 * ```ts
 * readings$.pipe(inspectGates({ hidden: 8 })).subscribe(({ layers: [lowest] }) => console.log(lowest.halfLife))
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option or a cell without gates; BAD_SNAPSHOT as the stream's
 * error where `from` does not fit
 */
export function inspectGates<E, V extends Value>(
  options: InspectGatesOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, GateReading<E, Shape<V>>>;
/** Of events that need no `value` selector. */
export function inspectGates<E extends Measured>(
  options?: InspectGatesOptions<E, ValueOf<E>>,
): OperatorFunction<E, GateReading<E, ValueOf<E>>>;
export function inspectGates<E, V extends Value>(
  options: InspectGatesOptions<E, V> = {},
): OperatorFunction<E, GateReading<E, V>> {
  const detector = withLstm(
    'inspectGates',
    options,
    (lstm) => new InspectedForecaster({ ...lstm, history: 1 }),
  );
  return (source) =>
    defer(() => {
      const streams = new StreamDetector<E, V>(detector, 'inspectGates');
      return from(source).pipe(
        map((event) => {
          const verdict = streams.process(event);
          return verdict && { verdict, layers: inspectedIn(streams, verdict.key).gates };
        }),
        filter((reading) => reading !== undefined),
        finalize(() => streams.dispose()),
      );
    });
}

/** The forecaster of a known key, in a detector whose forecasters can be inspected. */
export function inspectedIn<E, V extends Value>(
  streams: StreamDetector<E, V>,
  key: string | undefined,
): InspectedForecaster {
  const forecaster = streams.detector(key)?.forecaster;
  if (forecaster instanceof InspectedForecaster) return forecaster;
  throw new TypeError('inspectedIn: this detector cannot be inspected');
}

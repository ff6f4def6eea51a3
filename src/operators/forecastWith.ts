import { defer, filter, finalize, from, map, type OperatorFunction } from 'rxjs';
import { aFactory } from '../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../core/optionSet.ts';
import { checkOption } from '../core/options.ts';
import type { Forecast, Shape, Value } from '../core/reading.ts';
import { withCovariates } from '../models/covariates/covariateForecaster.ts';
import { DriftDetector, driftSpec } from '../models/driftDetector.ts';
import { EventReader } from '../models/eventReader.ts';
import { checkedForecasters, type Forecaster, type ForecasterFactory } from '../models/forecaster.ts';
import { type ReaderOptions, readerTable } from '../models/readerOptions.ts';
import { noticeFallback } from '../numerics/engines/fallback.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { problemReporter } from './problemReporter.ts';
import { toForecast } from './toForecast.ts';

/** Options of {@link forecastWith}: of reading events, and of drift. */
export interface ForecastWithOptions<E, V extends Value> extends ReaderOptions<E, V> {
  /**
   * Whether changes of the process are looked for in the residuals. The forecast at which one is detected has
   * `drift`, and the forecaster learns faster from there on for a while, if it can.
   * @default true
   */
  readonly drift?: boolean;
}

type AnyOptions = ForecastWithOptions<unknown, Value>;

/** The table for whoever has these options among others. */
export const forecastWithTable: OptionTable<AnyOptions, AnyOptions & Required<Pick<AnyOptions, 'drift'>>> = {
  ...readerTable,
  drift: driftSpec,
};

const forecastWithOptions: OptionSet<AnyOptions, AnyOptions & Required<Pick<AnyOptions, 'drift'>>> =
  new OptionSet(forecastWithTable);

/**
 * Forecasts every event of one stream before it is seen, with any forecaster, and learns from each. A forecaster is
 * created
 * for every subscription, at its first event, and disposed of with it.
 *
 * ```ts
 * load$.pipe(forecastWith((dimensions) => new SeasonalForecaster({ dimensions, period: 'day' })))
 * ```
 *
 * @param forecaster creates the forecaster when the first event shows the number of dimensions
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function forecastWith<E, V extends Value>(
  forecaster: ForecasterFactory,
  options: ForecastWithOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Forecast<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function forecastWith<E extends Measured>(
  forecaster: ForecasterFactory,
  options?: ForecastWithOptions<E, ValueOf<E>>,
): OperatorFunction<E, Forecast<E, ValueOf<E>>>;
export function forecastWith<E, V extends Value>(
  forecaster: ForecasterFactory,
  options: ForecastWithOptions<E, V> = {},
): OperatorFunction<E, Forecast<E, V>> {
  checkOption('forecastWith', 'forecaster', aFactory, forecaster);
  forecastWithOptions.resolve('forecastWith', options as AnyOptions);
  return forecastBy('forecastWith', forecaster, options);
}

/** {@link forecastWith} in the name of the operator that uses it, for messages. */
export function forecastBy<E, V extends Value>(
  where: string,
  factory: ForecasterFactory,
  options: ForecastWithOptions<E, V>,
): OperatorFunction<E, Forecast<E, V>> {
  const { drift: watchesDrift } = forecastWithOptions.resolvePart(where, options);
  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter(where, options.onProblem);
      const reader = new EventReader<E, V>(where, { ...options, onProblem });
      let forecaster: Forecaster | undefined;
      let drift: DriftDetector | undefined;

      const forecast = (event: E, index: number): Forecast<E, V> | undefined => {
        const observation = reader.read(event, index);
        if (observation === undefined) return undefined;
        const { value, imputed } = observation;
        if (forecaster === undefined) {
          const { covariates } = reader;
          const checked = checkedForecasters(where, factory);
          const create = covariates === 0 ? checked : withCovariates(checked, covariates);
          const [made, slow] = noticeFallback(() => create(value.length));
          if (slow !== undefined) reader.reportSlowEngine(event, slow);
          forecaster = made;
          if (watchesDrift) drift = new DriftDetector(value.length);
        }
        const { covariates: given } = observation;
        const prediction = forecaster.predictInPlace?.(given) ?? forecaster.predict(given);
        const hasDrifted = drift?.signals(prediction.expected, observation) === true;
        if (hasDrifted) forecaster.boostLearningRate?.();
        drift?.learn(prediction.expected, observation);
        forecaster.learn(observation, imputed ? 0 : 1);
        const result = toForecast(reader, event, observation, prediction);
        return hasDrifted ? { ...result, drift: 'shape' } : result;
      };

      return from(source).pipe(
        map(forecast),
        filter((result) => result !== undefined),
        finalize(() => {
          finish();
          forecaster?.dispose();
        }),
      );
    });
}

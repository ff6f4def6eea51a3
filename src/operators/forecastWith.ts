import { defer, filter, finalize, map, type OperatorFunction } from 'rxjs';
import { optionChecks } from '../core/options.ts';
import type { Forecast, Value } from '../core/reading.ts';
import type { Forecaster, ForecasterFactory } from '../models/forecaster.ts';
import { checkIntakeOptions, INTAKE_OPTION_NAMES, Intake, type IntakeOptions } from '../models/intake.ts';

/**
 * Forecasts every event of one stream before it is seen, with any forecaster, and learns from each. A forecaster is made
 * for every subscription, at its first event, and disposed of with it.
 *
 * ```ts
 * load$.pipe(forecastWith((dimensions) => new SeasonalForecaster({ dimensions, period: 'day' })))
 * ```
 *
 * @param forecaster makes the forecaster once the first event has told the number of dimensions
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function forecastWith<E, V extends Value = number>(
  forecaster: ForecasterFactory,
  options: IntakeOptions<E, V> = {},
): OperatorFunction<E, Forecast<E, V>> {
  optionChecks('forecastWith').known(options, INTAKE_OPTION_NAMES);
  return forecastBy('forecastWith', forecaster, options);
}

/** {@link forecastWith} under the name of the operator that uses it, for messages. */
export function forecastBy<E, V extends Value>(
  where: string,
  factory: ForecasterFactory,
  options: IntakeOptions<E, V>,
): OperatorFunction<E, Forecast<E, V>> {
  checkIntakeOptions(where, options);
  return (source) =>
    defer(() => {
      const intake = new Intake(where, options);
      let forecaster: Forecaster | undefined;

      const forecast = (event: E, index: number): Forecast<E, V> | undefined => {
        const observation = intake.read(event, index);
        if (observation === undefined) return undefined;
        const { time, value, imputed } = observation;
        forecaster ??= factory(value.length);
        const { expected, lower, upper } = forecaster.predict();
        forecaster.learn(observation, imputed ? 0 : 1);
        const missing = value.map(Number.isNaN);
        return {
          event,
          time,
          key: undefined,
          value: intake.shape(value.map((number, d) => (missing[d] ? expected[d] : number))),
          imputed: imputed || missing.some(Boolean),
          expected: intake.shape(expected),
          lower: intake.shape(lower),
          upper: intake.shape(upper),
          residual: intake.shape(value.map((number, d) => (missing[d] ? 0 : number - expected[d]))),
        };
      };

      return source.pipe(
        map(forecast),
        filter((result) => result !== undefined),
        finalize(() => forecaster?.dispose()),
      );
    });
}

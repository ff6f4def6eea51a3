import type { OperatorFunction } from 'rxjs';
import { badOption, optionChecks } from '../core/options.ts';
import type { Forecast, Shape, Value } from '../core/reading.ts';
import {
  BidirectionalForecaster,
  type BidirectionalOptions,
  resolveLag,
} from '../models/forecasters/bidirectionalForecaster.ts';
import { LstmForecaster } from '../models/forecasters/lstmForecaster.ts';
import {
  LSTM_OPTION_NAMES,
  type LstmOptions,
  lstmOptionsOf,
  resolveLstmOptions,
} from '../models/forecasters/lstmOptions.ts';
import { forecastLate } from './forecastLate.ts';
import { FORECAST_WITH_OPTION_NAMES, type ForecastWithOptions, forecastBy } from './forecastWith.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';

/** Options of {@link lstmForecast}: of reading events, of the LSTM and of how it learns. */
export interface LstmForecastOptions<E, V extends Value> extends ForecastWithOptions<E, V>, LstmOptions {
  /**
   * For judging in retrospect: events are told from those before and the `lag` events after them, and come out `lag` events
   * late, the last ones when the stream ends. Runs on the reference engine, and looks for no drift.
   * @default every event comes out at once, told from those before it
   */
  readonly bidirectional?: BidirectionalOptions;
}

/**
 * Forecasts every event of one stream with a stateful LSTM that learns online: hidden and cell state are carried from
 * event to event, weights learn by truncated back-propagation through time. A stream of plain numbers needs no options.
 *
 * ```ts
 * temperature$.pipe(lstmForecast({ value: (r) => r.celsius, time: (r) => r.at, hidden: 32 }))
 * ```
 *
 * The model learns from every event; {@link detectAnomalies} lets its verdict decide.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function lstmForecast<E, V extends Value>(
  options: LstmForecastOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Forecast<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function lstmForecast<E extends Measured>(
  options?: LstmForecastOptions<E, ValueOf<E>>,
): OperatorFunction<E, Forecast<E, ValueOf<E>>>;
export function lstmForecast<E, V extends Value>(
  options: LstmForecastOptions<E, V> = {},
): OperatorFunction<E, Forecast<E, V>> {
  optionChecks('lstmForecast').known(options, [
    ...FORECAST_WITH_OPTION_NAMES,
    ...LSTM_OPTION_NAMES,
    'bidirectional',
  ]);
  resolveLstmOptions('lstmForecast', options, 1);
  const lstm = lstmOptionsOf(options);
  if (options.bidirectional !== undefined) {
    const lag = resolveLag('lstmForecast', options.bidirectional, lstm);
    const { drift = false } = options;
    if (drift !== false)
      throw badOption('lstmForecast', 'drift', 'false or left out where events are judged late', drift);
    return forecastLate(
      'lstmForecast',
      (dimensions) => new BidirectionalForecaster({ dimensions, lag, ...lstm }),
      options,
    );
  }
  return forecastBy('lstmForecast', (dimensions) => new LstmForecaster({ dimensions, ...lstm }), options);
}

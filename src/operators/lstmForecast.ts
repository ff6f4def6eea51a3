import type { OperatorFunction } from 'rxjs';
import { accepts } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { Forecast, Shape, Value } from '../core/reading.ts';
import {
  BidirectionalForecaster,
  type BidirectionalOptions,
  resolveLag,
} from '../models/forecasters/bidirectionalForecaster.ts';
import { lstmFactory } from '../models/forecasters/lstmForecaster.ts';
import { type LstmOptions, lstmOptions, lstmTable } from '../models/forecasters/lstmOptions.ts';
import { forecastLate } from './forecastLate.ts';
import { type ForecastWithOptions, forecastBy, forecastWithTable } from './forecastWith.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';

/** Options of {@link lstmForecast}: of reading events, of the LSTM and of how it learns. */
export interface LstmForecastOptions<E, V extends Value> extends ForecastWithOptions<E, V>, LstmOptions {
  /**
   * For detection in retrospect: an event is forecast from those before and the `lag` events after it, and comes out `lag`
   * events late, the last ones when the stream ends. Runs on the reference engine, and detects no drift.
   * @default every event comes out at once, forecast from those before it
   */
  readonly bidirectional?: BidirectionalOptions;
}

type AnyOptions = LstmForecastOptions<unknown, Value>;

const PRETRAINED =
  'the pre-trained network is another forecaster: forecastWith(await pretrainedForecaster({ adapt }), options)';

const lstmForecastOptions: OptionSet<AnyOptions, AnyOptions> = new OptionSet(
  {
    ...forecastWithTable,
    ...lstmTable,
    bidirectional: {
      kind: accepts('{ lag }', (value) => typeof value === 'object' && value !== null),
      defaultText: 'not',
      about: 'forecasts each event from those after it too, `lag` events late',
      when: 'to look at recorded data in retrospect',
    },
  },
  undefined,
  {
    forecaster: 'forecastWith(forecaster, options) takes any forecaster',
    init: PRETRAINED,
    adapt: PRETRAINED,
  },
);

/**
 * Forecasts every event of one stream with a stateful LSTM that learns online: hidden and cell state are carried from
 * event to event, weights learn by truncated back-propagation through time. A stream of plain numbers needs no options.
 *
 * ```ts
 * temperature$.pipe(lstmForecast({ value: (r) => r.celsius, time: (r) => r.at, hidden: 32 }))
 * ```
 *
 * The model learns from every event; with {@link detectAnomalies} that depends on the verdict.
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
  lstmForecastOptions.resolve('lstmForecast', options as AnyOptions);
  const lstm = lstmOptions.pick(options);
  lstmOptions.resolve('lstmForecast', lstm);
  if (options.bidirectional !== undefined) {
    const lag = resolveLag('lstmForecast', options.bidirectional, lstm);
    const { drift = false } = options;
    if (drift !== false)
      throw badOption('lstmForecast', 'drift', 'false or left out where events are forecast late', drift);
    if (options.covariates !== undefined)
      throw badOption(
        'lstmForecast',
        'covariates',
        'left out where events are forecast late',
        options.covariates,
      );
    return forecastLate(
      'lstmForecast',
      (dimensions) => new BidirectionalForecaster({ dimensions, lag, ...lstm }),
      options,
    );
  }
  return forecastBy('lstmForecast', lstmFactory(lstm), options);
}

import { defer, filter, finalize, from, map, type OperatorFunction } from 'rxjs';
import { OptionSet, type OptionTable } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { AheadForecast, Shape, Value } from '../core/reading.ts';
import { type KeySelector, keyOf } from '../core/selectors.ts';
import { AheadForecaster } from '../models/ahead/aheadForecaster.ts';
import { type AheadOptions, aheadTable } from '../models/ahead/aheadOptions.ts';
import { DriftDetector } from '../models/driftDetector.ts';
import { EventReader } from '../models/eventReader.ts';
import { checkedForecasters } from '../models/forecaster.ts';
import { keyTable } from '../models/keyOptions.ts';
import { toAheadSteps } from '../models/toVerdict.ts';
import { noticeFallback } from '../numerics/engines/fallback.ts';
import { type ForecastWithOptions, forecastWithTable } from './forecastWith.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { problemReporter } from './problemReporter.ts';
import { toForecast } from './toForecast.ts';

/** Options of {@link forecastAhead}: how far ahead, by what, of reading events, and of keeping streams apart. */
export interface ForecastAheadOptions<E, V extends Value>
  extends Omit<ForecastWithOptions<E, V>, 'covariates'>,
    AheadOptions {
  /**
   * The stream that an event belongs to; each gets a model of its own. Text, or a number, which names the stream of its
   * digits; keys of other types end the stream with an error (BAD_DATA).
   * @default its field `key`; one stream if it has none
   */
  readonly key?: KeySelector<E>;
  /** Models that are alive at most; the one that was idle longest gives way. @default 1000 */
  readonly maxKeys?: number;
}

type AnyOptions = ForecastAheadOptions<unknown, Value>;
type Resolved = AnyOptions & Required<AheadOptions & Pick<AnyOptions, 'maxKeys' | 'drift'>>;

const { covariates: _, ...ownTable } = forecastWithTable;

/** The table of all options of {@link forecastAhead}. */
export const forecastAheadTable: OptionTable<AnyOptions, Resolved> = {
  ...aheadTable,
  ...ownTable,
  key: keyTable.key,
  maxKeys: keyTable.maxKeys,
};

const forecastAheadOptions: OptionSet<AnyOptions, Resolved> = new OptionSet(forecastAheadTable);

/** What is known of one key's stream. */
interface Stream<E, V extends Value> {
  readonly reader: EventReader<E, V>;
  forecaster?: AheadForecaster;
  drift?: DriftDetector;
}

/**
 * Forecasts the next `steps` events of every stream, with quantiles, after each event or every so many of them. The intervals are
 * calibrated for each step by how past forecasts of it turned out: one from 0.1 to 0.9 holds 80 % of the values in the long run.
 * A forecast comes out with the event after which it was made, which has been learnt by then.
 *
 * ```ts
 * load$.pipe(forecastAhead({ steps: 96, every: 4, value: (r) => r.load, time: (r) => r.at }))
 *   .subscribe(({ ahead }) => plan(ahead.map(({ time, quantiles: [low, , high] }) => ({ time, low, high }))));
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function forecastAhead<E, V extends Value>(
  options: ForecastAheadOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, AheadForecast<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function forecastAhead<E extends Measured>(
  options?: ForecastAheadOptions<E, ValueOf<E>>,
): OperatorFunction<E, AheadForecast<E, ValueOf<E>>>;
export function forecastAhead<E, V extends Value>(
  options: ForecastAheadOptions<E, V> = {},
): OperatorFunction<E, AheadForecast<E, V>> {
  const where = 'forecastAhead';
  const { covariates } = (options as { readonly covariates?: unknown } | null) ?? {};
  if (covariates !== undefined)
    throw badOption(where, 'covariates', 'left out: those of the coming events are not known', covariates);
  const resolved = forecastAheadOptions.resolve(where, options as AnyOptions);
  const { steps, quantiles, every, combine, maxKeys, drift: watchesDrift } = resolved;
  const forecaster = checkedForecasters(where, resolved.forecaster);
  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter(where, options.onProblem);
      const selectKey = keyOf(options.key);
      const streams = new Map<string | undefined, Stream<E, V>>(); // the one idle longest first

      const streamOf = (key: string | undefined): Stream<E, V> => {
        const known = streams.get(key);
        streams.delete(key);
        const stream = known ?? {
          reader: new EventReader<E, V>(where, { ...options, onProblem }, key),
        };
        streams.set(key, stream);
        if (streams.size > maxKeys) {
          const [idle, { forecaster: model }] = streams.entries().next().value!;
          model?.dispose();
          streams.delete(idle);
        }
        return stream;
      };
      const take = (event: E, index: number): AheadForecast<E, V> | undefined => {
        const key = selectKey(event);
        const stream = streamOf(key);
        const { reader } = stream;
        const observation = reader.read(event, index);
        if (observation === undefined) return undefined;
        const dimensions = observation.value.length;
        if (stream.forecaster === undefined) {
          const options = { dimensions, steps, quantiles, every, forecaster, combine };
          const [made, slow] = noticeFallback(() => new AheadForecaster(options));
          if (slow !== undefined) reader.reportSlowEngine(event, slow);
          stream.forecaster = made;
          if (watchesDrift) stream.drift = new DriftDetector(dimensions);
        }
        const model = stream.forecaster;
        const prediction = model.predict();
        if (stream.drift?.signals(prediction.expected, observation) === true) model.boostLearningRate();
        stream.drift?.learn(prediction.expected, observation);
        model.learn(observation, observation.imputed ? 0 : 1);
        if (!model.isDue) return undefined;
        const { time, value, imputed } = toForecast(reader, event, observation, prediction);
        return { event, time, key, value, imputed, ahead: toAheadSteps(model.predictAhead(), reader) };
      };

      return from(source).pipe(
        map(take),
        filter((result) => result !== undefined),
        finalize(() => {
          finish();
          for (const { forecaster: model } of streams.values()) model?.dispose();
        }),
      );
    });
}

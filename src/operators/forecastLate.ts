import { concat, defer, filter, finalize, from, map, type OperatorFunction } from 'rxjs';
import type { Forecast, Value } from '../core/reading.ts';
import { EventReader } from '../models/eventReader.ts';
import type { BidirectionalForecaster, LateForecast } from '../models/forecasters/bidirectionalForecaster.ts';
import { type ReaderOptions, readerOptions } from '../models/readerOptions.ts';
import { noticeFallback } from '../numerics/engines/fallback.ts';
import { problemReporter } from './problemReporter.ts';
import { toForecast } from './toForecast.ts';

/** Forecasts every event after the events that follow it are known; the last ones when the stream ends. */
export function forecastLate<E, V extends Value>(
  where: string,
  factory: (dimensions: number) => BidirectionalForecaster,
  options: ReaderOptions<E, V>,
): OperatorFunction<E, Forecast<E, V>> {
  readerOptions.resolvePart(where, options);
  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter(where, options.onProblem);
      const reader = new EventReader<E, V>(where, { ...options, onProblem });
      const waiting: E[] = []; // events without an estimate
      let forecaster: BidirectionalForecaster | undefined;

      const answer = ({ observation, prediction }: LateForecast): Forecast<E, V> =>
        toForecast(reader, waiting.shift()!, observation, prediction);
      const take = (event: E, index: number): Forecast<E, V> | undefined => {
        const observation = reader.read(event, index);
        if (observation === undefined) return undefined;
        if (forecaster === undefined) {
          const [made, slow] = noticeFallback(() => factory(observation.value.length));
          if (slow !== undefined) reader.reportSlowEngine(event, slow);
          forecaster = made;
        }
        waiting.push(event);
        const late = forecaster.take(observation);
        return late && answer(late);
      };

      return concat(
        from(source).pipe(
          map(take),
          filter((result) => result !== undefined),
        ),
        defer(() => from(forecaster?.finish() ?? []).pipe(map(answer))),
      ).pipe(
        finalize(() => {
          finish();
          forecaster?.dispose();
        }),
      );
    });
}

import type { EarlierForecast, Forecast } from '../../core/reading.ts';
import type { Prediction } from '../forecaster.ts';
import { predictionOf } from './laplaceBand.ts';

/** Reads the predictions in the forecasts of one stream. Those of numbers are one object, which each fills anew. */
export class PredictionReader {
  #reused: Prediction | undefined;

  /** To be read before the next, and not to be kept. */
  of(forecast: Forecast): Prediction {
    if (!isOfNumbers(forecast)) return predictionOf(forecast);
    const reused = this.#reused;
    if (reused === undefined || reused.earlier?.length !== forecast.earlier?.length)
      this.#reused = predictionOf(forecast);
    else refill(reused, forecast);
    return this.#reused!;
  }
}

type OfNumbers = Forecast<unknown, number> & { readonly scale: number };

function isOfNumbers(forecast: Forecast): forecast is OfNumbers {
  const { expected, lower, upper, scale, earlier = NONE } = forecast;
  for (let k = 0; k < earlier.length; k++)
    if (typeof earlier[k].expected !== 'number' || typeof earlier[k].scale !== 'number') return false;
  return (
    typeof expected === 'number' &&
    typeof lower === 'number' &&
    typeof upper === 'number' &&
    typeof scale === 'number'
  );
}

/** @param prediction of as many horizons, made of numbers */
function refill(prediction: Prediction, forecast: OfNumbers): void {
  put(prediction.expected, forecast.expected);
  put(prediction.lower, forecast.lower);
  put(prediction.upper, forecast.upper);
  put(prediction.scale, forecast.scale);
  const { earlier = NONE } = forecast;
  for (let k = 0; k < earlier.length; k++) {
    put(prediction.earlier![k].expected, earlier[k].expected);
    put(prediction.earlier![k].scale, earlier[k].scale);
  }
}

/** @param into made by `toVector` of a number: nobody else's */
function put(into: readonly number[], value: number): void {
  (into as number[])[0] = value;
}

const NONE: readonly EarlierForecast<number>[] = [];

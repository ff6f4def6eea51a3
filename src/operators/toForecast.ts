import type { EarlierForecast, Forecast, Reading, Value } from '../core/reading.ts';
import { defaultKey } from '../core/selectors.ts';
import type { EventReader } from '../models/eventReader.ts';
import { orElse, residualOf } from '../models/filled.ts';
import type { Observation, PointAndScale, Prediction } from '../models/forecaster.ts';

/** An event with its prediction, which also replaces missing values. */
export function toForecast<E, V extends Value>(
  reader: EventReader<E, V>,
  event: E,
  { time, value, imputed }: Observation,
  { expected, lower, upper, scale, earlier }: Prediction,
): Forecast<E, V> {
  const { isScalar } = reader;
  const isFilled = imputed || value.some(Number.isNaN);
  const known = isScalar ? orElse(value[0], expected[0]) : value.map((each, d) => orElse(each, expected[d]));
  const residual =
    typeof known === 'number'
      ? residualOf(known, expected[0], imputed)
      : known.map((each, d) => residualOf(each, expected[d], imputed));
  return createForecast<E, V>(
    { event, time, key: defaultKey(event), value: known as V, imputed: isFilled },
    shaped(expected, isScalar),
    shaped(lower, isScalar),
    shaped(upper, isScalar),
    residual as V,
    shaped(scale, isScalar),
    earlier && shapedEarlier(earlier, isScalar),
  );
}

/** Lists are copied: the forecaster may fill its own anew at the next event. */
function shaped<V extends Value>(values: readonly number[], isScalar: boolean): V {
  return (isScalar ? values[0] : values.slice()) as V;
}

function shapedEarlier<V extends Value>(
  earlier: readonly PointAndScale[],
  isScalar: boolean,
): EarlierForecast<V>[] {
  return earlier.map(({ expected, scale }) => ({
    expected: shaped(expected, isScalar),
    scale: shaped(scale, isScalar),
  }));
}

/** Written out: spreading one object into another costs a microsecond, as much as a small network. */
function createForecast<E, V extends Value>(
  { event, time, key, value, imputed }: Reading<E, V>,
  expected: V,
  lower: V,
  upper: V,
  residual: V,
  scale: V,
  earlier: EarlierForecast<V>[] | undefined,
): Forecast<E, V> {
  return earlier === undefined
    ? { event, time, key, value, imputed, expected, lower, upper, residual, scale }
    : { event, time, key, value, imputed, expected, lower, upper, residual, scale, earlier };
}

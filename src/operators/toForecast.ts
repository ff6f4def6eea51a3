import type { EarlierForecast, Forecast, Reading, Value } from '../core/reading.ts';
import { defaultKey } from '../core/selectors.ts';
import type { EventReader } from '../models/eventReader.ts';
import type { Observation, Prediction } from '../models/forecaster.ts';

/** An event with its prediction, which also replaces missing values. */
export function toForecast<E, V extends Value>(
  reader: EventReader<E, V>,
  event: E,
  { time, value, imputed }: Observation,
  { expected, lower, upper, scale, earlier }: Prediction,
): Forecast<E, V> {
  // Lists are copied: the forecaster may fill its own anew at the next event.
  const shape = (values: readonly number[]): V => (reader.isScalar ? values[0] : values.slice()) as V;
  const known = value.slice();
  const residual = new Array<number>(known.length);
  let isFilled = imputed;
  for (let d = 0; d < known.length; d++) {
    const missing = Number.isNaN(known[d]);
    if (missing) known[d] = expected[d];
    residual[d] = imputed ? 0 : known[d] - expected[d];
    if (!missing) continue;
    isFilled = true;
  }
  return createForecast(
    { event, time, key: defaultKey(event), value: reader.shape(known), imputed: isFilled },
    shape(expected),
    shape(lower),
    shape(upper),
    reader.shape(residual),
    shape(scale),
    earlier?.map((made) => ({
      expected: shape(made.expected),
      scale: shape(made.scale),
    })),
  );
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

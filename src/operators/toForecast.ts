import type { EarlierForecast, Forecast, Value } from '../core/reading.ts';
import { defaultKey } from '../core/selectors.ts';
import type { EventReader } from '../models/eventReader.ts';
import { orElse, residualOf } from '../models/filled.ts';
import type { Observation, PointAndScale, Prediction } from '../models/forecaster.ts';

/** An event with its prediction, which also replaces missing values. */
export function toForecast<E, V extends Value>(
  reader: EventReader<E, V>,
  event: E,
  { time, value: raw, imputed: filled }: Observation,
  { expected: centre, lower: below, upper: above, scale: scales, earlier: made }: Prediction,
): Forecast<E, V> {
  const { isScalar } = reader;
  const key = defaultKey(event);
  const known = isScalar ? orElse(raw[0], centre[0]) : raw.map((each, d) => orElse(each, centre[d]));
  const off =
    typeof known === 'number'
      ? residualOf(known, centre[0], filled)
      : known.map((each, d) => residualOf(each, centre[d], filled));
  const imputed = filled || raw.some(Number.isNaN); // in a dimension
  const value = known as V;
  const residual = off as V;
  const expected = (isScalar ? centre[0] : centre) as V;
  const lower = (isScalar ? below[0] : below) as V;
  const upper = (isScalar ? above[0] : above) as V;
  const scale = (isScalar ? scales[0] : scales) as V;
  // Written out: spreading one object into another costs a microsecond, as much as a small network.
  if (made === undefined)
    return { event, time, key, value, imputed, expected, lower, upper, residual, scale };
  const earlier = new Array<EarlierForecast<V>>(made.length);
  for (let k = 0; k < made.length; k++) earlier[k] = toEarlier(made[k], isScalar);
  return { event, time, key, value, imputed, expected, lower, upper, residual, scale, earlier };
}

function toEarlier<V extends Value>(
  { expected, scale }: PointAndScale,
  isScalar: boolean,
): EarlierForecast<V> {
  return (isScalar ? { expected: expected[0], scale: scale[0] } : { expected, scale }) as EarlierForecast<V>;
}

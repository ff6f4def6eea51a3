import type { Forecast } from '../../core/reading.ts';
import { toVector } from '../../core/vector.ts';
import type { Prediction } from '../forecaster.ts';
import { flooredScale } from './residualScale.ts';

/** Half the width of a Laplace distribution's central 95 %, in units of its scale b: −ln 0.05. */
export const BAND: number = Math.log(20);

/** The prediction of independent Laplace distributions. */
export function laplaceBand(expected: readonly number[], scale: readonly number[]): Prediction {
  return {
    expected,
    lower: expected.map((centre, d) => centre - BAND * scale[d]),
    upper: expected.map((centre, d) => centre + BAND * scale[d]),
    scale,
  };
}

/** The prediction of a forecaster before its first observation. */
export function noPrediction(dimensions: number): Prediction {
  const nothing = new Array<number>(dimensions).fill(Number.NaN);
  return { expected: nothing, lower: nothing, upper: nothing, scale: nothing };
}

/** The prediction in a forecast; a scale that was left out is derived from the band. */
export function predictionOf({ expected, lower, upper, scale: given, earlier }: Forecast): Prediction {
  const below = toVector(lower);
  const centre = toVector(expected);
  const above = toVector(upper);
  const scale = given === undefined ? scaleOf(centre, below, above) : toVector(given);
  if (earlier === undefined) return { expected: centre, lower: below, upper: above, scale };
  const before = earlier.map((made) => ({ expected: toVector(made.expected), scale: toVector(made.scale) }));
  return { expected: centre, lower: below, upper: above, scale, earlier: before };
}

function scaleOf(centre: readonly number[], below: readonly number[], above: readonly number[]): number[] {
  return centre.map((level, d) => flooredScale((above[d] - below[d]) / (2 * BAND), level));
}

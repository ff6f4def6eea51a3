import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import { type Forecast, toVector } from '../../core/reading.ts';
import type { Prediction } from '../forecaster.ts';
import type { NumberRange } from '../snapshot/vectors.ts';
import { flooredScale } from './residualScale.ts';

/** Half the width of a Laplace distribution's central 95 %, in units of its scale b: −ln 0.05. */
export const BAND: number = log(20);

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
  const made = earlier.map((each) => ({ expected: toVector(each.expected), scale: toVector(each.scale) }));
  return { expected: centre, lower: below, upper: above, scale, earlier: made };
}

function scaleOf(centre: readonly number[], below: readonly number[], above: readonly number[]): number[] {
  return centre.map((level, d) => flooredScale((above[d] - below[d]) / (2 * BAND), level));
}

/** Of {@link compress}ed values. */
export const COMPRESSED: NumberRange = { least: -6, most: 6 };

/** Linear up to here; beyond, logarithmic. */
const KNEE = 2;
/** Reached at 55 standard deviations. */
const LIMIT = 6;

/**
 * Standard scores as the network's inputs: linear up to ±2, then logarithmic, never beyond ±6. One wild value
 * must not saturate every gate, yet has to remain distinguishable from a merely large one.
 */
export function compress(z: number): number {
  const size = Math.abs(z);
  return size <= KNEE ? z : Math.sign(z) * Math.min(LIMIT, KNEE + log(1 + size - KNEE));
}

/** The inverse of {@link compress}; ±55 standard deviations at the limit and beyond. */
export function expand(x: number): number {
  const size = Math.abs(x);
  return size <= KNEE ? x : Math.sign(x) * (KNEE + exp(Math.min(size, LIMIT) - KNEE) - 1);
}

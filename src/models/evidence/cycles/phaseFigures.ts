import {
  COUNT as COUNT_RANGE,
  type Layout,
  orElse,
  SIZE,
  VALUE,
  wholeWithin,
  within,
} from '../../snapshot/vectors.ts';

// Where in the figures of a `PhaseProfile` each is.
export const ORIGIN = 0; // value that the means are counted from: 32 bits are few for a large level
export const UNIT = 1; // 0 before the first value
export const OPEN = 2; // bin that is being visited, −1 for none
export const COUNT = 3; // values of the visit; then their sum, their absolute errors, their greatest surprise
export const SUM = 4;
export const WRONG = 5;
export const GREATEST = 6;
export const SEEN = 7; // values with a mean to compare them with
export const ABSOLUTE = 8; // mean absolute error
export const ERROR = 9; // mean square of the error
export const ERROR_FOURTH = 10;
export const LEVEL = 11; // slow mean of the values; then squares and fourth powers of the distance from it
export const SQUARE = 12;
export const FOURTH = 13;
export const USUAL = 14; // surprise at any phase
export const KNOWN = 15; // values with a surprise
export const AROUND = 16; // mean distance from the level
export const GAIN = 17; // nats by which a value is likelier by mean and spread of its phase than by those of all (Laplace)
export const DRIFT = 18; // of the level since the means were learnt
export const BINS = 19; // visited
export const CLOSED = 20; // visits since the second cycle began
export const WANDER = 21; // bins by which cycles are early or late
export const FIGURES = 22;

export const UNKNOWN = -1;
export const LARGEST_VALUE = 1e30; // units
export const LARGEST_NUMBER: number = 10 * LARGEST_VALUE; // of a mean or spread, and of what they are computed from
export const LARGEST = 8; // decades; beyond, a surprise counts as this

/** Which numbers each can be. */
export const LAYOUT: Layout = [
  [1, VALUE],
  [1, SIZE],
  [1, wholeWithin(-1, Number.MAX_SAFE_INTEGER)],
  [1, COUNT_RANGE],
  [1, within(-1e50, 1e50)], // sums of a visit
  [1, within(0, 1e50)],
  [1, orElse(within(0, LARGEST), UNKNOWN)],
  [1, COUNT_RANGE],
  [1, within(0, LARGEST_NUMBER)],
  [2, within(0, 1e4)], // powers of compressed numbers, the fourth at most
  [1, within(-LARGEST_NUMBER, LARGEST_NUMBER)],
  [2, within(0, 1e4)],
  [1, within(0, LARGEST)],
  [1, COUNT_RANGE],
  [1, within(0, LARGEST_NUMBER)],
  [1, within(-1e3, 1e3)],
  [1, within(-LARGEST_NUMBER, LARGEST_NUMBER)],
  [2, COUNT_RANGE],
  [1, within(0, 1e3)],
];

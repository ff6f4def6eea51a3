// What streams are made of.
import { whole } from './draws.js';

/** @import { Random } from 'rx-anomaly/numerics' */

export const RECORDS = 5000; // of every stream

/** @param {(t: number) => number} value */
export function series(value) {
  return Array.from({ length: RECORDS }, (_, t) => value(t));
}

/**
 * Which of so many modes each record is in; one lasts `shortest` to `longest` records.
 *
 * @param {Random} random
 * @param {number} modes
 * @param {number} shortest
 * @param {number} longest
 */
export function turns(random, modes, shortest, longest) {
  let [mode, left] = [0, whole(random, shortest, longest)];
  return series(() => {
    if (left-- === 0) [mode, left] = [random.below(modes), whole(random, shortest, longest)];
    return mode;
  });
}

/**
 * x_t = memory · x_{t−1} + ε_t, of this standard deviation.
 *
 * @param {Random} random
 * @param {number} memory
 * @param {number} deviation
 */
export function autoregressive(random, memory, deviation) {
  let x = deviation * random.normal();
  return () => {
    x = memory * x + deviation * Math.sqrt(1 - memory ** 2) * random.normal();
    return x;
  };
}

/**
 * @param {number} t
 * @param {number} period
 * @param {number} phase radians
 */
export function wave(t, period, phase) {
  return Math.sin((2 * Math.PI * t) / period + phase);
}

/**
 * @param {number} centre
 * @param {number} width
 * @param {number} height
 */
export function bell(centre, width, height) {
  return (/** @type {number} */ x) => height * Math.exp(-(((x - centre) / width) ** 2));
}

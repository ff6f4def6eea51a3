// What several kinds of everyday streams are made of.

/** @import { Random } from 'rx-anomaly/numerics' */

export const DAY = 86_400; // s

/**
 * Knuth's, for small rates; normal beyond.
 *
 * @param {Random} random
 * @param {number} rate
 */
export function poisson(random, rate) {
  if (rate > 50) return Math.max(0, Math.round(rate + Math.sqrt(rate) * random.normal()));
  let [count, product] = [0, random.uniform()];
  for (const least = Math.exp(-rate); product > least; count++) product *= random.uniform();
  return count;
}

/**
 * Load by day, low by night and, more or less, at weekends; 0 … 1 with some noise. Monday is day 0.
 *
 * @param {number} day with its fraction
 * @param {number} weekend share of the load of working days
 * @param {(hours: number) => number} shape
 */
export function load(day, weekend, shape) {
  const share = Math.floor(day) % 7 >= 5 ? weekend : 1;
  return share * shape(24 * (day % 1));
}

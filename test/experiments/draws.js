// What is drawn from a seeded `Random` in addition to what it gives itself.

/** @import { Random } from 'rx-anomaly/numerics' */

/**
 * @template T
 * @param {Random} random
 * @param {readonly T[]} list
 */
export function pick(random, list) {
  return list[random.below(list.length)];
}

/**
 * @param {Random} random
 * @param {number} low
 * @param {number} high
 */
export function between(random, low, high) {
  return low + (high - low) * random.uniform();
}

/**
 * An integer, both ends included.
 *
 * @param {Random} random
 * @param {number} low
 * @param {number} high
 */
export function whole(random, low, high) {
  return low + random.below(high - low + 1);
}

/** @param {Random} random */
export function sign(random) {
  return random.uniform() < 0.5 ? -1 : 1;
}

// What goes wrong in streams, each as what becomes of the values while it lasts.

/** @import { Random } from 'rx-anomaly/numerics' */

/**
 * @typedef {object} Fault
 * @property {number} records how long it lasts
 * @property {(value: number, moment: Moment) => number} change what becomes of a value
 */

/**
 * @typedef {object} Moment
 * @property {number} t the record, from the start of the stream
 * @property {number} since the record, from the start of the fault
 * @property {number} before the last value before the fault
 */

/**
 * One record that is off by `height`: contextual where the stream takes such values too, only not now.
 *
 * @param {number} height
 * @returns {Fault}
 */
export function spike(height) {
  return levelShift(1, height);
}

/**
 * @param {number} records
 * @param {number} height
 * @returns {Fault}
 */
export function levelShift(records, height) {
  return { records, change: (value) => value + height };
}

/**
 * Off by more and more, and back at once.
 *
 * @param {number} records
 * @param {number} height that it comes to
 * @returns {Fault}
 */
export function ramp(records, height) {
  return { records, change: (value, { since }) => value + (height * (since + 1)) / records };
}

/**
 * A jump from which the stream comes back by itself, to a twentieth when it is over.
 *
 * @param {number} records
 * @param {number} height
 * @returns {Fault}
 */
export function decayingShock(records, height) {
  return { records, change: (value, { since }) => value + height * Math.exp((-3 * since) / records) };
}

/**
 * The last value over and over.
 *
 * @param {number} records
 * @returns {Fault}
 */
export function stuckAt(records) {
  return { records, change: (_, { before }) => before };
}

/**
 * No value at all, which the recorder writes as 0.
 *
 * @param {number} records
 * @returns {Fault}
 */
export function outage(records) {
  return { records, change: () => 0 };
}

/**
 * @param {number} records
 * @param {number} deviation standard deviation of the noise that is added
 * @param {Random} random
 * @returns {Fault}
 */
export function noiseBurst(records, deviation, random) {
  return { records, change: (value) => value + deviation * random.normal() };
}

/**
 * Attenuated by a factor below 1, amplified by one above.
 *
 * @param {number} records
 * @param {number} factor
 * @returns {Fault}
 */
export function scaled(records, factor) {
  return { records, change: (value) => factor * value };
}

/**
 * One part of the stream gives way to another; the noise stays.
 *
 * @param {number} records
 * @param {(t: number, since: number) => number} part
 * @param {(t: number, since: number) => number} substitute
 * @returns {Fault}
 */
export function replaced(records, part, substitute) {
  return { records, change: (value, { t, since }) => value - part(t, since) + substitute(t, since) };
}

/**
 * @param {number} records
 * @param {(t: number) => number} season
 * @returns {Fault}
 */
export function missingSeason(records, season) {
  return replaced(records, season, () => 0);
}

/**
 * @param {number} records
 * @param {(t: number, speed: number) => number} cycle
 * @param {number} speed times as fast as usual
 * @returns {Fault}
 */
export function frequencyChange(records, cycle, speed) {
  return replaced(
    records,
    (t) => cycle(t, 1),
    (t) => cycle(t, speed),
  );
}

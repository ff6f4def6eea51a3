/** @import { Random } from '../../src/core/random.ts' */

/**
 * A reading as it may come off a wire: not every value is a number, not every time is later than the last.
 *
 * @typedef {object} SoakEvent
 * @property {string} [key]
 * @property {number} time
 * @property {number | null} value
 */

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);
const DAY = 1440;

/**
 * A sensor that reads a day's season every minute, forever, with what goes wrong in the field: spikes, shifts of
 * level, outages, and readings that are missing, no numbers or out of range.
 *
 * @param {Random} random
 * @param {string} [key]
 * @returns {() => SoakEvent} the next reading
 */
export function sensor(random, key) {
  const phase = random.below(DAY);
  let minute = 0;
  let level = 20;
  return () => {
    minute += random.uniform() < 0.0002 ? 120 : 1; // an outage of two hours
    if (random.uniform() < 0.0001) level += random.normal();
    const season = 5 * Math.sin((2 * Math.PI * (minute + phase)) / DAY);
    const spike = random.uniform() < 0.0005 ? 15 : 0;
    const isLate = random.uniform() < 0.0005;
    return {
      ...(key === undefined ? {} : { key }),
      time: START + (isLate ? minute - 5 : minute) * MINUTE,
      value: spoilt(random, level + season + spike + 0.3 * random.normal()),
    };
  };
}

const UNUSABLE = [Number.NaN, null, Number.POSITIVE_INFINITY, -1e305, /** @type {number} */ (Number('n/a'))];

/**
 * @param {Random} random
 * @param {number} value
 */
function spoilt(random, value) {
  return random.uniform() < 0.002 ? UNUSABLE[random.below(UNUSABLE.length)] : value;
}

/**
 * Readings of `alive` sensors at a time, in random order. Sensors come and go: after every `stay` readings one is
 * replaced by a new one.
 *
 * @param {Random} random
 * @param {number} alive
 * @param {number} stay
 * @returns {() => SoakEvent} the next reading
 */
export function fleet(random, alive, stay) {
  let made = 0;
  let read = 0;
  const create = () => sensor(random, `sensor-${++made}`);
  const sensors = Array.from({ length: alive }, create);
  return () => {
    if (++read % stay === 0) sensors[random.below(alive)] = create();
    return sensors[random.below(alive)]();
  };
}

// Streams that mostly keep one value, and streams that do not move at all.
import { between, pick, sign, whole } from '../draws.js';
import { poisson } from './shapes.js';

/** @import { Random } from 'rx-anomaly/numerics' */
/** @import { EverydayStream, Kind } from './kinds.js' */

const RECORDS = 6000;
const LEARNING = 400; // records in which the first pulses are rightly an incident

/** @type {Readonly<Record<string, Kind>>} */
export const resting = {
  'rare counts': (random) => {
    const rate = between(random, 0.02, 0.12);
    return atRest(random, 0, () => poisson(random, rate), whole(random, 20, 60));
  },
  'zeros with bursts': (random) => {
    const rate = between(random, 0.005, 0.03);
    const size = 10 ** between(random, 0, 3);
    let left = 0;
    const next = () => {
      if (left === 0 && random.uniform() < rate) left = whole(random, 1, 4);
      if (left === 0) return 0;
      left--;
      return size * (1 + random.uniform());
    };
    return atRest(random, 0, next, size * between(random, 15, 40));
  },
  '100 % with rare dips': (random) => {
    const rate = between(random, 0.01, 0.06);
    const next = () => (random.uniform() < rate ? -pick(random, [1, 1, 1, 2]) : 0);
    return atRest(random, 100, next, -whole(random, 30, 80));
  },
  'disk writes': (random) => {
    const rate = between(random, 0.05, 0.2);
    const next = () => (random.uniform() < rate ? Math.exp(1 + 0.6 * random.normal()) : 0);
    return atRest(random, 0, next, between(random, 200, 1000));
  },
  'on and off': (random) => {
    let [on, left] = [0, whole(random, 50, 400)];
    const values = Array.from({ length: RECORDS }, () => {
      if (left-- === 0) [on, left] = on === 1 ? [0, whole(random, 100, 400)] : [1, whole(random, 5, 20)];
      return on;
    });
    return { values, interval: 60, excused: [{ first: 0, last: 1500 }] };
  },
  'all alike': (random) => ({
    values: new Array(RECORDS).fill(pick(random, [0, 42, 1, -3.7, between(random, -1e3, 1e3)])),
    interval: pick(random, [10, 60, 3600]),
  }),
  'alike for 5,000, then rare ones': (random) => {
    const rate = between(random, 0.005, 0.03);
    let first = -1;
    const values = Array.from({ length: 10_000 }, (_, t) => {
      const one = t >= 5000 && random.uniform() < rate ? 1 : 0;
      if (one === 1 && first < 0) first = t;
      return one;
    });
    return { values, interval: 60, excused: [{ first, last: first + LEARNING }] };
  },
  'alike, with noise of rounding': (random) => {
    const value = between(random, 1, 100);
    const values = Array.from(
      { length: RECORDS },
      () => value * (1 + sign(random) * pick(random, [0, 0, 1e-16])),
    );
    return { values, interval: 60 };
  },
};

/**
 * @param {Random} random
 * @param {number} rest
 * @param {() => number} pulse
 * @param {number} burst how far the fault leaves the value
 * @returns {EverydayStream}
 */
function atRest(random, rest, pulse, burst) {
  const values = Array.from({ length: RECORDS }, () => rest + pulse());
  const first = whole(random, 3000, RECORDS - 100);
  const last = first + whole(random, 0, 2);
  for (let t = first; t <= last; t++) values[t] = rest + burst;
  return {
    values,
    interval: pick(random, [10, 60, 300]),
    faults: [{ first, last }],
    excused: [{ first: 0, last: LEARNING }],
  };
}

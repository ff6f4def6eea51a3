// What is handled well and has to stay so, heavy tails and counts; with faults of the everyday kind in them.
import { between, pick, sign, whole } from '../draws.js';
import { autoregressive, wave } from '../signals.js';
import { DAY, poisson } from './shapes.js';

/** @import { Random } from 'rx-anomaly/numerics' */
/** @import { EverydayStream, Kind } from './kinds.js' */

const RECORDS = 6000;

/** @type {Readonly<Record<string, Kind>>} */
export const ordinary = {
  'noise with a spike': (random) => spiked(random, noise(random), 15),
  'trend with a spike': (random) => {
    const slope = (sign(random) * between(random, 1, 20)) / 1000;
    const error = noise(random);
    return spiked(random, (t) => slope * t + error(t), 15);
  },
  'random walk': (random) => {
    let x = 0;
    return { values: series(() => (x += random.normal())), interval: 60 };
  },
  'temperatures in steps': (random) => {
    const error = autoregressive(random, 0.95, 0.5);
    const step = pick(random, [0.1, 0.5, 1]);
    return {
      values: series((t) => Math.round((20 + 4 * wave(t, 288, 1) + error()) / step) * step),
      interval: 300,
    };
  },
  'daylight saving': (random) => {
    const at = 24 * whole(random, 70, 150);
    const error = autoregressive(random, 0.5, 1);
    return {
      values: Array.from({ length: 24 * 250 }, (_, t) => 10 * wave(t + (t >= at ? 1 : 0), 24, 0) + error()),
      interval: 3600,
      excused: [{ first: at, last: at + 72 }],
    };
  },
  'a step for good': (random) => {
    const error = noise(random);
    const [at, size] = [whole(random, 2000, 4000), sign(random) * between(random, 6, 12)];
    const values = series((t) => error(t) + (t >= at ? size : 0));
    return {
      values,
      interval: 60,
      faults: [{ first: at, last: at + 20 }],
      excused: [{ first: at, last: at + 150 }],
    };
  },
  'a leak': (random) => {
    const error = noise(random);
    const [at, slope] = [whole(random, 2000, 4000), between(random, 0.03, 0.1)];
    const length = 300;
    const values = series((t) => error(t) + (t >= at ? slope * Math.min(length, t - at) : 0));
    const last = at + length;
    return {
      values,
      interval: 60,
      faults: [{ first: at, last }],
      excused: [{ first: at, last: last + 300 }],
    };
  },
  'a stuck sensor': (random) => {
    const error = noise(random);
    const [first, length] = [whole(random, 2000, 4000), whole(random, 80, 300)];
    const values = series(error);
    values.fill(values[first], first, first + length);
    const last = first + length;
    return { values, interval: 60, faults: [{ first, last }], excused: [{ first, last: last + 30 }] };
  },
  'noise that grows': (random) => {
    const error = noise(random);
    const [at, factor] = [whole(random, 2000, 4000), between(random, 3, 6)];
    const values = series((t) => error(t) * (t >= at ? factor : 1));
    return {
      values,
      interval: 60,
      faults: [{ first: at, last: at + 60 }],
      excused: [{ first: at, last: at + 300 }],
    };
  },
  'a ramp at the start': (random) => {
    const length = whole(random, 50, 500);
    const error = noise(random);
    return spiked(random, (t) => 50 * Math.min(1, t / length) + error(t), 15);
  },
  'log-normal latency': (random) => {
    const error = autoregressive(random, pick(random, [0, 0.5, 0.8]), 1);
    const [size, spread] = [10 ** between(random, 0, 3), between(random, 0.4, 0.9)];
    const values = series(() => size * Math.exp(spread * error()));
    const at = whole(random, 3000, RECORDS - 100);
    values[at] = size * Math.exp(12 * spread);
    return { values, interval: pick(random, [10, 60]), faults: [{ first: at, last: at }] };
  },
  prices: (random) => {
    let [log, variance] = [4, 1e-6];
    const values = series(() => {
      const change = Math.sqrt(variance) * random.normal();
      variance = 2e-8 + 0.12 * change ** 2 + 0.86 * variance;
      log += change;
      return Math.exp(log);
    });
    return { values, interval: 60 };
  },
  'counts of a day': (random) => {
    const most = between(random, 3, 60);
    const perDay = pick(random, [96, 288]);
    const rate = (/** @type {number} */ t) => most * (0.55 - 0.45 * wave(t, perDay, Math.PI / 2));
    const values = Array.from({ length: 21 * perDay }, (_, t) => poisson(random, rate(t)));
    const at = whole(random, 12 * perDay, 20 * perDay);
    values[at] += Math.ceil(most + 14 * Math.sqrt(most));
    return { values, interval: DAY / perDay, faults: [{ first: at, last: at }] };
  },
  'counts without a day': (random) => {
    const rate = 10 ** between(random, 0, 1.7);
    return { values: series(() => poisson(random, rate)), interval: 60 };
  },
  'an incident and the way back': (random) => {
    const error = noise(random);
    const [first, length] = [whole(random, 2000, 4000), whole(random, 5, 200)];
    const size = sign(random) * between(random, 12, 30);
    const values = series((t) => error(t) + (t >= first && t < first + length ? size : 0));
    return { values, interval: 60, faults: [{ first, last: first + Math.min(5, length) - 1 }] };
  },
};

/** @param {(t: number) => number} value */
function series(value) {
  return Array.from({ length: RECORDS }, (_, t) => value(t));
}

/**
 * Errors of deviation 1 of one of several kinds.
 *
 * @param {Random} random
 * @returns {(t: number) => number}
 */
function noise(random) {
  const memory = pick(random, [0, 0, 0.5, 0.8]);
  return autoregressive(random, memory, 1);
}

/**
 * @param {Random} random
 * @param {(t: number) => number} value
 * @param {number} size
 * @returns {EverydayStream}
 */
function spiked(random, value, size) {
  const values = series(value);
  const at = whole(random, 1500, RECORDS - 100);
  values[at] += sign(random) * size;
  return { values, interval: pick(random, [10, 60, 300]), faults: [{ first: at, last: at }] };
}

// An unusual start or a long glitch, then ordinary life with four spikes in it.
import { between, pick, sign, whole } from '../draws.js';
import { autoregressive, wave } from '../signals.js';

/** @import { Random } from 'rx-anomaly/numerics' */
/** @import { EverydayStream, Kind, Span } from './kinds.js' */

const SPIKES = [500, 2000, 8000, 16_000]; // records of ordinary life before each
const SETTLING = 20; // records around a change within which an incident is rightly an incident

/** @type {Readonly<Record<string, Kind>>} */
export const blindness = {
  'idle near 0, then life': (random) => {
    const { life, deviation } = drawLife(random);
    const idle = Array.from({ length: whole(random, 300, 2500) }, () => 1e-3 * deviation * random.normal());
    return withStart(random, idle, life, deviation);
  },
  'constant, then life': (random) => {
    const { life, deviation } = drawLife(random);
    const value = pick(random, [0, 1, between(random, -100, 100)]);
    return withStart(random, new Array(whole(random, 300, 2500)).fill(value), life, deviation);
  },
  'smaller unit, then life': (random) => {
    const { life, deviation } = drawLife(random);
    const unit = pick(random, [1e-6, 1e-4, 1e-3]);
    const start = life.slice(0, whole(random, 1000, 2500)).map((x) => unit * x);
    return withStart(random, start, life, deviation);
  },
  'larger unit, then life': (random) => {
    const { life, deviation } = drawLife(random);
    const unit = pick(random, [1e6, 1e4, 1e3]);
    const start = life.slice(0, whole(random, 1000, 2500)).map((x) => unit * x);
    return withStart(random, start, life, deviation);
  },
  'far away for long, and back': (random) => {
    const { life, deviation } = drawLife(random);
    const offset = sign(random) * between(random, 60, 2000) * deviation;
    return withGlitch(random, life, deviation, whole(random, 150, 900), (x) => x + offset);
  },
  'stuck far away for long, and back': (random) => {
    const { life, deviation } = drawLife(random);
    const value = pick(random, [9999, -9999, 1e6, 65_535]);
    return withGlitch(random, life, deviation, whole(random, 200, 1200), () => value);
  },
  'the same glitch twice': (random) => {
    const { life, deviation } = drawLife(random);
    const offset = sign(random) * between(random, 100, 1000) * deviation;
    const once = withGlitch(random, life, deviation, whole(random, 150, 500), (x) => x + offset);
    const at = 5000 + whole(random, 0, 500);
    const last = at + whole(random, 150, 500);
    for (let t = at; t <= last; t++) once.values[t] += offset;
    return { ...once, excused: [...(once.excused ?? []), { first: at, last: last + SETTLING }] };
  },
  'another level for good': (random) => {
    const { life, deviation } = drawLife(random);
    const factor = between(random, 0.3, 3);
    const offset = sign(random) * between(random, 40, 500) * deviation;
    const start = life.slice(0, whole(random, 800, 2500)).map((x) => factor * x + offset);
    return withStart(random, start, life, deviation);
  },
  'a glitch of a few': (random) => {
    const { life, deviation } = drawLife(random);
    const offset = sign(random) * between(random, 60, 2000) * deviation;
    return withGlitch(random, life, deviation, whole(random, 1, 30), (x) => x + offset);
  },
  'an ordinary start': (random) => {
    const { life, deviation } = drawLife(random);
    return withStart(random, [], life, deviation);
  },
};

/**
 * Ordinary life, and the deviation by which spikes are measured.
 *
 * @param {Random} random
 */
function drawLife(random) {
  const deviation = 10 ** between(random, -1, 2);
  const mean = pick(random, [between(random, 3, 30), between(random, -30, 30), 5]) * deviation;
  const noise = autoregressive(random, pick(random, [0, 0.5, 0.9]), deviation);
  const [period, amplitude] = [whole(random, 40, 400), pick(random, [0, 2]) * deviation];
  const life = Array.from({ length: 17_000 }, (_, t) => mean + amplitude * wave(t, period, 0) + noise());
  return { life, deviation };
}

/**
 * @param {Random} random
 * @param {readonly number[]} start
 * @param {readonly number[]} life
 * @param {number} deviation
 * @returns {EverydayStream}
 */
function withStart(random, start, life, deviation) {
  const { values, faults } = withSpikes(random, life, deviation, 0);
  return {
    values: [...start, ...values],
    interval: pick(random, [10, 60, 300]),
    faults: faults.map(({ first }) => ({ first: first + start.length, last: first + start.length })),
    excused: start.length === 0 ? [] : [{ first: start.length, last: start.length + SETTLING }],
  };
}

/**
 * @param {Random} random
 * @param {readonly number[]} life
 * @param {number} deviation
 * @param {number} length
 * @param {(x: number) => number} glitch
 * @returns {EverydayStream}
 */
function withGlitch(random, life, deviation, length, glitch) {
  const first = whole(random, 300, 1500);
  const began = first + length;
  const { values, faults } = withSpikes(random, life.slice(0, 17_000), deviation, began);
  for (let t = first; t < began; t++) values[t] = glitch(values[t]);
  return {
    values,
    interval: pick(random, [10, 60, 300]),
    faults,
    excused: [{ first, last: began + SETTLING }],
  };
}

/**
 * @param {Random} random
 * @param {readonly number[]} life
 * @param {number} deviation
 * @param {number} from record after which the ages of the spikes count
 */
function withSpikes(random, life, deviation, from) {
  const values = [...life];
  /** @type {Span[]} */
  const faults = [];
  for (const age of SPIKES) {
    const at = from + age;
    if (at >= values.length) continue;
    values[at] += sign(random) * 40 * deviation;
    faults.push({ first: at, last: at });
  }
  return { values, faults };
}

// Regular shapes in which nothing is wrong: no alert from the fifth period on.
import { between, pick, whole } from '../draws.js';

/** @import { Random } from 'rx-anomaly/numerics' */
/** @import { EverydayStream, Kind } from './kinds.js' */

const RECORDS = 6000;

/** @type {Readonly<Record<string, Kind>>} */
export const regular = {
  sawtooth: (random) => periodic(random, (phase) => phase),
  square: (random) => {
    const duty = between(random, 0.2, 0.8);
    return periodic(random, (phase) => (phase < duty ? 1 : 0));
  },
  triangle: (random) => periodic(random, (phase) => Math.abs(2 * phase - 1)),
  'wrapping counter': (random) => {
    const [step, wrap] = [whole(random, 1, 9), pick(random, [256, 1000, 4096])];
    const period = Math.ceil(wrap / step);
    return { values: Array.from({ length: RECORDS }, (_, t) => (t * step) % wrap), excused: early(period) };
  },
  'ramps of any length': (random) => {
    const [steep, rough] = [between(random, 0.01, 0.1), between(random, 0, 0.005)];
    let [at, left] = [0, 0];
    const values = Array.from({ length: RECORDS }, () => {
      if (left-- === 0) [at, left] = [between(random, -0.3, 0.3), whole(random, 15, 60)];
      at += steep;
      return at + rough * random.normal();
    });
    return { values, excused: early(40) };
  },
  'two regimes in turn': (random) => {
    const length = whole(random, 60, 400);
    const [apart, rough] = [between(random, 3, 20), between(random, 1, 4)];
    const values = Array.from({ length: RECORDS }, (_, t) =>
      Math.floor(t / length) % 2 === 0 ? random.normal() : apart + rough * random.normal(),
    );
    return { values, excused: early(2 * length) };
  },
  'two regimes at random': (random) => {
    const [apart, rough] = [between(random, 3, 15), between(random, 1, 4)];
    let [second, left] = [false, whole(random, 40, 200)];
    const values = Array.from({ length: RECORDS }, () => {
      if (left-- === 0) [second, left] = [!second, whole(random, 40, 200)];
      return second ? apart + rough * random.normal() : random.normal();
    });
    return { values, interval: 60, excused: early(240) };
  },
};

/**
 * @param {Random} random
 * @param {(phase: number) => number} shape 0 … 1
 * @returns {EverydayStream}
 */
function periodic(random, shape) {
  const period = whole(random, 20, 300);
  const [offset, height] = [between(random, -50, 50), between(random, 1, 100)];
  const noise = pick(random, [0, 0.01, 0.03]) * height;
  const values = Array.from(
    { length: RECORDS },
    (_, t) => offset + height * shape((t % period) / period) + noise * random.normal(),
  );
  return { values, ...pick(random, [{ interval: 60 }, {}]), excused: early(period) };
}

/** @param {number} period */
function early(period) {
  return [{ first: 0, last: Math.min(RECORDS - 1, 5 * period) }];
}

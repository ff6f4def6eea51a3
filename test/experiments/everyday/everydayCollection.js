import { Random } from 'rx-anomaly/numerics';
import { hash, timeOf } from './everyday.js';
import { KINDS } from './kinds.js';

/** @import { Collection } from '../../../src/lab/forecast/readCollection.ts' */

/**
 * One stream of each everyday kind, as the forecasters are measured on.
 *
 * @param {number} seed
 * @param {number} [most] values of each
 * @returns {Collection}
 */
export function everydayCollection(seed, most = 10_000) {
  const series = Object.entries(KINDS).flatMap(([group, kinds]) =>
    Object.entries(kinds).map(([kind, draw]) => {
      const { values, interval } = draw(new Random(hash(kind) + seed));
      const first = Float64Array.from(values.slice(0, most));
      const times = interval === undefined ? undefined : first.map((_, t) => timeOf(interval, t));
      return { name: `${group}: ${kind}`, values: first, times };
    }),
  );
  return { name: `everyday, seed ${seed}`, series };
}

// False alerts of detectRare where nothing changes, and new categories found: `npm run experiments -- --rare`.
import { Random } from 'rx-anomaly/numerics';

/** @import { RareVerdict } from '../../src/core/reading.ts' */

const dist = (/** @type {string} */ path) => import(new URL(`../../dist/${path}.js`, import.meta.url).href);
const { RareDetector } = /** @type {typeof import('../../src/models/rare/rareDetector.ts')} */ (
  await dist('models/rare/rareDetector')
);

const EVENTS = 60_000;
const MINUTE = 60_000;
const NEW_ONES = 20; // in the last third of a stream

/** Categories, and how their weights fall. @type {readonly (readonly [name: string, size: number, power: number])[]} */
const STREAMS = [5, 100, 1000, 100_000].flatMap((size) =>
  [0.7, 1, 2].map((power) => /** @type {const} */ ([`${size}, Zipf ${power}`, size, power])),
);

export const RARE_HEADS = [
  'categories',
  'medium',
  'high',
  'medium, no hours',
  'high, no hours',
  'new ones found',
];

/**
 * A row for each stream: false alerts per 10,000 events, the largest of the seeds, and new categories found at 'medium'.
 *
 * @param {{ first: number, count: number, progress: (what: string) => void }} options
 */
export function rareCategories({ first, count, progress }) {
  const seeds = Array.from({ length: count }, (_, k) => first + k);
  return STREAMS.map(([name, size, power]) => {
    const cells = [true, false].flatMap((timeOfDay) =>
      /** @type {const} */ (['medium', 'high']).map((sensitivity) => {
        const rates = seeds.map((seed) => {
          progress(`${name}, ${sensitivity}, seed ${seed}`);
          const verdicts = detect(drawn(seed, size, power), { sensitivity, timeOfDay });
          return (1e4 * verdicts.filter(({ isAnomaly }) => isAnomaly).length) / EVENTS;
        });
        return Math.max(...rates).toFixed(1);
      }),
    );
    let found = 0;
    for (const seed of seeds) {
      progress(`${name}, new ones, seed ${seed}`);
      const events = drawn(seed, size, power);
      const random = new Random(1000 + seed);
      const places = new Set();
      while (places.size < NEW_ONES) places.add((2 * EVENTS) / 3 + random.below(EVENTS / 3));
      for (const at of places) events[at] = `new ${at}`;
      found += detect(events, { sensitivity: 'medium', timeOfDay: true }).filter(
        ({ isAnomaly }, at) => isAnomaly && places.has(at),
      ).length;
    }
    return [name, ...cells, `${found} of ${NEW_ONES * count}`];
  });
}

/**
 * @param {number} seed
 * @param {number} size
 * @param {number} power
 */
function drawn(seed, size, power) {
  const random = new Random(seed);
  const sums = new Float64Array(size);
  for (let k = 0, sum = 0; k < size; k++) {
    sum += (k + 1) ** -power;
    sums[k] = sum;
  }
  return Array.from({ length: EVENTS }, () => {
    const wanted = random.uniform() * sums[size - 1];
    let [low, high] = [0, size - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return `type ${low}`;
  });
}

/**
 * @param {readonly string[]} events
 * @param {{ sensitivity: 'medium' | 'high', timeOfDay: boolean }} options
 * @returns {RareVerdict<string>[]}
 */
function detect(events, options) {
  let at = 0;
  const detector = new RareDetector({
    ...{ ...options, repeat: 0, maxValues: 200_000 },
    value: (/** @type {string} */ event) => event,
    time: () => MINUTE * at,
  });
  return events.flatMap((event) => {
    at++;
    return detector.process(event) ?? [];
  });
}

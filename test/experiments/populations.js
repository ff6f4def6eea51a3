// What one odd stream does to the verdicts on its peers: `npm run experiments -- --population`.

import { detectPopulation } from 'rx-anomaly';
import { Random } from 'rx-anomaly/numerics';
import { from } from 'rxjs';

const WINDOWS = 900;
const MINUTE = 60_000;
const DAY = 288; // windows
const BEGIN = 600; // of what happens
const SIZES = [6, 12, 30]; // streams
const SPREADS = [0, 3, 10]; // of their levels, in noises

/** By how much the first stream is off in a window, in noises; NaN where it is silent. @type {Record<string, (t: number) => number>} */
const KINDS = {
  nothing: () => 0,
  'odd for an hour': (t) => (t >= BEGIN && t < BEGIN + 60 ? -8 : 0),
  'odd for good': (t) => (t >= BEGIN ? 8 : 0),
  'silent for an hour': (t) => (t >= BEGIN && t < BEGIN + 60 ? Number.NaN : 0),
  'silent for good': (t) => (t >= BEGIN ? Number.NaN : 0),
  new: (t) => (t < BEGIN ? Number.NaN : 0),
};

export const POPULATION_HEADS = [
  'first stream',
  'streams',
  'levels',
  'false per 1,000',
  'false incidents',
  'odd one found',
];

/**
 * A row for each kind of event, size of group and spread of levels: flagged windows and incidents of the other streams, and groups
 * in which the odd one was flagged.
 *
 * @param {{ first: number, count: number, progress: (what: string) => void }} options
 */
export function populations({ first, count, progress }) {
  return Object.entries(KINDS).flatMap(([name, off]) =>
    SIZES.flatMap((size) =>
      SPREADS.map((spread) => {
        const isOdd = name.startsWith('odd');
        let [windows, flagged, incidents, found] = [0, 0, 0, 0];
        for (let seed = first; seed < first + count; seed++) {
          progress(`${name}, ${size} streams, levels ${spread}, seed ${seed}`);
          let isFound = false;
          from(group(seed, size, spread, off))
            .pipe(detectPopulation({ every: MINUTE, onProblem: 'silent' }))
            .subscribe(({ key, time = 0, isAnomaly, startOfIncident }) => {
              const isOwn = key === '0' && name !== 'nothing';
              if (isOwn) isFound ||= isAnomaly && time >= BEGIN * MINUTE;
              else windows++;
              if (!isOwn && isAnomaly) flagged++;
              if (!isOwn && startOfIncident) incidents++;
            });
          if (isFound) found++;
        }
        const rate = ((1000 * flagged) / windows).toFixed(2);
        return [name, `${size}`, `${spread}`, rate, `${incidents}`, isOdd ? `${found} of ${count}` : ''];
      }),
    ),
  );
}

/**
 * Streams under one load, a day and a slow wander; noise of 1.
 *
 * @param {number} seed
 * @param {number} size
 * @param {number} spread
 * @param {(t: number) => number} off
 */
function group(seed, size, spread, off) {
  const random = new Random(1000 * seed + 10 * size + spread);
  const levels = Array.from({ length: size }, () => spread * random.normal());
  levels[0] *= 0.3; // the odd one is in the middle, so that it crosses others
  const events = [];
  let wander = 0;
  for (let t = 0; t < WINDOWS; t++) {
    wander = 0.98 * wander + 0.6 * random.normal();
    const load = 50 + 2 * wander + 15 * Math.sin((2 * Math.PI * t) / DAY);
    for (let k = 0; k < size; k++) {
      const value = load + levels[k] + random.normal() + (k === 0 ? off(t) : 0);
      if (!Number.isNaN(value)) events.push({ key: `${k}`, time: t * MINUTE + 100 * k, value });
    }
  }
  return events;
}

// Change points on streams with long cycles: `npm run experiments -- --changes-long`.
import { longSeries } from './longCycles.js';

/** @import { LongKind, LongSeries, Group } from './longCycles.js' */
/** @import { ChangePoint } from '../../../src/models/changes/changePoint.ts' */

const dist = (/** @type {string} */ path) =>
  import(new URL(`../../../dist/${path}.js`, import.meta.url).href);
const { ChangeTracker } = /** @type {typeof import('../../../src/models/changes/changeTracker.ts')} */ (
  await dist('models/changes/changeTracker')
);
const { StreamDetector } = /** @type {typeof import('../../../src/models/streamDetector.ts')} */ (
  await dist('models/streamDetector')
);

/** Days within which the estimated moment is right. */
const NEAR = { level: 0.1, slope: 1.5, scale: 0.5, cycle: 1 };
const FOUND_AS = { level: 'level', slope: 'slope', scale: 'scale', cycle: 'scale' };
const KINDS = /** @type {readonly LongKind[]} */ (Object.keys(FOUND_AS));
const SIZE = 0.2; // by which a size may be wrong
const EARLY = 2; // days in which no cycle can be known

/** @typedef {ChangePoint & { at: number, detected: number }} Finding by numbers of events */

/** @param {LongSeries} series @param {number} seed @returns {Finding[]} */
function findLong({ values, times }, seed) {
  const detector = new StreamDetector({
    seed,
    time: (/** @type {any} */ e) => e.time,
    value: (/** @type {any} */ e) => e.value,
  });
  const tracker = new ChangeTracker({ minCertainty: 0.5, maxKeys: 1 });
  /** @type {Finding[]} */
  const found = [];
  for (let t = 0; t < values.length; t++) {
    const verdict = detector.process({ time: times?.[t], value: values[t] });
    if (verdict === undefined) throw new Error(`event ${t} of seed ${seed} has no verdict`);
    for (const each of tracker.add(verdict)) found.push({ ...each, at: t - each.eventsAgo, detected: t });
  }
  return found;
}

/**
 * A row for each kind of change, and what is found that is none.
 *
 * @param {object} options
 * @param {Group} options.group
 * @param {number} options.first seed
 * @param {number} options.count series
 * @param {(what: string) => void} options.progress
 */
export function longChanges({ group, first, count, progress }) {
  const wrong = { early: 0, unchanged: 0, changed: 0 };
  let [events, unchanged] = [0, 0];
  /** @type {{ kind: LongKind, hit: { delay: number, error: number, isSized: boolean } | undefined }[]} */
  const all = [];
  for (let seed = first; seed < first + count; seed++) {
    progress(`${group} ${seed}`);
    const series = longSeries(seed, group);
    const { change, day } = series;
    const found = findLong(series, seed);
    const isReal = (/** @type {Finding} */ { kind, at }) =>
      change !== undefined &&
      FOUND_AS[change.kind] === kind &&
      Math.abs(at - change.at) <= NEAR[change.kind] * day;
    const first = found.find(isReal);
    for (const each of found) {
      if (each === first) continue;
      if (each.detected < EARLY * day) wrong.early++;
      else if (change === undefined) wrong.unchanged++;
      else wrong.changed++;
    }
    if (change === undefined) {
      unchanged++;
      events += series.values.length;
      continue;
    }
    const { kind, at, size } = change;
    const isFactor = kind === 'scale' || kind === 'cycle';
    const hit = first && {
      delay: (first.detected - at) / day,
      error: Math.abs(first.at - at) / day,
      isSized: Math.abs((isFactor ? first.after / first.before : first.size) / size - 1) <= SIZE,
    };
    all.push({ kind, hit });
  }
  const rows = KINDS.map((kind) => {
    const own = all.filter((each) => each.kind === kind);
    const hits = own.flatMap(({ hit }) => hit ?? []);
    return [
      ...[kind, String(own.length), String(hits.length)],
      String(hits.filter(({ isSized }) => isSized).length),
      median(hits.map(({ delay }) => delay)),
      median(hits.map(({ error }) => error)),
    ];
  });
  return { rows, wrong, unchanged, perTenThousand: (1e4 * wrong.unchanged) / Math.max(1, events) };
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted.length === 0 ? '–' : sorted[sorted.length >> 1].toFixed(3);
}

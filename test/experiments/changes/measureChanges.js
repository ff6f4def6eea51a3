// Change points on simulated series: `npm run experiments -- --changes`.
import { changedSeries, EVENTS, KINDS } from './changedSeries.js';

/** @import { ChangedSeries } from './changedSeries.js' */
/** @import { Candidate } from '../../../src/models/changes/candidates.ts' */
/** @import { ChangePoint } from '../../../src/models/changes/changePoint.ts' */

const dist = (/** @type {string} */ path) =>
  import(new URL(`../../../dist/${path}.js`, import.meta.url).href);
const { ChangeWatch, decideBy } = /** @type {typeof import('../../../src/models/changes/changeWatch.ts')} */ (
  await dist('models/changes/changeWatch')
);
const { StreamDetector } = /** @type {typeof import('../../../src/models/streamDetector.ts')} */ (
  await dist('models/streamDetector')
);

/** Events within which an estimate is right. */
export const NEAR = 64;

/**
 * @typedef {object} Looked one series, with what was found
 * @property {Omit<ChangedSeries, 'values'>} series
 * @property {(ChangePoint & { at: number, detected: number })[]} found
 * @property {{ time: number, candidates: readonly Candidate[], isLast: boolean }[]} looks where nothing was decided
 * @property {number} flagged
 */

/**
 * The candidates of each look, without a decision, or the change points.
 *
 * @param {ChangedSeries} series
 * @param {number} seed
 * @param {number | undefined} minCertainty undefined for candidates
 * @returns {Looked}
 */
export function look({ values, clock, ...series }, seed, minCertainty) {
  const detector = new StreamDetector({
    seed,
    time: (/** @type {any} */ e) => e.time,
    value: (/** @type {any} */ e) => e.value,
  });
  /** @type {Looked} */
  const result = { series: { ...series, clock }, found: [], looks: [], flagged: 0 };
  let t = 0;
  const watch = new ChangeWatch(
    1,
    minCertainty === undefined
      ? (candidates, isLast) => {
          if (candidates.length > 0)
            result.looks.push({
              time: t,
              candidates: candidates.map((each) => ({ ...each, at: each.at + Math.max(0, t + 1 - 384) })),
              isLast,
            });
          return undefined;
        }
      : decideBy(minCertainty),
  );
  for (; t < EVENTS; t++) {
    const time = clock.hasTimes ? clock.start + t * clock.step : undefined;
    const verdict = detector.process({ time, value: values[t] });
    if (verdict === undefined) continue;
    if (verdict.isAnomaly) result.flagged++;
    for (const change of watch.add(verdict))
      result.found.push({ ...change, at: t - change.eventsAgo, detected: t });
  }
  return result;
}

/** @param {Looked['series']} series @param {{ kind: string, at: number }} found */
export function isReal({ change }, { kind, at }) {
  return change !== undefined && change.kind === kind && Math.abs(at - change.at) <= NEAR;
}

/** @param {number} first @param {number} count */
export function* seriesFrom(first, count) {
  for (let seed = first; count > 0; seed++) {
    const series = changedSeries(seed);
    if (series === undefined) continue;
    count--;
    yield { seed, series };
  }
}

/**
 * What is found of the changes, a row for each kind, and how many findings of a certainty are real.
 *
 * @param {object} options
 * @param {number} options.first seed
 * @param {number} options.count series
 * @param {(what: string) => void} options.progress
 */
export function changes({ first, count, progress }) {
  /** @type {Looked[]} */
  const all = [];
  for (const { seed, series } of seriesFrom(first, count)) {
    progress(String(seed));
    all.push(look(series, seed, LEAST));
  }
  const unchanged = all.filter(({ series }) => series.change === undefined);
  const wrong = unchanged.reduce((sum, { found }) => sum + found.length, 0);
  const rows = KINDS.map((kind) => {
    const changed = all.filter(({ series }) => series.change?.kind === kind);
    const hits = changed.flatMap(({ series, found }) => {
      const hit = found.find((each) => isReal(series, each));
      return hit === undefined ? [] : [{ hit, at: series.change?.at ?? 0 }];
    });
    const isLarge = (/** @type {Looked['series']} */ { change }) => (change?.size ?? 0) >= LARGE;
    const large = changed.filter(({ series }) => isLarge(series));
    const largeHits = large.filter(({ series, found }) => found.some((each) => isReal(series, each)));
    return [
      ...[kind, String(changed.length), String(hits.length), `${largeHits.length} of ${large.length}`],
      median(hits.map(({ hit, at }) => hit.detected - at)),
      median(hits.map(({ hit, at }) => Math.abs(hit.at - at))),
    ];
  });
  const findings = all.flatMap(({ series, found }) =>
    found.map((each) => ({ certainty: each.certainty, real: isReal(series, each) })),
  );
  const calibration = [0.3, 0.5].map((low, k, lows) => {
    const within = findings.filter(({ certainty }) => certainty >= low && certainty < (lows[k + 1] ?? 2));
    const real = within.filter((each) => each.real).length;
    return [`${low} to ${lows[k + 1] ?? 1}`, String(within.length), String(real)];
  });
  const perTenThousand = (1e4 * wrong) / (EVENTS * Math.max(1, unchanged.length));
  return { rows, calibration, perTenThousand };
}

const LEAST = 0.3; // certainty
const LARGE = 3; // usual deviations, or times the scale or the season

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted.length === 0 ? '–' : String(sorted[sorted.length >> 1]);
}

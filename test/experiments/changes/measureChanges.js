// Change points on simulated series: `npm run experiments -- --changes`.
import { changedSeries, EVENTS, FOUND_AS } from './changedSeries.js';

/** @import { ChangedSeries, SimulatedKind } from './changedSeries.js' */
/** @import { Candidate } from '../../../src/models/changes/around.ts' */
/** @import { Decide } from '../../../src/models/changes/changeWatch.ts' */
/** @import { ChangeKind, ChangePoint } from '../../../src/models/changes/changePoint.ts' */

const dist = (/** @type {string} */ path) =>
  import(new URL(`../../../dist/${path}.js`, import.meta.url).href);
const { ChangeWatch, decideBy, ROOM } =
  /** @type {typeof import('../../../src/models/changes/changeWatch.ts')} */ (
    await dist('models/changes/changeWatch')
  );
const { minCertaintySpec } = /** @type {typeof import('../../../src/models/changes/changeTracker.ts')} */ (
  await dist('models/changes/changeTracker')
);
const { StreamDetector } = /** @type {typeof import('../../../src/models/streamDetector.ts')} */ (
  await dist('models/streamDetector')
);

/** Events within which an estimate is right. */
const NEAR = 64;

/** @typedef {ChangePoint & { at: number, detected: number }} Finding by numbers of events */

/**
 * A series with what the detector makes of it: that takes most of the time, and is the same for all decisions.
 *
 * @typedef {object} Detected
 * @property {ChangedSeries} series
 * @property {Map<number, number>} flags scores of the flagged events
 * @property {Map<number, any>} drifts
 */

/** @param {ChangedSeries} series @param {number} seed @returns {Detected} */
export function detect(series, seed) {
  const { clock, values } = series;
  const detector = new StreamDetector({
    seed,
    time: (/** @type {any} */ e) => e.time,
    value: (/** @type {any} */ e) => e.value,
  });
  const [flags, drifts] = [new Map(), new Map()];
  for (let t = 0; t < EVENTS; t++) {
    const time = clock.hasTimes ? clock.start + t * clock.step : undefined;
    const verdict = detector.process({ time, value: values[t] });
    if (verdict === undefined) throw new Error(`event ${t} of seed ${seed} has no verdict`);
    if (verdict.isAnomaly) flags.set(t, verdict.score);
    if (verdict.drift !== undefined) drifts.set(t, verdict.drift);
  }
  return { series, flags, drifts };
}

/**
 * What is found by a decision.
 *
 * @param {Detected} detected
 * @param {Decide} decide
 * @param {(candidates: Candidate[], time: number) => void} [onLook]
 */
export function find({ series, flags, drifts }, decide, onLook) {
  const { clock } = series;
  /** @type {Finding[]} */
  const found = [];
  let t = 0;
  const watch = new ChangeWatch(1, (candidates, isLast) => {
    onLook?.(
      candidates.map((each) => ({ ...each, at: each.at + Math.max(0, t + 1 - ROOM) })),
      t,
    );
    return decide(candidates, isLast);
  });
  for (; t < EVENTS; t++) {
    const score = flags.get(t) ?? 0;
    const time = clock.hasTimes ? clock.start + t * clock.step : undefined;
    const verdict = { value: series.values[t], time, score, isAnomaly: flags.has(t), attribution: 1 };
    const all = { key: undefined, drift: drifts.get(t), ...verdict };
    for (const change of watch.add(/** @type {any} */ (all)))
      found.push({ ...change, at: t - change.eventsAgo, detected: t });
  }
  return found;
}

/** @param {Pick<ChangedSeries, 'change'>} series @param {{ kind: ChangeKind, at: number }} found */
export function isReal({ change }, { kind, at }) {
  return change !== undefined && FOUND_AS[change.kind] === kind && Math.abs(at - change.at) <= NEAR;
}

/** @param {number} first @param {number} count @param {number} [earliest] event at which one may change */
export function* seriesFrom(first, count, earliest) {
  for (let seed = first; count > 0; seed++) {
    const series = changedSeries(seed, earliest);
    if (series === undefined) continue;
    count--;
    yield { seed, series };
  }
}

/**
 * What is found of the changes, a row for each kind, and how many findings of a kind and of a certainty are real.
 *
 * @param {object} options
 * @param {number} options.first seed
 * @param {number} options.count series
 * @param {(what: string) => void} options.progress
 */
export function changes({ first, count, progress }) {
  const all = [];
  for (const { seed, series } of seriesFrom(first, count)) {
    progress(String(seed));
    all.push({ series, found: find(detect(series, seed), decideBy(minCertaintySpec.default)) });
  }
  return summary(all);
}

/** @param {readonly { series: ChangedSeries, found: readonly Finding[] }[]} all */
export function summary(all) {
  const unchanged = all.filter(({ series }) => series.change === undefined);
  const wrong = unchanged.reduce((sum, { found }) => sum + found.length, 0);
  const findings = all.flatMap(({ series, found }) =>
    found.map((each) => ({ ...each, real: isReal(series, each) })),
  );
  const rows = /** @type {SimulatedKind[]} */ (Object.keys(FOUND_AS)).map((kind) => {
    const changed = all.flatMap(({ series: { change }, found }) =>
      change?.kind === kind
        ? [{ change, hit: found.find((each) => isReal({ change }, each)), isLarge: change.size >= LARGE }]
        : [],
    );
    const hits = changed.flatMap(({ hit, change }) => (hit === undefined ? [] : [{ hit, at: change.at }]));
    const large = changed.filter((each) => each.isLarge);
    return [
      ...[kind, String(changed.length), String(hits.length)],
      `${large.filter(({ hit }) => hit !== undefined).length} of ${large.length}`,
      median(hits.map(({ hit, at }) => hit.detected - at)),
      median(hits.map(({ hit, at }) => Math.abs(hit.at - at))),
    ];
  });
  /** @param {string} name @param {readonly { real: boolean }[]} some */
  const counts = (name, some) => [name, String(some.length), String(some.filter(({ real }) => real).length)];
  const kinds = [...new Set(Object.values(FOUND_AS))].flatMap((kind) => kind ?? []);
  return {
    rows,
    precision: kinds.map((kind) =>
      counts(
        kind,
        findings.filter((each) => each.kind === kind),
      ),
    ),
    calibration: BANDS.map((low, k) => {
      const high = BANDS[k + 1] ?? 1;
      const within = findings.filter(({ certainty }) => certainty >= low && certainty < high);
      return counts(`${low} to ${high}`, within);
    }),
    perTenThousand: (1e4 * wrong) / (EVENTS * Math.max(1, unchanged.length)),
  };
}

const BANDS = [0.3, 0.5, 0.6, 0.7, 0.8];

const LARGE = 3; // usual deviations, or times the scale or the cycle

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted.length === 0 ? '–' : String(sorted[sorted.length >> 1]);
}

// The default detector on everyday streams: `npm run experiments -- --everyday [--only NAME] [--first SEED] [--seeds N]`.
import { Random } from 'rx-anomaly/numerics';
import { KINDS } from './kinds.js';

/** @import { EverydayStream, Span } from './kinds.js' */

// Loaded by address and not by a static import, so that the type check needs no build.
const { StreamDetector } = /** @type {typeof import('../../../src/models/streamDetector.ts')} */ (
  await import(new URL('../../../dist/models/streamDetector.js', import.meta.url).href)
);

const START = Date.UTC(2026, 0, 5); // a Monday
const LATE = 2; // records after a fault in which a flag still finds it

/**
 * @typedef {object} EverydayOutcome
 * @property {number} faults
 * @property {number} found
 * @property {number} falseAlerts
 * @property {number} records
 * @property {number} below events whose lower bound is below the least value of the stream so far, were that at least 0
 * @property {readonly string[]} missed streams, by group, kind and seed, with where
 */

/**
 * @param {object} options
 * @param {readonly number[]} options.seeds
 * @param {string} [options.only] part of the name of a kind or a group
 * @param {object} [options.detector] options next to the defaults
 * @param {(what: string) => void} [options.progress]
 * @returns {{ group: string, kind: string, outcome: EverydayOutcome }[]}
 */
export function everyday({ seeds, only = '', detector = {}, progress = () => {} }) {
  const results = [];
  for (const [group, kinds] of Object.entries(KINDS)) {
    for (const [kind, draw] of Object.entries(kinds)) {
      if (!`${group}: ${kind}`.includes(only)) continue;
      progress(kind);
      const outcomes = seeds.map((seed) => outcomeOf(draw(new Random(hash(kind) + seed)), detector, seed));
      results.push({ group, kind, outcome: sum(outcomes) });
    }
  }
  return results;
}

/**
 * Heads and rows of a table, a row for each kind, then for each group and all.
 *
 * @param {ReturnType<typeof everyday>} results
 */
export function everydayTable(results) {
  const groups = [...new Set(results.map(({ group }) => group))];
  const rows = results.map(({ kind, outcome }) => row(kind, outcome));
  for (const each of groups)
    rows.push(
      row(
        each.toUpperCase(),
        sum(results.filter(({ group }) => group === each).map(({ outcome }) => outcome)),
      ),
    );
  rows.push(row('ALL', sum(results.map(({ outcome }) => outcome))));
  return { heads: ['kind', 'found', 'false', 'per 1,000', 'lower bound < 0', 'missed'], rows };
}

/**
 * @param {string} name
 * @param {EverydayOutcome} outcome
 */
function row(name, { faults, found, falseAlerts, records, below, missed }) {
  const isGroup = name === name.toUpperCase();
  return [
    name,
    faults === 0 ? '' : `${found} of ${faults}`,
    falseAlerts,
    ((1000 * falseAlerts) / records).toFixed(2),
    below === 0 ? '' : `${((100 * below) / records).toFixed(0)} %`,
    isGroup ? '' : missed.join(' '),
  ];
}

/**
 * @param {EverydayStream} stream
 * @param {object} options
 * @param {number} seed
 * @returns {EverydayOutcome}
 */
function outcomeOf({ values, interval, faults = [], excused = [] }, options, seed) {
  const detector = new StreamDetector(
    /** @type {any} */ ({
      seed,
      ...options,
      value: (/** @type {any} */ e) => e.value,
      time: (/** @type {any} */ e) => e.time,
    }),
    'everyday',
  );
  const found = new Set();
  /** @type {number[]} */
  const wrong = [];
  let [below, least] = [0, Number.POSITIVE_INFINITY];
  for (const [t, value] of values.entries()) {
    const time = interval === undefined ? undefined : timeOf(interval, t);
    const verdict = /** @type {any} */ (detector.process({ value, time }));
    least = Math.min(least, value);
    if (least >= 0 && t > 1000 && verdict.lower < 0) below++;
    if (!verdict.isAnomaly) continue;
    const fault = faults.findIndex(({ first, last }) => t >= first && t <= last + LATE);
    if (fault >= 0) found.add(fault);
    else if (verdict.startOfIncident && !excused.some((span) => isIn(span, t))) wrong.push(t);
  }
  detector.dispose();
  return {
    faults: faults.length,
    found: found.size,
    falseAlerts: wrong.length,
    records: values.length,
    below,
    missed: faults.flatMap(({ first }, at) => (found.has(at) ? [] : [`${seed}@${first}`])),
  };
}

/**
 * @param {Span} span
 * @param {number} t
 */
function isIn({ first, last }, t) {
  return t >= first && t <= last;
}

/**
 * @param {readonly EverydayOutcome[]} outcomes
 * @returns {EverydayOutcome}
 */
function sum(outcomes) {
  const total = (/** @type {'faults' | 'found' | 'falseAlerts' | 'records' | 'below'} */ what) =>
    outcomes.reduce((all, outcome) => all + outcome[what], 0);
  return {
    faults: total('faults'),
    found: total('found'),
    falseAlerts: total('falseAlerts'),
    records: total('records'),
    below: total('below'),
    missed: outcomes.flatMap(({ missed }) => missed),
  };
}

/**
 * Milliseconds since 1970 of record `t`.
 *
 * @param {number} interval seconds
 * @param {number} t
 */
export function timeOf(interval, t) {
  return START + 1000 * interval * t;
}

/** @param {string} text FNV-1a, so that a kind has streams of its own */
export function hash(text) {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16_777_619);
  return value >>> 0;
}

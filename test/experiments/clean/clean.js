// The default detector on streams in which nothing is wrong, by what it flags them for, and on the same streams with a fault:
// `npm run experiments -- --clean`.
import { Random } from 'rx-anomaly/numerics';
import { hash } from '../everyday/everyday.js';
import { CLEAN_KINDS } from './kinds.js';

/** @import { CleanStream } from './kinds.js' */

// Loaded by address and not by a static import, so that the type check needs no build.
const { StreamDetector } = /** @type {typeof import('../../../src/models/streamDetector.ts')} */ (
  await import(new URL('../../../dist/models/streamDetector.js', import.meta.url).href)
);

const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const LATE = 2; // records after a fault in which a flag still finds it

/**
 * @typedef {object} CleanOutcome
 * @property {number} streams
 * @property {number} records
 * @property {number} flagged
 * @property {Readonly<Record<string, number>>} incidents by the channel of their first event
 * @property {Readonly<Record<string, readonly [found: number, faults: number]>>} found by fault
 */

export const CLEAN_HEADS = [
  'kind',
  'streams',
  'events flagged',
  'incidents',
  'for',
  'low found',
  'high found',
];

/**
 * A row for each kind, and one for all.
 *
 * @param {object} options
 * @param {keyof typeof CLEAN_KINDS} options.group
 * @param {number} options.first seed
 * @param {number} options.count streams of each kind
 * @param {string} [options.only]
 * @param {object} [options.detector]
 * @param {(what: string) => void} [options.progress]
 * @returns {[string, CleanOutcome][]}
 */
export function clean({ group, first, count, only = '', detector = {}, progress = () => {} }) {
  /** @type {[string, CleanOutcome][]} */
  const rows = [];
  for (const [kind, draw] of Object.entries(CLEAN_KINDS[group])) {
    if (!kind.includes(only)) continue;
    progress(kind);
    const outcomes = Array.from({ length: count }, (_, k) =>
      outcomeOf(draw(new Random(hash(kind) + first + k)), { seed: first + k, ...detector }),
    );
    rows.push([kind, sum(outcomes)]);
  }
  return [...rows, ['ALL', sum(rows.map(([, outcome]) => outcome))]];
}

/** @param {readonly [string, CleanOutcome][]} rows */
export function cleanTable(rows) {
  return rows.map(([kind, { streams, records, flagged, incidents, found }]) => [
    kind,
    streams,
    `${((100 * flagged) / records).toFixed(2)} %`,
    Object.values(incidents).reduce((a, b) => a + b, 0),
    Object.entries(incidents)
      .toSorted(([, a], [, b]) => b - a)
      .map(([channel, times]) => `${channel} ${times}`)
      .join(', '),
    ...['too long low', 'too long high'].map((fault) => found[fault]?.join(' of ') ?? ''),
  ]);
}

/**
 * @param {CleanStream} stream
 * @param {object} options
 * @returns {CleanOutcome}
 */
function outcomeOf(stream, options) {
  /** @type {Record<string, number>} */
  const incidents = {};
  const flags = run(stream, stream.values, options);
  for (const { starts, channel } of flags) {
    if (starts) incidents[channel] = (incidents[channel] ?? 0) + 1;
  }
  const found = stream.faults.map(({ fault, first, last, values }) => {
    const isFound = run(stream, values, options).some(({ t }) => t >= first && t <= last + LATE);
    return [fault, [Number(isFound), 1]];
  });
  return {
    streams: 1,
    records: stream.values.length,
    flagged: flags.length,
    incidents,
    found: Object.fromEntries(found),
  };
}

/**
 * The events that are flagged.
 *
 * @param {CleanStream} stream
 * @param {readonly number[]} values
 * @param {object} options
 */
function run({ interval, weekday = 0 }, values, options) {
  const detector = new StreamDetector(
    /** @type {any} */ ({
      ...options,
      value: (/** @type {any} */ e) => e.value,
      time: (/** @type {any} */ e) => e.time,
    }),
  );
  const flags = values.flatMap((value, t) => {
    const time = interval === undefined ? undefined : MONDAY + weekday * DAY_MS + 1000 * interval * t;
    const verdict = /** @type {any} */ (detector).process({ value, time });
    if (!verdict.isAnomaly) return [];
    const { channel, direction, tooLong } = verdict.evidence;
    const how =
      channel === 'duration' ? ` (${direction > 0 ? 'high' : 'low'}, ${tooLong ? 'long' : 'short'})` : '';
    return [{ t, starts: verdict.startOfIncident, channel: `${channel}${how}` }];
  });
  detector.dispose();
  return flags;
}

/**
 * @param {readonly CleanOutcome[]} outcomes
 * @returns {CleanOutcome}
 */
function sum(outcomes) {
  /** @type {Record<string, number>} */
  const incidents = {};
  /** @type {Record<string, [number, number]>} */
  const found = {};
  for (const outcome of outcomes) {
    for (const [channel, times] of Object.entries(outcome.incidents))
      incidents[channel] = (incidents[channel] ?? 0) + times;
    for (const [fault, [hits, all]] of Object.entries(outcome.found)) {
      const before = found[fault] ?? [0, 0];
      found[fault] = [before[0] + hits, before[1] + all];
    }
  }
  const total = (/** @type {'streams' | 'records' | 'flagged'} */ what) =>
    outcomes.reduce((all, outcome) => all + outcome[what], 0);
  return {
    streams: total('streams'),
    records: total('records'),
    flagged: total('flagged'),
    incidents,
    found,
  };
}

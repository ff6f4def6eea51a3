// Streams with injected faults, from seeds.
import { Random } from 'rx-anomaly/numerics';
import { pick } from './draws.js';
import { RECORDS } from './signals.js';
import { FAMILIES } from './streamFamilies.js';

/** @import { RecordWindow } from 'rx-anomaly/backtest' */
/** @import { LabelledSeries } from '../../src/lab/quality/detectSeries.ts' */
/** @import { Fault } from './faultKinds.js' */

/** @typedef {keyof typeof FAMILIES} Family */

/**
 * @typedef {object} FaultyStream
 * @property {LabelledSeries} series
 * @property {readonly number[]} normal the same without its faults
 * @property {readonly RecordWindow[]} hidden windows in which no value leaves the range of what was normal before
 */

export const FAMILY_NAMES = /** @type {readonly Family[]} */ (Object.keys(FAMILIES));

const FAULTS = 5; // a stream
const CALM = 600; // records at the start without a fault
const APART = 400; // records from the start of one fault to that of the next, and to the end; none lasts longer than 250
const START = Date.UTC(2024, 0, 1); // ms; a Monday
const VISIBLE = 1e-6; // less is no change

/**
 * @param {Family} family
 * @param {number} seed the same gives the same stream
 * @returns {FaultyStream}
 */
export function faultyStream(family, seed) {
  // no two families from the same numbers
  const random = new Random(FAMILY_NAMES.length * seed + FAMILY_NAMES.indexOf(family));
  const { interval, normal, faults, starts, recorded = (values) => [...values] } = FAMILIES[family](random);
  const values = [...normal];
  /** @type {RecordWindow[]} */
  const windows = [];
  for (const at of places(random, starts ?? normal.map((_, t) => t))) {
    const window = strike(values, at, pick(random, faults)(at));
    if (window !== undefined) windows.push(window);
  }
  const series = Float64Array.from(recorded(values));
  return {
    series: {
      name: `${family} ${seed}`,
      dimensions: ['value'],
      values: series,
      times: Float64Array.from(values, (_, t) => START + 1000 * interval * t),
      windows,
      transform: 'none',
    },
    normal: recorded(normal),
    hidden: windows.filter((window) => isHidden(series, windows, window)),
  };
}

/**
 * @param {Float64Array} values
 * @param {readonly RecordWindow[]} windows
 * @param {RecordWindow} window one of them
 */
function isHidden(values, windows, { first, last }) {
  const before = values
    .subarray(0, first)
    .filter((_, t) => !windows.some((window) => t >= window.first && t <= window.last));
  const [lowest, highest] = [Math.min(...before), Math.max(...before)];
  return values.subarray(first, last + 1).every((value) => value >= lowest && value <= highest);
}

/**
 * Lets a fault happen.
 *
 * @param {number[]} values
 * @param {number} at
 * @param {Fault} fault
 * @returns {RecordWindow | undefined} its label, from the first record that it changed to the last: a sensor that is stuck
 *   where the stream stands still anyway shows nothing as yet
 */
function strike(values, at, { records, change }) {
  const before = values[at - 1];
  const changed = [];
  for (let since = 0; since < records; since++) {
    const t = at + since;
    const value = change(values[t], { t, since, before });
    if (Math.abs(value - values[t]) > VISIBLE) changed.push(t);
    values[t] = value;
  }
  return changed.length === 0 ? undefined : { first: changed[0], last: changed[changed.length - 1] };
}

/**
 * Where faults begin, ascending.
 *
 * @param {Random} random
 * @param {readonly number[]} starts
 */
function places(random, starts) {
  const eligible = starts.filter((at) => at >= CALM && at <= RECORDS - APART);
  /** @type {number[]} */
  const taken = [];
  while (taken.length < FAULTS) {
    const at = pick(random, eligible);
    if (taken.every((other) => Math.abs(at - other) >= APART)) taken.push(at);
  }
  return taken.sort((a, b) => a - b);
}

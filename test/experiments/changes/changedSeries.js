// Simulated series of which half change for good, once.
import { Random } from 'rx-anomaly/numerics';

/** @import { SimulatedSeries } from '../../../src/lab/pretrain/simulate/simulateSeries.ts' */
/** @import { ChangeKind } from '../../../src/models/changes/changePoint.ts' */

/** @typedef {'level' | 'slope' | 'scale' | 'cycle' | 'shape'} SimulatedKind of a cycle its height, or its shape */

// Loaded by address and not by a static import, so that the type check needs no build.
const dist = (/** @type {string} */ path) =>
  import(new URL(`../../../dist/${path}.js`, import.meta.url).href);
const { simulateSeries } =
  /** @type {typeof import('../../../src/lab/pretrain/simulate/simulateSeries.ts')} */ (
    await dist('lab/pretrain/simulate/simulateSeries')
  );
const { COMPONENTS } = /** @type {typeof import('../../../src/lab/pretrain/simulate/components.ts')} */ (
  await dist('lab/pretrain/simulate/components')
);

export const EVENTS = 2000;
const LATEST = 1700; // event at which a series changes
const DRAWN = /** @type {const} */ (['level', 'slope', 'scale', 'cycle']);
/** The kind as which each simulated change is to be found. @type {Readonly<Record<SimulatedKind, ChangeKind | undefined>>} */
export const FOUND_AS = {
  ...{ level: 'level', slope: 'slope', scale: 'scale', cycle: 'scale' },
  shape: undefined, // not promised
};
/** Families that change by themselves: nobody knows which of their changes are to be found. */
const CHANGING = ['shifts', 'trend'];
const RAMP = 200; // events in which a slope goes as far as a level

/**
 * @typedef {object} ChangedSeries
 * @property {Float64Array} values
 * @property {SimulatedSeries['clock']} clock
 * @property {string} family the first component
 * @property {string} link
 * @property {{ kind: SimulatedKind, at: number, size: number } | undefined} change `size` in usual deviations, of a scale and of a cycle as a factor
 */

/**
 * @param {number} seed
 * @param {number} [earliest] event at which it may change
 * @returns {ChangedSeries | undefined} undefined where the series of this seed changes by itself, or stands still
 */
export function changedSeries(seed, earliest = 150) {
  const { values, clock, components, link } = simulateSeries(seed, EVENTS);
  if (components.some((name) => CHANGING.includes(name))) return undefined;
  const random = new Random(1_000_000 + seed);
  const unit = deviation(values);
  if (!(unit > 0)) return undefined;
  const of = { values, clock, family: components[0], link };
  const kind = DRAWN[random.below(DRAWN.length)];
  const isChanged = random.uniform() < 0.5;
  const at = earliest + random.below(LATEST - earliest);
  const sign = random.uniform() < 0.5 ? -1 : 1;
  const size = Math.exp(Math.log(10) * random.uniform()) * (kind === 'scale' || kind === 'cycle' ? 1.5 : 1); // 1 to 10, or 1.5 to 15
  /** @type {ChangedSeries['change']} */
  const change = isChanged ? { kind, at, size } : undefined;
  switch (kind) {
    case 'level':
      if (isChanged) for (let t = at; t < EVENTS; t++) values[t] += sign * size * unit;
      break;
    case 'slope': {
      const step = (sign * size * unit) / RAMP;
      if (isChanged) for (let t = at; t < EVENTS; t++) values[t] += step * (t - at + 1);
      break;
    }
    case 'scale': {
      const factor = sign > 0 ? size : 1 / size;
      const smooth = smoothed(values);
      if (isChanged)
        for (let t = at; t < EVENTS; t++) values[t] = smooth[t] + factor * (values[t] - smooth[t]);
      break;
    }
    case 'cycle': {
      // A cycle as high as the series varies; then another height, another shape, or none.
      const [before, after] = [shortCycle(random, clock), shortCycle(random, clock)];
      const how = random.below(3);
      if (change !== undefined && how === 2) change.kind = 'shape';
      const factor = sign > 0 ? size : how === 0 ? 1 / size : 0;
      for (let t = 0; t < EVENTS; t++) {
        const now = !isChanged || t < at ? before[t] : how === 2 ? after[t] : factor * before[t];
        values[t] += 1.5 * unit * now;
      }
      break;
    }
  }
  return { ...of, change };
}

/** @param {Random} random @param {SimulatedSeries['clock']} clock */
function shortCycle(random, clock) {
  // Of periods up to 100 events: others are not seen twice in what is remembered.
  for (;;) {
    const shape = COMPONENTS.periodic(new Random(random.below(2 ** 31)), EVENTS, clock);
    if (repeats(shape)) return shape;
  }
}

/** @param {Float64Array} shape */
function repeats(shape) {
  for (let lag = 4; lag <= 100; lag++) {
    let [difference, size] = [0, 0];
    for (let t = 500; t < 900; t++) {
      difference += Math.abs(shape[t] - shape[t - lag]);
      size += Math.abs(shape[t] - shape[t - (lag >> 1)]);
    }
    if (size > 0 && difference < 0.3 * size) return true;
  }
  return false;
}

/** @param {Float64Array} values */
function smoothed(values) {
  return values.map((_, t) => {
    const part = values.slice(Math.max(0, t - 7), t + 8);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** Of the middle 80 %, as a normal distribution has it. @param {Float64Array} values */
function deviation(values) {
  const sorted = values.slice().sort();
  return (sorted[Math.floor(0.9 * EVENTS)] - sorted[Math.floor(0.1 * EVENTS)]) / 2.563;
}

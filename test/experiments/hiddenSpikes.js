// A single spike at the trough of a wave, which it does not leave: how large, and how late, it must be to be found.

import { Random } from 'rx-anomaly/numerics';

/** @import { LabelledSeries } from '../../src/lab/quality/detectSeries.ts' */

// Loaded by address and not by a static import, so that the type check needs no build.
const { detectSeries } = /** @type {typeof import('../../src/lab/quality/detectSeries.ts')} */ (
  await import(new URL('../../dist/lab/quality/detectSeries.js', import.meta.url).href)
);

const SIZES = [6, 8, 10, 15]; // standard deviations of the noise
const AGES = [200, 400, 1000, 2000, 5000]; // records before the spike
const SEEDS = [1, 2, 3, 4, 5, 6];
const AMPLITUDE = 8; // standard deviations of the noise
const PERIOD = 75; // records
const MINUTE = 60_000; // ms

/**
 * Heads and rows of a table of the default detector, a row for each size, a column for each age; and how many false alerts it
 * raises before.
 *
 * @param {(what: string) => void} progress
 */
export function hiddenSpikes(progress) {
  let [falseAlerts, records] = [0, 0];
  const rows = SIZES.map((size) => {
    progress(`spikes of ${size} σ`);
    const found = AGES.map((age) => {
      const outcomes = SEEDS.map((seed) => detectSeries(waveWithSpike(size, age, seed), { seed }));
      for (const outcome of outcomes) {
        records += age;
        falseAlerts += outcome.alerts.filter((at) => at < age).length;
      }
      return `${outcomes.filter(({ flags }) => flags.includes(age)).length} of ${SEEDS.length}`;
    });
    return [`${size} σ`, ...found];
  });
  const heads = ['found', ...AGES.map((age) => `after ${age}`)];
  return { heads, rows, falseAlertsPer1000: (1000 * falseAlerts) / records };
}

/**
 * @param {number} size
 * @param {number} age
 * @param {number} seed
 * @returns {LabelledSeries}
 */
function waveWithSpike(size, age, seed) {
  const random = new Random(1000 * age + seed);
  const values = Float64Array.from({ length: age + 1 }, (_, t) => {
    const wave = -AMPLITUDE * Math.cos((2 * Math.PI * (t - age)) / PERIOD);
    return wave + random.normal() + (t === age ? size : 0);
  });
  return {
    name: `${size} σ after ${age}, seed ${seed}`,
    dimensions: ['value'],
    values,
    times: values.map((_, t) => t * MINUTE),
    windows: [{ first: age, last: age }],
    transform: 'none',
  };
}

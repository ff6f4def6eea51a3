// src/models/changes/weights.ts: `npm run experiments -- --changes-fit` (some twenty minutes). Candidates of 2,800 simulated series, a
// small network for each way in which a change shows; as a check what is found with each group of families of series left out in turn.
import { Random } from 'rx-anomaly/numerics';
import { detect, find, isReal, seriesFrom, summary } from './measureChanges.js';

/** @import { Way } from '../../../src/models/changes/around.ts' */

const { certaintyOf } = /** @type {typeof import('../../../src/models/changes/certainty.ts')} */ (
  await import(new URL('../../../dist/models/changes/certainty.js', import.meta.url).href)
);

const WAYS = /** @type {const} */ (['level', 'slope', 'noise', 'cycle']);
/** Stretches of seeds: the first, how many series, the event from which on they may change, before which nothing is learnt. */
const STRETCHES = /** @type {const} */ ([
  [1, 700, 700],
  [2000, 700, 700],
  [10_000, 700, 700],
  [30_000, 350, 150],
  [40_000, 350, 150],
]);
const GROUPS = [
  ['daily', 'bursts', 'noise'],
  ['weekly', 'periodic', 'walk', 'rare'],
  ['autoregression', 'oscillation', 'volatility', 'spikes'],
];
const UNITS = 3;
const EPOCHS = 12;
const BATCH = 128;
const RATE = 0.01; // of Adam
const DECAY = 0.09; // of the weights, in units of the rate

/** @typedef {{ way: Way, family: string, evidence: readonly number[], isReal: boolean }} Row */
/** @typedef {Record<Way, number[][]>} Weights */

/** @param {(what: string) => void} progress */
export function fitCertainty(progress) {
  /** @type {ReturnType<typeof detect>[]} */
  const all = [];
  /** @type {Row[]} */
  const rows = [];
  for (const [first, count, earliest] of STRETCHES) {
    for (const { seed, series } of seriesFrom(first, count, earliest)) {
      progress(String(seed));
      const detected = detect(series, seed);
      all.push(detected);
      const none = () => undefined;
      find(detected, none, (candidates, time) => {
        if (time < earliest) return;
        for (const candidate of candidates) {
          const { way, evidence } = candidate;
          rows.push({ way, family: series.family, evidence, isReal: isReal(series, candidate) });
        }
      });
    }
  }
  const leftOut = GROUPS.flatMap((group) => {
    progress(`without ${group.join(', ')}`);
    const weights = fitAll(rows.filter(({ family }) => !group.includes(family)));
    return all
      .filter(({ series }) => group.includes(series.family))
      .map((detected) => ({ series: detected.series, found: find(detected, decideBy(weights)) }));
  });
  progress('all');
  return { weights: fitAll(rows), leftOut: summary(leftOut) };
}

/**
 * As `decideBy` of the watch, from a certainty of .3 on.
 *
 * @param {Weights} weights
 * @returns {import('../../../src/models/changes/changeWatch.ts').Decide}
 */
function decideBy(weights) {
  return (found, isLast) => {
    const all = found.map((candidate) => ({ candidate, certainty: certaintyOf(candidate, weights) }));
    const best = all.reduce((a, b) => (b.certainty > a.certainty ? b : a), all[0]);
    return best !== undefined && best.certainty >= (isLast ? 0.3 : 0.8) ? best : undefined;
  };
}

/** @param {readonly Row[]} rows @returns {Weights} */
function fitAll(rows) {
  const entries = WAYS.map((way) => [way, train(rows.filter((row) => row.way === way))]);
  return /** @type {Weights} */ (Object.fromEntries(entries));
}

/**
 * Cross-entropy by Adam with weight decay, on standardised evidence: tanh units next to a linear part.
 *
 * @param {readonly Row[]} rows
 * @returns {number[][]} the linear part, then the units, for evidence as it is
 */
function train(rows) {
  const random = new Random(1);
  const size = rows[0]?.evidence.length ?? 0;
  const columns = Array.from({ length: size }, (_, k) => rows.map(({ evidence }) => evidence[k]));
  const means = columns.map((x) => x.reduce((sum, each) => sum + each, 0) / rows.length);
  const deviations = columns.map(
    (x, k) => Math.sqrt(x.reduce((sum, each) => sum + (each - means[k]) ** 2, 0) / rows.length) || 1,
  );
  const inputs = rows.map(({ evidence }) => evidence.map((x, k) => (x - means[k]) / deviations[k]));
  // (1 + UNITS) rows of a constant and `size` weights, then the weights of the units' outputs.
  const width = size + 1;
  const outputs = (1 + UNITS) * width;
  const w = Float64Array.from({ length: outputs + UNITS }, (_, k) =>
    k < width ? 0 : 0.8 * (random.uniform() - 0.5),
  );
  w[0] = -3;
  const [gradient, mean, square] = [w, w, w].map(({ length }) => new Float64Array(length));
  const hidden = new Float64Array(UNITS);
  const row = (/** @type {number} */ r, /** @type {readonly number[]} */ z) => {
    let sum = w[r * width];
    for (let k = 0; k < size; k++) sum += w[r * width + 1 + k] * z[k];
    return sum;
  };
  const add = (/** @type {number} */ r, /** @type {readonly number[]} */ z, /** @type {number} */ by) => {
    gradient[r * width] += by;
    for (let k = 0; k < size; k++) gradient[r * width + 1 + k] += by * z[k];
  };
  const steps = EPOCHS * Math.ceil(rows.length / BATCH);
  for (let step = 1; step <= steps; step++) {
    gradient.fill(0);
    for (let i = 0; i < BATCH; i++) {
      const n = random.below(rows.length);
      const z = inputs[n];
      let sum = row(0, z);
      for (let u = 0; u < UNITS; u++) {
        hidden[u] = Math.tanh(row(u + 1, z));
        sum += w[outputs + u] * hidden[u];
      }
      const error = (1 / (1 + Math.exp(-sum)) - Number(rows[n].isReal)) / BATCH;
      add(0, z, error);
      for (let u = 0; u < UNITS; u++) {
        gradient[outputs + u] += error * hidden[u];
        add(u + 1, z, error * w[outputs + u] * (1 - hidden[u] * hidden[u]));
      }
    }
    const rate = RATE * (1 - step / steps) + 1e-4;
    for (let k = 0; k < w.length; k++) {
      mean[k] += 0.1 * (gradient[k] - mean[k]);
      square[k] += 0.001 * (gradient[k] * gradient[k] - square[k]);
      const move = mean[k] / (1 - 0.9 ** step) / (Math.sqrt(square[k] / (1 - 0.999 ** step)) + 1e-8);
      w[k] -= rate * (move + (k === 0 ? 0 : DECAY * w[k]));
    }
  }
  return Array.from({ length: 1 + UNITS }, (_, r) => {
    const weights = deviations.map((deviation, k) => w[r * width + 1 + k] / deviation);
    const constant = w[r * width] - weights.reduce((sum, each, k) => sum + each * means[k], 0);
    return [...(r === 0 ? [] : [w[outputs + r - 1]]), constant, ...weights];
  });
}

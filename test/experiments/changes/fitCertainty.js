// The weights of src/models/changes/certainty.ts: `npm run experiments -- --changes-fit` (some twenty minutes). Candidates of 1,000
// simulated series, a logistic regression with L2 for each kind; as a check the share of real ones among those of a certainty, with
// each family of series left out in turn.
import { KINDS } from './changedSeries.js';
import { isReal, look, seriesFrom } from './measureChanges.js';

const { productsOf } = /** @type {typeof import('../../../src/models/changes/certainty.ts')} */ (
  await import(new URL('../../../dist/models/changes/certainty.js', import.meta.url).href)
);

const RIDGE = 30;
const STEPS = 25; // of Newton
/** The first of each stretch of seeds. */
const SEEDS = /** @type {const} */ ([1, 2000]);

/** @typedef {{ kind: string, family: string, features: number[], isReal: boolean }} Row */

/**
 * @param {number} count series
 * @param {(what: string) => void} progress
 */
export function fitCertainty(count, progress) {
  /** @type {Row[]} */
  const rows = [];
  for (const first of SEEDS) {
    for (const { seed, series } of seriesFrom(first, count / SEEDS.length)) {
      progress(String(seed));
      const looked = look(series, seed, undefined);
      for (const candidate of looked.looks.flatMap(({ candidates }) => candidates))
        rows.push({
          ...{ kind: candidate.kind, family: looked.series.family },
          ...{ features: productsOf(candidate.evidence), isReal: isReal(looked.series, candidate) },
        });
    }
  }
  const weights = KINDS.map((kind) => ({ kind, weights: regress(rows.filter((row) => row.kind === kind)) }));
  const leftOut = [...new Set(rows.map(({ family }) => family))].flatMap((family) =>
    KINDS.flatMap((kind) => {
      const own = rows.filter((row) => row.kind === kind);
      const fitted = regress(own.filter((row) => row.family !== family));
      return own
        .filter((row) => row.family === family)
        .map(({ features, isReal: real }) => ({ certainty: logistic(dot(fitted, features)), real }));
    }),
  );
  const calibration = [0.1, 0.3, 0.5, 0.7].map((low, k, lows) => {
    const within = leftOut.filter(({ certainty }) => certainty >= low && certainty < (lows[k + 1] ?? 2));
    const real = within.filter((each) => each.real).length;
    return [`${low} to ${lows[k + 1] ?? 1}`, String(within.length), String(real)];
  });
  return { weights, calibration };
}

/**
 * Logistic regression with L2 on standardised features, by Newton's method; the first feature is 1.
 *
 * @param {readonly Row[]} rows
 * @returns {number[]}
 */
export function regress(rows) {
  if (rows.length === 0) return [];
  const size = rows[0].features.length;
  const all = Array.from({ length: size }, (_, k) => rows.map(({ features }) => features[k]));
  const means = all.map((values, k) => (k === 0 ? 0 : values.reduce((sum, x) => sum + x, 0) / values.length));
  const deviations = all.map((values, k) => {
    const variance = values.reduce((sum, x) => sum + (x - means[k]) ** 2, 0) / values.length;
    return k === 0 ? 1 : Math.sqrt(variance) || 1;
  });
  const scaled = rows.map(({ features }) => features.map((x, k) => (x - means[k]) / deviations[k]));
  const ridge = Array.from({ length: size }, (_, k) => (k === 0 ? 1e-3 : RIDGE));
  let b = new Array(size).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = b.map((each, k) => ridge[k] * each);
    const curvature = b.map((_, k) => b.map((__, l) => (k === l ? ridge[k] : 0)));
    for (const [n, z] of scaled.entries()) {
      const p = logistic(dot(b, z));
      const off = p - Number(rows[n].isReal);
      for (let k = 0; k < size; k++) {
        gradient[k] += off * z[k];
        const weighted = p * (1 - p) * z[k];
        for (let l = 0; l < size; l++) curvature[k][l] += weighted * z[l];
      }
    }
    const change = solve(curvature, gradient);
    b = b.map((each, k) => each - change[k]);
  }
  const weights = b.map((each, k) => each / deviations[k]);
  weights[0] -= b.reduce((sum, each, k) => sum + (each * means[k]) / deviations[k], 0);
  return weights;
}

/**
 * Of a positive definite system, by elimination.
 *
 * @param {readonly number[][]} matrix
 * @param {readonly number[]} right
 */
function solve(matrix, right) {
  const rows = matrix.map((row, k) => [...row, right[k]]);
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    for (let r = k + 1; r < size; r++) {
      const factor = rows[r][k] / rows[k][k];
      for (let c = k; c <= size; c++) rows[r][c] -= factor * rows[k][c];
    }
  }
  const x = new Array(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    let rest = rows[k][size];
    for (let c = k + 1; c < size; c++) rest -= rows[k][c] * x[c];
    x[k] = rest / rows[k][k];
  }
  return x;
}

/** @param {readonly number[]} a @param {readonly number[]} b */
function dot(a, b) {
  return a.reduce((sum, x, k) => sum + x * b[k], 0);
}

/** @param {number} x */
function logistic(x) {
  return 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, x))));
}

import { exp } from '../../core/math/exp.ts';
import { log, log10 } from '../../core/math/log.ts';
import { pow, square } from '../../core/math/pow.ts';
/** Generalised Pareto distribution of excesses y > 0: P(Y > y) = (1 + shape · y / scale)^(−1 / shape). */
export interface GeneralisedPareto {
  /** γ: below 0 the tail ends at −scale / shape, at 0 it is exponential, above it is a power law. */
  readonly shape: number;
  /** σ, above 0, in units of the excesses. */
  readonly scale: number;
}

/** P(Y > excess); 0 beyond the end of a bounded tail. */
export function paretoTail({ shape, scale }: GeneralisedPareto, excess: number): number {
  if (shape === 0) return exp(-excess / scale);
  return pow(Math.max(0, 1 + (shape * excess) / scale), -1 / shape);
}

/**
 * Maximum-likelihood fit by Grimshaw's reduction to one unknown (Technometrics 35, 1993; Siffer et al. 2017, section
 * 3.4.2): with θ = γ/σ, u(θ) = mean 1/(1 + θy) and v(θ) = 1 + mean ln(1 + θy), every stationary point of the likelihood is
 * a root of u·v = 1 that lies between −1/max y and 2 (mean y − min y)/(min y)²; there γ = v(θ) − 1, σ = γ/θ. The likeliest
 * root wins, or the exponential (θ = 0). Shapes down to −1 count: beyond, the likelihood has no maximum.
 *
 * @param excesses at least one, all above 0 and finite
 * @param canEnd whether shapes below 0 count
 */
export function fitGeneralisedPareto(excesses: Float64Array, canEnd = true): GeneralisedPareto {
  let sum = 0;
  for (const y of excesses) sum += y;
  const mean = sum / excesses.length;
  const relative = excesses.map((y) => y / mean); // θ is then a pure number
  let best: GeneralisedPareto = { shape: 0, scale: 1 };
  let highest = -1; // log likelihood per excess, of the exponential
  for (const theta of roots(relative, canEnd)) {
    const shape = meanLog(relative, theta);
    const scale = shape / theta;
    const likelihood = -log(scale) - shape - 1;
    if (shape <= -1 || !(likelihood > highest)) continue;
    highest = likelihood;
    best = { shape, scale };
  }
  return { shape: best.shape, scale: best.scale * mean };
}

const NEAREST = 1e-3; // share of the way from 0: a θ below makes the tail as good as exponential
const POLE = 1e-6; // share of the way left to −1/max y, where the likelihood has its pole
const FARTHEST = 1e12; // θ, for excesses of mean 1: one excess of a million times the others takes it there
const STEPS = 2; // of the search to a factor of 10
const HALVINGS = 40;

/** Roots of u·v = 1 on either side of 0, which is itself one and means nothing. */
function roots(y: Float64Array, canEnd: boolean): number[] {
  let [least, largest] = [Number.POSITIVE_INFINITY, 0];
  for (const each of y) {
    least = Math.min(least, each);
    largest = Math.max(largest, each);
  }
  const end = -1 / largest;
  const upper = Math.min(FARTHEST, (2 * (1 - least)) / square(least));
  const found = upper > NEAREST ? crossings(y, NEAREST, upper, (theta) => theta) : [];
  if (canEnd) {
    found.push(...crossings(y, POLE, 0.5, (left) => end * (1 - left)));
    found.push(...crossings(y, NEAREST, 0.5, (share) => end * share));
  }
  return found;
}

/** Where u·v − 1 changes its sign as θ(x) is followed from x = `low` to `high` in steps of equal ratio. */
function crossings(y: Float64Array, low: number, high: number, theta: (x: number) => number): number[] {
  const found: number[] = [];
  const steps = Math.ceil(STEPS * log10(high / low));
  let left = theta(low);
  let before = imbalance(y, left);
  for (let step = 1; step <= steps; step++) {
    const right = theta(low * pow(high / low, step / steps));
    const after = imbalance(y, right);
    if (before < 0 !== after < 0) found.push(bisect(y, left, right, before < 0));
    left = right;
    before = after;
  }
  return found;
}

function bisect(y: Float64Array, left: number, right: number, risesFromBelow: boolean): number {
  let [low, high] = [left, right];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (imbalance(y, middle) < 0 === risesFromBelow) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function imbalance(y: Float64Array, theta: number): number {
  let inverses = 0;
  for (let k = 0; k < y.length; k++) inverses += 1 / (1 + theta * y[k]);
  return (inverses / y.length) * (1 + meanLog(y, theta)) - 1;
}

/** Mean of ln(1 + θy). A logarithm of eight factors costs what one costs, and none of them is beyond 1e±20. */
function meanLog(y: Float64Array, theta: number): number {
  let sum = 0;
  let product = 1;
  for (let k = 0; k < y.length; k++) {
    product *= 1 + theta * y[k];
    if (k % 8 === 7) {
      sum += log(product);
      product = 1;
    }
  }
  return (sum + log(product)) / y.length;
}

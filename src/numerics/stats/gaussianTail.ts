import { exp } from '../../core/math/exp.ts';
/**
 * Q(z): the probability that a standard normal variable is `z` or more, to 14 digits at any z.
 *
 * ½ erfc(z/√2) by Abramowitz & Stegun 1964: the series 7.1.6 in the middle, which has no cancellation, and the continued
 * fraction 7.1.14 in the tail, where 1 − Φ(z) would have lost every digit.
 */
export function gaussianTail(z: number): number {
  if (z < 0) return 1 - gaussianTail(-z);
  return z < MIDDLE ? 0.5 - centralMass(z) : farTail(z);
}

const MIDDLE = 2; // either side gives full precision around here
const LEVELS = 120; // of the continued fraction: enough at MIDDLE, more than enough beyond

/** P(0 ≤ Z ≤ z) = φ(z) Σ z^(2n+1) / (2n+1)!! */
function centralMass(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > 1e-17 * sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return density(z) * sum;
}

/** φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))) */
function farTail(z: number): number {
  let fraction = z;
  for (let level = LEVELS; level > 0; level--) fraction = z + level / fraction;
  return density(z) / fraction;
}

function density(z: number): number {
  return exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

import { log10 } from '../../core/math/log.ts';
import { pow } from '../../core/math/pow.ts';
// The power mean of degree 4, between the mean (1), which no single channel moves, and the maximum (∞), which any
// does.

/** x⁴: a term of the mean. Multiplied out, because every event needs it for every channel. */
export function raised(x: number): number {
  const square = x * x;
  return square * square;
}

/** The fourth root: of the terms' weighted sum, the mean. */
export function rooted(sum: number): number {
  return Math.sqrt(Math.sqrt(sum));
}

/** Several surprises as one, with the contribution of each. */
export interface Combined {
  /** Decades of probability, 0 or more. */
  readonly surprise: number;
  /** How much each contributed: not negative, in a unit that only this combination knows. */
  readonly parts: number[];
}

/**
 * The weighted harmonic mean of probabilities, p = 1 / Σ w/p, in terms of their surprises −log10 p (Good 1958; Wilson
 * 2019). It holds whether or not they depend on one another, as Bonferroni's rule does: one among D that is off counts
 * log10(D) less than alone. But it loses nothing when they all agree. A part is the share of the sum Σ w (1/p − 1).
 *
 * @param surprises 0 or more
 * @param weights sum to 1
 */
export function harmonicMean(surprises: readonly number[], weights: readonly number[]): Combined {
  let most = 0;
  for (const surprise of surprises) most = Math.max(most, surprise);
  const certain = pow(10, -most); // p = 1, in units of the rarest: 1/p may overflow
  let sum = 0;
  const parts = new Array<number>(surprises.length);
  for (let i = 0; i < surprises.length; i++) {
    parts[i] = weights[i] * (pow(10, surprises[i] - most) - certain);
    sum += parts[i];
  }
  return { surprise: Math.max(0, most + log10(sum + certain)), parts };
}

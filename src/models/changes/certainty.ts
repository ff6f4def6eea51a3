import { exp } from '../../core/math/exp.ts';
import type { Candidate } from './candidates.ts';
import type { ChangeKind } from './changePoint.ts';

/**
 * Of the features and of their products in pairs, by logistic regression (L2) over the candidates of 1,000 simulated series:
 * `npm run experiments -- --changes-fit`; `--changes` for what they are worth.
 */
// biome-ignore format: a row for each kind
const WEIGHTS: Readonly<Record<ChangeKind, readonly number[]>> = {
  level: [-6.44, 0.272, 0.573, -0.219, 2.2, 0.752, 0.28, 0.673, -0.0434, -0.0353, 0.128, -0.122, 0.065, 0.00134, -0.131, -0.146, 0.167, -0.307, 0.0529, 0.204, -0.261, -0.0333, 0.838, -0.163, 0.102, -0.68, -1.17, 0.192, 0.408, 1.15, -0.287, -0.0836, 0.0905, 0.0893, 0.0487, -0.376],
  slope: [-5.05, 0.381, 0.577, -0.469, 4.76, 0.818, 0.246, 1.44, -0.177, -0.0781, 0.356, -0.577, -0.0272, 0.0609, -0.325, -0.0768, 0.137, 0.444, -0.0575, 0.0817, 0.415, -0.149, -0.0611, 0.333, 0.252, -0.529, -2.09, -0.0691, 0.435, 1.15, -0.272, -0.13, 0.138, 0.0593, -0.176, 0.426],
  scale: [-5.68, 0.115, -0.182, 0.199, 0.254, 0.868, 0.315, 2.27, -0.024, -0.151, -0.0177, 0.326, -0.09, 0.113, -0.643, 0.0529, -0.0615, -0.05, 0.052, 0.165, 0.581, 0.0472, 0.306, 0.536, 0.0642, -0.708, -0.291, -0.182, 0.263, 0.202, -0.383, -0.0388, 0.777, 0.0453, -0.159, -0.323],
  season: [-4.26, 0.578, 0.412, 0.0711, 0.341, 0.558, 0.23, 0.612, 0.248, 0.0356, 0.0895, -0.0178, 0.0433, 0.126, 0.178, -0.239, -0.049, -0.236, -0.55, 0.0303, -0.829, -0.303, 0.197, 0.113, 0.135, -0.654, 0.132, 0.195, -0.259, 1.01, -0.561, 0.000989, -0.501, 0.0953, -0.13, -0.419],
};

/** The greatest certainty that is reported: of families of series left out of the regression, no more were real of what it is surer of. */
export const MOST_CERTAIN = 0.65;

/** The estimated share of candidates with such evidence that are real changes of their kind; too sure above {@link MOST_CERTAIN}. */
export function certaintyOf({ kind, evidence }: Pick<Candidate, 'kind' | 'evidence'>): number {
  const weights = WEIGHTS[kind];
  const products = productsOf(evidence);
  let sum = 0;
  for (let k = 0; k < products.length; k++) sum += weights[k] * products[k];
  return 1 / (1 + exp(-Math.max(-30, Math.min(30, sum))));
}

/** (36) 1, the features, and their products in pairs. */
export function productsOf(evidence: readonly number[]): number[] {
  const features = featuresOf(evidence);
  const products = [...features];
  for (let a = 1; a < features.length; a++)
    for (let b = a; b < features.length; b++) products.push(features[a] * features[b]);
  return products;
}

/** Bounded, as beyond what was seen often nothing is known. */
function featuresOf([usual, most, after, own, gain, novelty, , , , flagged]: readonly number[]): number[] {
  return [
    ...[1, bounded(usual, 3.5), bounded(most, 3), after - 4.5, Math.max(-0.2, Math.min(2, own))],
    ...[Math.min(3, gain), novelty, flagged],
  ];
}

/** A ratio of which nothing is known, as one of the two is 0, says nothing. */
function bounded(ratio: number, most: number): number {
  return Math.abs(ratio) >= 7 ? 0 : Math.max(-1, Math.min(most, ratio));
}

import { exp } from '../../core/math/exp.ts';
import { MOST_CERTAIN } from './certainty.ts';
import type { LongCandidate, LongWay } from './longCandidates.ts';

/**
 * For each number of evidence the least that makes a change, and how much more makes it surer. Where a row is missing nothing follows from that
 * number.
 */
const LEAST: Readonly<Record<LongWay, readonly (readonly [least: number, unit: number] | undefined)[]>> = {
  // biome-ignore format: a row for each way
  level: [[1.5, 0.5], [0.7, 0.4], undefined, undefined, [0.1, 0.1], [0.75, 0.1], [0.55, 0.1], [-0.3, 0.1]],
  slope: [
    [1.2, 0.5],
    [0.6, 0.4],
    [0.25, 0.3],
    [-0.7, 0.2],
  ],
  noise: [[1.2, 0.4], [0.6, 0.3], undefined, undefined, [0.35, 0.2], [0.5, 0.15], [4.4, 0.3]],
  cycle: [[1.2, 0.5], [0.6, 0.4], [0.3, 0.3], undefined, [0.25, 0.1], [0.2, 0.1]],
};
const STEEPNESS = 1.4;

/** By the evidence that is nearest to its least: one half there. */
export function certaintyOfLong({ way, evidence }: Pick<LongCandidate, 'way' | 'evidence'>): number {
  let margin = Number.POSITIVE_INFINITY;
  for (const [k, row] of LEAST[way].entries())
    if (row !== undefined) margin = Math.min(margin, (evidence[k] - row[0]) / row[1]);
  return Math.min(MOST_CERTAIN, 1 / (1 + exp(-STEEPNESS * Math.max(-20, Math.min(20, margin)))));
}

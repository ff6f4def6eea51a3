import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import { badOption } from '../../core/options.ts';
import type { Loss } from './loss.ts';

/** The classes that a quantised target falls into. */
export interface CrossEntropyConfig {
  readonly name: 'crossEntropy';
  /** (K − 1) ascending: class k reaches from edge k − 1, included, to edge k. In units of the target. */
  readonly edges: readonly number[];
}

/**
 * Cross-entropy of K classes, −ln softmax(logits)[class of the target]: the target is quantised, and what is learnt is a
 * whole distribution, of any shape.
 */
export function crossEntropyLoss({ edges }: CrossEntropyConfig): Loss {
  if (edges.length === 0 || !edges.every((edge, k) => edge > (k === 0 ? -Infinity : edges[k - 1])))
    throw badOption('crossEntropyLoss', 'edges', 'ascending numbers', edges);
  const classes = edges.length + 1;
  return {
    outputs: classes,
    accumulate(output, gradient, at, targets, target, weight) {
      if (Number.isNaN(target)) return Number.NaN; // not a class: must not be learnt as one
      const end = at + classes * targets;
      let greatest = -Infinity; // subtracted, or the exponentials overflow
      for (let k = at; k < end; k += targets) greatest = Math.max(greatest, output[k]);
      let sum = 0;
      for (let k = at; k < end; k += targets) sum += exp(output[k] - greatest);
      for (let k = at; k < end; k += targets) gradient[k] += (weight * exp(output[k] - greatest)) / sum;
      const right = at + classOf(edges, target) * targets;
      gradient[right] -= weight;
      return weight * (log(sum) + greatest - output[right]);
    },
  };
}

/** How many edges lie at or below x. */
function classOf(edges: readonly number[], x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

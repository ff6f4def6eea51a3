import { exp } from '../../core/math/exp.ts';
import type { Candidate } from './around.ts';
import { WEIGHTS } from './weights.ts';

/** The greatest certainty that is reported: what is estimated to be surer is not, on other series than those of the training. */
export const MOST_CERTAIN = 0.8;

/** What is shown to who has not asked for changes is as certain as that: at 0.5 weekends after a week of work were some. */
export const SHOWN_CERTAINTY = 0.7;

/**
 * The estimated share of candidates with such evidence that are real changes of their kind; too sure above {@link MOST_CERTAIN}. A network of
 * three hidden units: a statistic says something only where others agree, and beyond what was seen often nothing is known.
 */
export function certaintyOf(
  { way, evidence }: Pick<Candidate, 'way' | 'evidence'>,
  weights: typeof WEIGHTS = WEIGHTS,
): number {
  const [linear, ...units] = weights[way];
  let sum = linear[0];
  for (let k = 0; k < evidence.length; k++) sum += linear[k + 1] * evidence[k];
  for (const unit of units) {
    let input = unit[1];
    for (let k = 0; k < evidence.length; k++) input += unit[k + 2] * evidence[k];
    sum += unit[0] * (2 * logistic(2 * input) - 1); // tanh
  }
  return logistic(sum);
}

function logistic(x: number): number {
  return 1 / (1 + exp(-Math.max(-30, Math.min(30, x))));
}

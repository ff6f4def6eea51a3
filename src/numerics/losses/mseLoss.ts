import type { Loss } from './loss.ts';

/** Squared error e². Minimised by the conditional mean. */
export const mseLoss: Loss = {
  outputs: 1,
  accumulate(output, gradient, at, _targets, target, weight) {
    const error = output[at] - target;
    gradient[at] += weight * 2 * error;
    return weight * error * error;
  },
};

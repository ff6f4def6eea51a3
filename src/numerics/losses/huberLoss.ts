import { optionChecks } from '../../core/options.ts';
import type { Loss } from './loss.ts';

/** Huber (1964): ½e² up to |e| = δ, δ(|e| − ½δ) beyond, so that one outlier has bounded pull. */
export function huberLoss(delta: number): Loss {
  optionChecks('huberLoss').positive('delta', delta);
  return {
    outputs: 1,
    accumulate(output, gradient, at, _targets, target, weight) {
      const error = output[at] - target;
      const size = Math.abs(error);
      if (size <= delta) {
        gradient[at] += weight * error;
        return weight * 0.5 * error * error;
      }
      gradient[at] += weight * delta * Math.sign(error);
      return weight * delta * (size - 0.5 * delta);
    },
  };
}

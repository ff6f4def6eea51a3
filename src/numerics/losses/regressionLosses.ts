import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import { optionChecks } from '../../core/options.ts';
import type { Loss } from './loss.ts';

const HALF_LOG_TWO_PI = 0.5 * log(2 * Math.PI);

/** Negative log-likelihood of N(μ, σ²) with s = ln σ: s + ½(e/σ)² + ½ ln 2π. */
export const gaussianLoss: Loss = {
  outputs: 2,
  accumulate(output, gradient, at, targets, target, weight) {
    const logScale = output[at + targets];
    const inverseScale = exp(-logScale);
    const ratio = (output[at] - target) * inverseScale;
    gradient[at] += weight * ratio * inverseScale;
    gradient[at + targets] += weight * (1 - ratio * ratio);
    return weight * (logScale + 0.5 * ratio * ratio + HALF_LOG_TWO_PI);
  },
};

/** Squared error e². Minimised by the conditional mean. */
export const mseLoss: Loss = {
  outputs: 1,
  accumulate(output, gradient, at, _targets, target, weight) {
    const error = output[at] - target;
    gradient[at] += weight * 2 * error;
    return weight * error * error;
  },
};

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

/** Constants of the Laplace loss; without them it is the plain negative log-likelihood. */
export interface LaplaceLossConfig {
  readonly name: 'laplace';
  /**
   * |e| is replaced by a parabola below this fraction of b, so that the gradient does not chatter around 0.
   * @default 0
   */
  readonly smooth?: number;
  /** Cap on 1/b in the location's gradient: a stream that turned constant must not blow up the step. @default Infinity */
  readonly maxWeight?: number;
  /** Cap on |e|/b in the log scale's gradient: one outlier must not open the band. @default Infinity */
  readonly maxRatio?: number;
}

/**
 * Negative log-likelihood of Laplace(μ, b) with s = ln b: s + |e|/b + ln 2. Minimised by the conditional median;
 * heavier tails than the Gaussian, so outliers pull less. With caps the gradient is the capped one, not the loss's.
 */
export function laplaceLoss(config: LaplaceLossConfig): Loss {
  const { smooth = 0, maxWeight = Infinity, maxRatio = Infinity } = config;
  const check = optionChecks('laplaceLoss');
  check.nonNegative('smooth', smooth);
  if (maxWeight !== Infinity) check.positive('maxWeight', maxWeight);
  if (maxRatio !== Infinity) check.positive('maxRatio', maxRatio);
  return {
    outputs: 2,
    accumulate(output, gradient, at, targets, target, weight) {
      const logScale = output[at + targets];
      const inverseScale = exp(-logScale);
      const error = output[at] - target;
      const ratio = Math.abs(error) * inverseScale;
      const slope = ratio < smooth ? ratio / smooth : 1; // d(smoothed ratio)/d(ratio)
      const size = ratio < smooth ? (ratio * ratio) / (2 * smooth) + smooth / 2 : ratio;
      gradient[at] += weight * Math.sign(error) * slope * Math.min(inverseScale, maxWeight);
      gradient[at + targets] += weight * (1 - slope * Math.min(ratio, maxRatio));
      return weight * (logScale + size + Math.LN2);
    },
  };
}

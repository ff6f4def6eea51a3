import type { Loss } from './loss.ts';

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Negative log-likelihood of N(μ, σ²) with s = ln σ: s + ½(e/σ)² + ½ ln 2π. */
export const gaussianLoss: Loss = {
  outputs: 2,
  accumulate(output, gradient, at, targets, target, weight) {
    const logScale = output[at + targets];
    const inverseScale = Math.exp(-logScale);
    const ratio = (output[at] - target) * inverseScale;
    gradient[at] += weight * ratio * inverseScale;
    gradient[at + targets] += weight * (1 - ratio * ratio);
    return weight * (logScale + 0.5 * ratio * ratio + HALF_LOG_TWO_PI);
  },
};

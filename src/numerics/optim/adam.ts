import { optionChecks } from '../../core/options.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdamConfig {
  readonly name: 'adam';
  /** Memory of the mean gradient, 0 … 1. @default 0.9 */
  readonly beta1?: number;
  /** Memory of the mean squared gradient, 0 … 1. @default 0.999 */
  readonly beta2?: number;
  /** @default 1e-8 */
  readonly epsilon?: number;
}

/** Adam (Kingma & Ba 2015, algorithm 1), with ε outside the bias-corrected root as in the paper. */
export class Adam implements Optimizer {
  readonly state: {
    readonly mean: Float64Array;
    readonly meanSquare: Float64Array;
    readonly steps: Float64Array;
  };
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  constructor({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamConfig, size: number) {
    const check = optionChecks('adam');
    this.#beta1 = check.within('beta1', beta1, 0, 1);
    this.#beta2 = check.within('beta2', beta2, 0, 1);
    this.#epsilon = check.positive('epsilon', epsilon);
    this.state = {
      mean: new Float64Array(size),
      meanSquare: new Float64Array(size),
      steps: new Float64Array(1),
    };
  }

  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    const { mean, meanSquare, steps } = this.state;
    const beta1 = this.#beta1;
    const beta2 = this.#beta2;
    const n = ++steps[0];
    const size = rate / (1 - beta1 ** n);
    const correction = 1 / Math.sqrt(1 - beta2 ** n);
    for (let k = 0; k < parameters.length; k++) {
      const g = gradient[k];
      mean[k] = beta1 * mean[k] + (1 - beta1) * g;
      meanSquare[k] = beta2 * meanSquare[k] + (1 - beta2) * g * g;
      parameters[k] -= (size * mean[k]) / (Math.sqrt(meanSquare[k]) * correction + this.#epsilon);
    }
  }
}

import { optionChecks } from '../../core/options.ts';
import type { Optimizer } from './optimizer.ts';

export interface RmsPropConfig {
  readonly name: 'rmsprop';
  /** Memory of the mean square, 0 … 1. @default 0.99 */
  readonly decay?: number;
  /** @default 1e-8 */
  readonly epsilon?: number;
}

/** RMSprop (Tieleman & Hinton 2012): v ← ρ v + (1 − ρ) g², θ ← θ − η g / (√v + ε). */
export class RmsProp implements Optimizer {
  readonly state: { readonly meanSquare: Float64Array };
  readonly #decay: number;
  readonly #epsilon: number;

  constructor({ decay = 0.99, epsilon = 1e-8 }: RmsPropConfig, size: number) {
    const check = optionChecks('rmsprop');
    this.#decay = check.within('decay', decay, 0, 1);
    this.#epsilon = check.positive('epsilon', epsilon);
    this.state = { meanSquare: new Float64Array(size) };
  }

  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    const { meanSquare } = this.state;
    for (let k = 0; k < parameters.length; k++) {
      const g = gradient[k];
      meanSquare[k] = this.#decay * meanSquare[k] + (1 - this.#decay) * g * g;
      parameters[k] -= (rate * g) / (Math.sqrt(meanSquare[k]) + this.#epsilon);
    }
  }
}

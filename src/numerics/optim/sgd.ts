import { optionChecks } from '../../core/options.ts';
import type { Optimizer } from './optimizer.ts';

export interface SgdConfig {
  readonly name: 'sgd';
  /** Share of the last step that is kept (Polyak 1964), 0 … 1. @default 0 */
  readonly momentum?: number;
}

/** Stochastic gradient descent: v ← μ v + g, θ ← θ − η v. */
export class Sgd implements Optimizer {
  readonly state: { readonly velocity: Float64Array };
  readonly #momentum: number;

  constructor({ momentum = 0 }: SgdConfig, size: number) {
    this.#momentum = optionChecks('sgd').within('momentum', momentum, 0, 1);
    this.state = { velocity: new Float64Array(size) };
  }

  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    const { velocity } = this.state;
    for (let k = 0; k < parameters.length; k++) {
      velocity[k] = this.#momentum * velocity[k] + gradient[k];
      parameters[k] -= rate * velocity[k];
    }
  }
}

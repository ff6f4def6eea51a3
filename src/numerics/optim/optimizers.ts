import { pow } from '../../core/math/pow.ts';
import { badOption, optionChecks, requireObject } from '../../core/options.ts';

/** Turns gradients into steps. Its state is in `state`: flat vectors that a snapshot can copy out and in. */
export interface Optimizer {
  readonly state: Readonly<Record<string, Float64Array>>;
  /** Moves `parameters` against `gradient` with learning rate `rate`. */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void;
}

/** Settings of stochastic gradient descent. */
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

/** Settings of RMSprop. */
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

/** Settings of Adam. */
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
    const size = rate / (1 - pow(beta1, n));
    const correction = 1 / Math.sqrt(1 - pow(beta2, n));
    for (let k = 0; k < parameters.length; k++) {
      const g = gradient[k];
      mean[k] = beta1 * mean[k] + (1 - beta1) * g;
      meanSquare[k] = beta2 * meanSquare[k] + (1 - beta2) * g * g;
      parameters[k] -= (size * mean[k]) / (Math.sqrt(meanSquare[k]) * correction + this.#epsilon);
    }
  }
}

/** Which optimiser, and its constants. */
export type OptimizerConfig = SgdConfig | RmsPropConfig | AdamConfig;

/**
 * @param size number of parameters
 * @throws RxAnomalyError BAD_OPTION
 */
export function createOptimizer(config: OptimizerConfig, size: number): Optimizer {
  requireObject('optimizer', config);
  switch (config.name) {
    case 'sgd':
      return new Sgd(config, size);
    case 'rmsprop':
      return new RmsProp(config, size);
    case 'adam':
      return new Adam(config, size);
    default:
      throw badOption(
        'optimizer',
        'name',
        "one of 'sgd', 'rmsprop', 'adam'",
        (config as { name: unknown }).name,
      );
  }
}

import { createOptimizer, type OptimizerConfig } from '../../optim/optimizers.ts';
import type { Tensor } from './tfjs.ts';

/**
 * The three optimisers of `optim/` as two update rules. What depends on the number of steps taken is in η and ε.
 *
 *     momentum   v ← μ v + g                        θ ← θ − η v
 *     adaptive   m ← β1 m + (1 − β1) g
 *                v ← β2 v + (1 − β2) g²             θ ← θ − η m / (√v + ε)
 */
export type UpdateRule = (
  | { readonly name: 'momentum'; readonly momentum: number }
  | { readonly name: 'adaptive'; readonly beta1: number; readonly beta2: number }
) & {
  /** The vectors worth saving, by the names that the optimisers of `optim/` give them. */
  readonly memory: readonly string[];
};

/** All vectors that a rule works with. */
export function vectorsOf(rule: UpdateRule): readonly string[] {
  return rule.name === 'momentum' ? ['velocity'] : ['mean', 'meanSquare'];
}

export interface StepSize {
  readonly rate: number; // η
  readonly epsilon: number; // ε
}

/** @throws RxAnomalyError BAD_OPTION where `createOptimizer` would */
export function updateRule(config: OptimizerConfig): UpdateRule {
  createOptimizer(config, 0); // checks the options
  switch (config.name) {
    case 'sgd':
      return { name: 'momentum', momentum: config.momentum ?? 0, memory: ['velocity'] };
    case 'rmsprop': // without a memory of the mean: m = g
      return { name: 'adaptive', beta1: 0, beta2: Math.fround(config.decay ?? 0.99), memory: ['meanSquare'] };
    case 'adam': {
      const { beta1 = 0.9, beta2 = 0.999 } = config;
      // In float32 1 − β2 is off by 1e-5: the correction below has to know.
      const rounded = { beta1: Math.fround(beta1), beta2: Math.fround(beta2) };
      return { name: 'adaptive', ...rounded, memory: ['mean', 'meanSquare'] };
    }
  }
}

/** η and ε of the `n`th step, counted from 1. Adam's correction for its start multiplies out into both. */
export function stepSize(config: OptimizerConfig, rule: UpdateRule, rate: number, n: number): StepSize {
  if (config.name === 'sgd' || rule.name === 'momentum') return { rate, epsilon: 0 };
  const epsilon = config.epsilon ?? 1e-8;
  if (config.name === 'rmsprop') return { rate, epsilon };
  const root = Math.sqrt(1 - rule.beta2 ** n);
  return { rate: (rate * root) / (1 - rule.beta1 ** n), epsilon: epsilon * root };
}

/** All parameters of a network as one vector on the device, with the optimiser's state. */
export interface TrainedVector {
  /** A new tensor with the vector's numbers. */
  read(): Tensor;
  write(values: Float32Array): void;
  /** One step against `gradient`, by the rule that the vector was created with. Called inside `Tfjs.tidy`. */
  update(gradient: Tensor, size: StepSize): void;
  /** Vectors by name; copies. */
  readMemory(): Record<string, ArrayLike<number>>;
  writeMemory(memory: Readonly<Record<string, Float32Array>>): void;
  dispose(): void;
}

import type { CellName } from '../../cells/cell.ts';
import { createLoss, type LossConfig } from '../../losses/createLoss.ts';
import { createOptimizer, type OptimizerConfig } from '../../optim/optimizers.ts';

/** The cells that the kernel has, by its numbers. */
export const KERNEL_CELLS: readonly CellName[] = ['lstm', 'gru', 'peephole', 'coupled'];

/** The kernel's number of a loss and its three constants. Throws BAD_OPTION as the reference does. */
export function kernelLoss(config: LossConfig): [loss: number, a: number, b: number, c: number] {
  createLoss(config); // checks
  switch (config.name) {
    case 'mse':
      return [0, 0, 0, 0];
    case 'huber':
      return [1, config.delta, 0, 0];
    case 'gaussian':
      return [2, 0, 0, 0];
    case 'laplace':
      return [3, config.smooth ?? 0, config.maxWeight ?? Infinity, config.maxRatio ?? Infinity];
  }
}

/** The kernel's number of an optimiser with its constants, and where its memory lies: vector name to part. */
export interface KernelOptimizer {
  readonly constants: readonly [optimizer: number, decay1: number, decay2: number, epsilon: number];
  readonly memory: Readonly<Record<string, number>>;
}

export function kernelOptimizer(config: OptimizerConfig): KernelOptimizer {
  createOptimizer(config, 0); // checks
  switch (config.name) {
    case 'sgd':
      return { constants: [0, config.momentum ?? 0, 0, 0], memory: { velocity: 2 } };
    case 'rmsprop':
      return { constants: [1, config.decay ?? 0.99, 0, config.epsilon ?? 1e-8], memory: { meanSquare: 2 } };
    case 'adam': {
      const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = config;
      return { constants: [2, beta1, beta2, epsilon], memory: { mean: 2, meanSquare: 3 } };
    }
  }
}

import { Adam, type AdamConfig } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { RmsProp, type RmsPropConfig } from './rmsProp.ts';
import { Sgd, type SgdConfig } from './sgd.ts';

/** Which optimiser, and its constants. */
export type OptimizerConfig = SgdConfig | RmsPropConfig | AdamConfig;

/** @param size number of parameters */
export function createOptimizer(config: OptimizerConfig, size: number): Optimizer {
  switch (config.name) {
    case 'sgd':
      return new Sgd(config, size);
    case 'rmsprop':
      return new RmsProp(config, size);
    case 'adam':
      return new Adam(config, size);
  }
}

import type { NetworkConfig } from '../networkConfig.ts';
import type { Engine } from './engine.ts';
import { ReferenceEngine } from './reference.ts';

/** The engines there are. */
export type EngineName = 'reference';

/** The engine of that name for this network. */
export function createEngine(name: EngineName, config: NetworkConfig): Engine {
  switch (name) {
    case 'reference':
      return new ReferenceEngine(config);
  }
}

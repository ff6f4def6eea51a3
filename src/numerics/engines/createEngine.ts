import type { ReferenceConfig } from '../networkConfig.ts';
import { type ChosenEngine, chooseEngine } from './chooseEngine.ts';
import type { Engine } from './engine.ts';
import { networkFor } from './networkFor.ts';
import { ReferenceEngine } from './reference.ts';
import { createWasmEngine } from './wasm/createWasmEngine.ts';
import { canLoadKernel } from './wasm/loadKernel.ts';

/** The engines; `'auto'` is the fastest that runs the network here. */
export type EngineName = 'auto' | 'wasm' | 'reference';

/** {@link EngineName}s, for option checks. */
export const ENGINE_NAMES: readonly EngineName[] = ['auto', 'wasm', 'reference'];

/**
 * The engine with that name for this network; its `name` tells which one was chosen.
 *
 * @throws RxAnomalyError BAD_OPTION when the named engine cannot run the network, NO_ENGINE when it is not available
 */
export function createEngine(name: EngineName, config: ReferenceConfig): Engine {
  const chosen = name === 'auto' ? chooseEngine(config, AT_ONCE) : name;
  return chosen === 'wasm' ? createWasmEngine(networkFor('wasm', config)) : new ReferenceEngine(config);
}

/** Engines that need no asynchronous loading. */
const AT_ONCE: readonly ChosenEngine[] = canLoadKernel ? ['wasm', 'reference'] : ['reference'];

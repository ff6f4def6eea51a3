import { accepts, type OptionKind } from '../../core/optionKinds.ts';
import { badOption } from '../../core/options.ts';
import type { ReferenceConfig } from '../networkConfig.ts';
import { type ChosenEngine, chooseEngine } from './chooseEngine.ts';
import type { Engine, EngineFactory } from './engine.ts';
import { networkFor } from './networkFor.ts';
import { ReferenceEngine } from './reference.ts';
import { createWasmEngine } from './wasm/createWasmEngine.ts';
import { canLoadKernel } from './wasm/loadKernel.ts';

/** The engines; `'auto'` is the fastest that runs the network here. */
export type EngineName = 'auto' | 'wasm' | 'reference';

/** {@link EngineName}s, for option checks. */
export const ENGINE_NAMES: readonly EngineName[] = ['auto', 'wasm', 'reference'];

const LOADED = 'an engine that was loaded, as await tfjsEngine() of rx-anomaly/tfjs gives';

/** A name, or what creates an engine. */
export const engineKind: OptionKind = {
  ...accepts(
    `one of ${ENGINE_NAMES.map((name) => `'${name}'`).join(', ')}, or ${LOADED}`,
    (value) => typeof value === 'function' || ENGINE_NAMES.includes(value as EngineName),
  ),
  choices: ENGINE_NAMES,
};

/**
 * The engine with that name for this network, or that which is created; its `name` tells which one was chosen.
 *
 * @throws RxAnomalyError BAD_OPTION when the named engine cannot run the network, NO_ENGINE when it is not available
 */
export function createEngine(name: EngineName | EngineFactory, config: ReferenceConfig): Engine {
  if (typeof name === 'function') return created(name, config);
  const chosen = name === 'auto' ? chooseEngine(config, AT_ONCE) : name;
  return chosen === 'wasm' ? createWasmEngine(networkFor('wasm', config)) : new ReferenceEngine(config);
}

/** Engines that need no asynchronous loading. */
const AT_ONCE: readonly ChosenEngine[] = canLoadKernel ? ['wasm', 'reference'] : ['reference'];

function created(create: EngineFactory, config: ReferenceConfig): Engine {
  const engine: unknown = create(config);
  const isEngine = typeof engine === 'object' && engine !== null && 'advanceInto' in engine;
  if (!isEngine) throw badOption('createEngine', 'engine', LOADED, create);
  return engine as Engine;
}

import { accepts, type OptionKind } from '../../core/optionKinds.ts';
import { badOption } from '../../core/options.ts';
import type { ReferenceConfig } from '../networkConfig.ts';
import type { Engine, EngineFactory } from './engine.ts';
import { autoEngine } from './fallback.ts';
import { canRun, networkFor } from './networkFor.ts';
import { ReferenceEngine } from './reference.ts';
import { loadKernel } from './wasm/loadKernel.ts';
import { WasmEngine } from './wasm/wasmEngine.ts';

/**
 * The engines. `'auto'`: WASM where it runs the network, the reference where it does not or WebAssembly is missing or forbidden.
 * `'wasm'` gives the same bits in every runtime; `'wasm-relaxed'`, which `await loadEngine('wasm-relaxed')` loads, is faster on
 * some processors, and its last bits depend on them.
 */
export type EngineName = 'auto' | 'wasm' | 'wasm-relaxed' | 'reference';

/** {@link EngineName}s, for option checks. */
export const ENGINE_NAMES: readonly EngineName[] = ['auto', 'wasm', 'wasm-relaxed', 'reference'];

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
 * @throws RxAnomalyError BAD_OPTION when the named engine cannot run the network, NO_ENGINE when it is not available here
 */
export function createEngine(name: EngineName | EngineFactory, config: ReferenceConfig): Engine {
  if (typeof name === 'function') return created(name, config);
  if (name === 'auto' && !canRun('wasm', config)) return new ReferenceEngine(config);
  const chosen = name === 'auto' ? autoEngine() : name;
  if (chosen === 'reference') return new ReferenceEngine(config);
  return new WasmEngine(networkFor('wasm', config), loadKernel(chosen));
}

function created(create: EngineFactory, config: ReferenceConfig): Engine {
  const engine: unknown = create(config);
  const isEngine = typeof engine === 'object' && engine !== null && 'advanceInto' in engine;
  if (!isEngine) throw badOption('createEngine', 'engine', LOADED, create);
  return engine as Engine;
}

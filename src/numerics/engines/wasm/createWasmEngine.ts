import type { NetworkConfig } from '../../networkConfig.ts';
import { loadKernel } from './loadKernel.ts';
import { WasmEngine } from './wasmEngine.ts';

/** A {@link WasmEngine} on this process' kernel. Throws BAD_OPTION for a cell that the kernel does not have. */
export function createWasmEngine(config: NetworkConfig): WasmEngine {
  return new WasmEngine(config, loadKernel());
}

import type { NetworkConfig } from '../../networkConfig.ts';
import { threadKernel } from './threadKernel.ts';
import { WasmEngine } from './wasmEngine.ts';

/** How the kernel is run. */
export interface WasmOptions {
  /**
   * Threads that share the series, this one included. The sum of their gradients depends on their number by
   * float32 rounding. Worth while from about a millisecond per update, on a machine with idle cores.
   * @default 1
   */
  readonly threads?: number;
}

/** A {@link WasmEngine} on this process' kernel. Throws BAD_OPTION for a cell that the kernel does not have. */
export function createWasmEngine(config: NetworkConfig, { threads = 1 }: WasmOptions = {}): WasmEngine {
  return new WasmEngine(config, threadKernel(threads));
}

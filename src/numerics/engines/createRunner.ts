import type { NetworkConfig } from '../networkConfig.ts';
import type { NetworkRunner, RunnerName } from './networkRunner.ts';
import { ReferenceRunner } from './referenceRunner.ts';
import { loadKernel } from './wasm/loadKernel.ts';
import { WasmRunner } from './wasm/wasmRunner.ts';

/** @param parameters in the order of `Parameters` */
export function createRunner(
  name: RunnerName,
  config: NetworkConfig,
  parameters: Float64Array,
): NetworkRunner {
  return name === 'reference'
    ? new ReferenceRunner(config, parameters)
    : new WasmRunner(config, parameters, loadKernel(name));
}

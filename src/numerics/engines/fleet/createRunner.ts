import type { NetworkConfig } from '../../networkConfig.ts';
import { loadKernel } from '../wasm/loadKernel.ts';
import { WasmRunner } from '../wasm/wasmRunner.ts';
import type { FleetEngineName } from './createFleet.ts';
import type { NetworkRunner } from './networkRunner.ts';
import { ReferenceRunner } from './referenceRunner.ts';

/** @param parameters in the order of `Parameters` */
export function createRunner(
  name: FleetEngineName,
  config: NetworkConfig,
  parameters: Float64Array,
): NetworkRunner {
  return name === 'reference'
    ? new ReferenceRunner(config, parameters)
    : new WasmRunner(config, parameters, loadKernel(name));
}

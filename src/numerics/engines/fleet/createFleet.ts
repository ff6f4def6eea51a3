import { loadKernel } from '../wasm/loadKernel.ts';
import { WasmFleet } from '../wasm/wasmFleet.ts';
import type { FleetConfig, FleetEngine } from './fleetEngine.ts';
import { ReferenceFleet } from './referenceFleet.ts';

/** The fleet engines there are. */
export type FleetEngineName = 'wasm' | 'wasm-relaxed' | 'reference';

/**
 * Creates the engine of a fleet when its shape is known.
 *
 * @param batch maximum number of slots per call
 */
export type FleetEngineFactory = (config: FleetConfig, batch: number) => FleetEngine;

/** The fleet engine of that name for this network. */
export function createFleet(name: FleetEngineName, config: FleetConfig): FleetEngine {
  switch (name) {
    case 'wasm':
    case 'wasm-relaxed':
      return new WasmFleet(config, loadKernel(name));
    case 'reference':
      return new ReferenceFleet(config);
  }
}

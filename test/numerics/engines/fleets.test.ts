import { ReferenceFleet } from '../../../src/numerics/engines/fleet/referenceFleet.ts';
import { loadKernel } from '../../../src/numerics/engines/wasm/loadKernel.ts';
import { WasmFleet } from '../../../src/numerics/engines/wasm/wasmFleet.ts';
import { fleetContract } from '../../contracts/fleetContract.ts';

fleetContract({ name: 'reference', create: (config) => new ReferenceFleet(config), exact: true });
fleetContract({ name: 'wasm', create: (config) => new WasmFleet(config, loadKernel()), exact: true });

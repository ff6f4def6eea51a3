import { describe } from 'vitest';
import type { CellName } from '../../../src/numerics/cells/cell.ts';
import { ReferenceFleet } from '../../../src/numerics/engines/fleet/referenceFleet.ts';
import { loadKernel } from '../../../src/numerics/engines/wasm/loadKernel.ts';
import { WasmFleet } from '../../../src/numerics/engines/wasm/wasmFleet.ts';
import { fleetContract } from '../../contracts/fleetContract.ts';
import { WASM_CELLS } from '../../support/wasmCells.ts';

describe.each<CellName>(['lstm', 'gru'])('of %s', (cell) => {
  fleetContract({ name: 'reference', create: (config) => new ReferenceFleet(config), exact: true, cell });
});

describe.each(WASM_CELLS)('of %s', (cell) => {
  fleetContract({ name: 'wasm', create: (config) => new WasmFleet(config, loadKernel()), exact: true, cell });
});

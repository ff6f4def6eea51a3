import { setFlagsFromString } from 'node:v8';
import { describe } from 'vitest';
import { KERNEL as RELAXED } from '../../../src/numerics/engines/wasm/built/relaxed.ts';
import { compileKernel, kernelBytes } from '../../../src/numerics/engines/wasm/kernel.ts';
import { WasmEngine } from '../../../src/numerics/engines/wasm/wasmEngine.ts';
import { engineContract } from '../../contracts/engineContract.ts';
import { WASM_CELLS } from '../../support/wasmCells.ts';

// Node 20 has relaxed SIMD behind a flag; later ones ignore it.
setFlagsFromString('--experimental-wasm-relaxed-simd');

const kernel = compileKernel(kernelBytes(RELAXED), 'wasm-relaxed');

describe.each(WASM_CELLS)('with relaxed SIMD, of %s', (cell) => {
  engineContract({ name: 'wasm-relaxed', create: (config) => new WasmEngine(config, kernel), cells: [cell] });
});

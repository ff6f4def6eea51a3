import { setFlagsFromString } from 'node:v8';
import { describe, it } from 'vitest';
import { compileKernel } from '../../../src/numerics/engines/wasm/kernel.ts';
import { kernelBytes } from '../../../src/numerics/engines/wasm/loadKernel.ts';
import { WasmEngine } from '../../../src/numerics/engines/wasm/wasmEngine.ts';
import { engineContract } from '../../contracts/engineContract.ts';

// Node 20 has relaxed SIMD behind a flag; later ones ignore it.
setFlagsFromString('--experimental-wasm-relaxed-simd');
const bytes = kernelBytes('lstm.relaxed.wasm');

describe('with relaxed SIMD', () => {
  if (!WebAssembly.validate(bytes)) {
    it.skip('needs a runtime with relaxed SIMD', () => {});
    return;
  }
  const kernel = compileKernel(bytes);
  engineContract({ name: 'wasm', create: (config) => new WasmEngine(config, kernel), cells: ['lstm'] });
});

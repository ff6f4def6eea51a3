import { describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../../src/numerics/engines/wasm/createWasmEngine.ts';
import { compileKernel } from '../../../src/numerics/engines/wasm/kernel.ts';
import { kernelBytes } from '../../../src/numerics/engines/wasm/loadKernel.ts';
import { engineContract } from '../../contracts/engineContract.ts';
import { networkConfig } from '../../support/networkConfig.ts';

engineContract({ name: 'wasm', create: createWasmEngine, cells: ['lstm'] });

describe('the wasm kernel', () => {
  const kernel = compileKernel(kernelBytes('lstm.wasm'));

  /** Largest |f(x) − exact(x)| over float32 numbers: every 61st bit pattern, and everything where e^x begins to end. */
  function worstError(f: (at: number, count: number) => void, exact: (x: number) => number): number {
    const net = kernel.create(4096, 1, 1, 1, false, false, 1, 1, 0);
    const at = kernel.exports.inputAt(net);
    const numbers = new Float32Array(kernel.exports.memory.buffer, at, 8192);
    const bits = new Uint32Array(kernel.exports.memory.buffer, at, 8192);
    let worst = 0;
    const x = new Float32Array(8192);
    for (let start = 0; start < 2 ** 32; start += 61 * 8192) {
      for (let k = 0; k < 8192; k++) bits[k] = start + 61 * k;
      x.set(numbers);
      f(at, 8192);
      for (let k = 0; k < 8192; k++) {
        const expected = exact(x[k]);
        if (Number.isNaN(expected)) expect(numbers[k]).toBeNaN();
        else worst = Math.max(worst, Math.abs(numbers[k] - expected));
      }
    }
    kernel.exports.destroy(net);
    return worst;
  }

  it('computes σ to an absolute error below 2e-7 over all of float32', () => {
    expect(worstError(kernel.exports.sigmoidAll, (x) => 1 / (1 + Math.exp(-x)))).toBeLessThan(2e-7);
  });

  it('computes tanh to an absolute error below 2e-7 over all of float32', () => {
    expect(worstError(kernel.exports.tanhAll, Math.tanh)).toBeLessThan(2e-7);
  });
});

import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { KERNEL as RELAXED } from '../../../src/numerics/engines/wasm/built/relaxed.ts';
import { KERNEL as SIMD } from '../../../src/numerics/engines/wasm/built/simd.ts';
import { compileKernel, kernelBytes } from '../../../src/numerics/engines/wasm/kernel.ts';

// Node 20 has relaxed SIMD behind a flag; later ones ignore it.
setFlagsFromString('--experimental-wasm-relaxed-simd');

describe.each([
  ['wasm', SIMD],
  ['wasm-relaxed', RELAXED],
])('activations of %s', (_, digits) => {
  const kernel = compileKernel(kernelBytes(digits));
  const BLOCK = 8192;
  const { sigmoidAll, tanhAll } = kernel.exports;
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const net = kernel.create(0, BLOCK / 2, 1, 1, 1, false, false, 1, 1, 0, true);
  const at = kernel.exports.inputAt(net);
  const numbers = new Float32Array(kernel.exports.memory.buffer, at, BLOCK);
  const bits = new Uint32Array(kernel.exports.memory.buffer, at, BLOCK);

  /** Largest |f(x) − exact(x)| over every 61st of all float32 numbers; NaN must give NaN. */
  function worstError(f: (at: number, count: number) => void, exact: (x: number) => number): number {
    const x = new Float32Array(BLOCK);
    let worst = 0;
    for (let start = 0; start < 2 ** 32; start += 61 * BLOCK) {
      for (let k = 0; k < BLOCK; k++) bits[k] = start + 61 * k;
      x.set(numbers);
      f(at, BLOCK);
      for (let k = 0; k < BLOCK; k++) {
        const error = Math.abs(numbers[k] - exact(x[k]));
        if (error > worst) worst = error;
        if (Number.isNaN(numbers[k]) !== Number.isNaN(x[k])) return Number.NaN;
      }
    }
    return worst;
  }

  it('σ and tanh are right to 2e-7 over all of float32', () => {
    expect(worstError(sigmoidAll, sigmoid)).toBeLessThan(2e-7);
    expect(worstError(tanhAll, Math.tanh)).toBeLessThan(2e-7);
  });

  it('σ and tanh at ±0, ±∞ and NaN', () => {
    const special = [0, -0, Infinity, -Infinity, NaN, 3.4e38, -3.4e38, 1e-45];
    for (const [f, exact] of [
      [sigmoidAll, sigmoid],
      [tanhAll, Math.tanh],
    ] as const) {
      numbers.set(special);
      f(at, special.length);
      for (const [k, x] of special.entries()) {
        if (Number.isNaN(x)) expect(numbers[k]).toBeNaN();
        else expect(Math.abs(numbers[k] - exact(x)), String(x)).toBeLessThan(2e-7);
      }
    }
  });
});

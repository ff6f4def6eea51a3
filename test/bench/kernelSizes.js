import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Bytes of each build of the WASM kernel: the module as it is compiled, and its text in a bundle after gzip. */
export function kernelSizes() {
  return ['simd', 'relaxed', 'threads'].map((build) => {
    const file = new URL(`../../dist/numerics/engines/wasm/built/${build}.js`, import.meta.url);
    const text = readFileSync(file, 'utf8');
    const [digits = ''] = /[0-9a-f]{1000,}/.exec(text) ?? [];
    return { build, bytes: digits.length / 2, gzip: gzipSync(text, { level: 9 }).length };
  });
}

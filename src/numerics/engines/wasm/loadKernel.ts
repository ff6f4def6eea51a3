import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { RxAnomalyError } from '../../../core/errors.ts';
import { compileKernel, type Kernel } from './kernel.ts';

let shared: Kernel | undefined;

/** The kernel of this process, loaded from disk at first use: with relaxed SIMD where the runtime has it. */
export function loadKernel(): Kernel {
  shared ??= compileKernel(bestBytes());
  return shared;
}

function bestBytes(): Uint8Array<ArrayBuffer> {
  const relaxed = kernelBytes('lstm.relaxed.wasm');
  return WebAssembly.validate(relaxed) ? relaxed : kernelBytes('lstm.wasm');
}

/** Reads what `npm run build` made. Through the package's import map, so that sources and dist find the same file. */
export function kernelBytes(file: 'lstm.wasm' | 'lstm.relaxed.wasm'): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(`#wasm/${file}`)));
  } catch (cause) {
    throw new RxAnomalyError(
      'BAD_OPTION',
      `wasm engine: ${file} is missing; in a checkout run npm run build`,
      { cause },
    );
  }
}

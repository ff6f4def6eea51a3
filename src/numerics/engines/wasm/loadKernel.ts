/// <reference lib="dom" />
import { RxAnomalyError } from '../../../core/errors.ts';
import { KERNEL } from './built/simd.ts';
import { compileKernel, Kernel, type KernelName, kernelBytes, kernelExports } from './kernel.ts';

const loaded: Map<KernelName, Kernel> = new Map();
let refused: RxAnomalyError | undefined; // once it was: it is not compiled again for every stream

/**
 * The kernel of this process, compiled at first use. That with relaxed SIMD, whose results depend on the processor, only after
 * {@link loadKernelAsync} has loaded it.
 *
 * @throws RxAnomalyError NO_ENGINE where WebAssembly or its SIMD is missing or forbidden, or that was not loaded
 */
export function loadKernel(name: KernelName = 'wasm'): Kernel {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  if (name === 'wasm-relaxed')
    throw new RxAnomalyError(
      'NO_ENGINE',
      "wasm-relaxed engine: its kernel is not loaded: await loadEngine('wasm-relaxed') first",
    );
  if (refused !== undefined) throw refused;
  try {
    const kernel = compileKernel(kernelBytes(KERNEL));
    loaded.set(name, kernel);
    return kernel;
  } catch (cause) {
    refused = refusal(name, cause);
    throw refused;
  }
}

/** The same where a browser's main thread compiles only small modules at once, and for relaxed SIMD. */
export async function loadKernelAsync(name: KernelName): Promise<Kernel> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const text = name === 'wasm' ? KERNEL : (await import('./built/relaxed.ts')).KERNEL;
  try {
    const { module, instance } = await WebAssembly.instantiate(kernelBytes(text));
    const kernel = new Kernel(kernelExports(module, instance), { name });
    loaded.set(name, kernel);
    return kernel;
  } catch (cause) {
    throw refusal(name, cause);
  }
}

/** Why there is no kernel; undefined where there is one. */
export function kernelRefusal(): string | undefined {
  try {
    loadKernel();
    return undefined;
  } catch (error) {
    return (error as RxAnomalyError).message;
  }
}

function refusal(name: KernelName, cause: unknown): RxAnomalyError {
  const reason = typeof WebAssembly === 'undefined' ? 'there is no WebAssembly' : (cause as Error).message;
  return new RxAnomalyError(
    'NO_ENGINE',
    `${name} engine: WebAssembly with SIMD is missing or forbidden here (a Content-Security-Policy needs 'wasm-unsafe-eval'): ${reason}`,
    { cause },
  );
}

import { badOption } from '../../core/options.ts';
import type { EngineName } from './createEngine.ts';
import { loadKernelAsync } from './wasm/loadKernel.ts';

/**
 * Compiles an engine's kernel asynchronously. Only needed for `'wasm-relaxed'`, and on the main thread of browsers that compile
 * nothing of more than 4 kB at once (Chromium before 115); everywhere else `'auto'` and `'wasm'` compile theirs at first use.
 *
 * ```ts
 * await loadEngine();
 * readings$.pipe(detectAnomalies());
 * ```
 *
 * @param name `'auto'`: WASM where it runs
 * @returns the engine that `name` is from now on; for `'auto'` `'reference'` where WASM is missing or forbidden
 * @throws RxAnomalyError BAD_OPTION; NO_ENGINE where an engine that was asked for by its name is missing or forbidden
 */
export async function loadEngine(name: EngineName = 'auto'): Promise<Exclude<EngineName, 'auto'>> {
  switch (name) {
    case 'auto':
      return loadKernelAsync('wasm').then(
        () => 'wasm',
        () => 'reference',
      );
    case 'wasm':
    case 'wasm-relaxed':
      await loadKernelAsync(name);
      return name;
    case 'reference':
      return name;
    default:
      throw badOption('loadEngine', 'name', "'auto', 'wasm', 'wasm-relaxed' or 'reference'", name);
  }
}

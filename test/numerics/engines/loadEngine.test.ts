import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { networkConfig } from '../../support/networkConfig.ts';

/** Modules that no test has used before: what was compiled or refused is kept for the life of a process. */
async function fresh(): Promise<{
  createEngine: typeof import('../../../src/numerics/engines/createEngine.ts').createEngine;
  loadEngine: typeof import('../../../src/numerics/engines/loadEngine.ts').loadEngine;
  lstmForecast: typeof import('../../../src/operators/lstmForecast.ts').lstmForecast;
  rxjs: typeof import('rxjs');
}> {
  return {
    ...(await import('../../../src/numerics/engines/createEngine.ts')),
    ...(await import('../../../src/numerics/engines/loadEngine.ts')),
    ...(await import('../../../src/operators/lstmForecast.ts')),
    rxjs: await import('rxjs'),
  };
}

const config = networkConfig();

describe('engines', () => {
  beforeEach(() => {
    vi.resetModules();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('compile at first use, and relaxed SIMD only once it was loaded', async () => {
    const { createEngine, loadEngine } = await fresh();
    expect(createEngine('auto', config).name).toBe('wasm');
    expect(() => createEngine('wasm-relaxed', config)).toThrow(
      expect.objectContaining({
        code: 'NO_ENGINE',
        message: expect.stringContaining("await loadEngine('wasm-relaxed') first"),
      }),
    );
    expect(await loadEngine()).toBe('wasm');
    expect(await loadEngine('reference')).toBe('reference');
    await expect(loadEngine('cuda' as 'wasm')).rejects.toThrow(
      /^loadEngine: expected name to be .*, got "cuda"$/,
    );
  });

  it('are loaded asynchronously where nothing may be compiled at once', async () => {
    class Module {
      constructor() {
        throw new RangeError('disallowed on the main thread, if the buffer size is larger than 4KB');
      }
    }
    vi.stubGlobal(
      'WebAssembly',
      Object.assign(Object.create(WebAssembly), { Module, instantiate: WebAssembly.instantiate }),
    );
    const { createEngine, loadEngine } = await fresh();
    expect(createEngine('auto', config).name).toBe('reference');
    expect(() => createEngine('wasm', config)).toThrow(/^wasm engine: .*larger than 4KB$/);
    expect(await loadEngine()).toBe('wasm');
    expect(createEngine('auto', config).name).toBe('wasm');
  });

  it('fall back to the reference where there is no WebAssembly, and each subscription reports that once', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const { createEngine, loadEngine, lstmForecast, rxjs } = await fresh();
    expect(await loadEngine()).toBe('reference');
    await expect(loadEngine('wasm')).rejects.toThrow(/^wasm engine: .*there is no WebAssembly$/);
    expect(createEngine('auto', config).name).toBe('reference');
    for (let time = 0; time < 2; time++) {
      const onProblem = vi.fn();
      await rxjs.lastValueFrom(rxjs.from([1, 2, 3]).pipe(lstmForecast<number>({ onProblem })));
      expect(onProblem).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({
          kind: 'slowEngine',
          index: 0,
          message: expect.stringMatching(
            /^event 0: wasm engine: .*; the reference engine runs, some twenty times slower$/,
          ),
        }),
      );
    }
  });

  it('are not reported as slow where the reference was asked for, or is the only one for the network', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const { lstmForecast, rxjs } = await fresh();
    const onProblem = vi.fn();
    for (const options of [{ engine: 'reference' }, { cell: 'rnn' }] as const)
      await rxjs.lastValueFrom(rxjs.from([1, 2, 3]).pipe(lstmForecast<number>({ ...options, onProblem })));
    expect(onProblem).not.toHaveBeenCalled();
  });
});

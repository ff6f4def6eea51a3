import { describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../../src/numerics/engines/wasm/createWasmEngine.ts';
import { engineContract } from '../../contracts/engineContract.ts';
import { networkConfig } from '../../support/networkConfig.ts';
import { WASM_CELLS } from '../../support/wasmCells.ts';

describe.each([2, 3])('on %i threads', (threads) => {
  engineContract({
    name: 'wasm',
    create: (config) => createWasmEngine(config, { threads }),
    cells: WASM_CELLS,
  });
});

describe('threads', () => {
  it('refuses a number of them that is none', () => {
    expect(() => createWasmEngine(networkConfig(), { threads: 0 })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringMatching(/threads .* got 0/) }),
    );
  });
});

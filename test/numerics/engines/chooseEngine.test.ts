import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CELL_NAMES } from '../../../src/numerics/cells/cell.ts';
import { type ChosenEngine, chooseEngine } from '../../../src/numerics/engines/chooseEngine.ts';
import { createEngine } from '../../../src/numerics/engines/createEngine.ts';
import type { ReferenceConfig } from '../../../src/numerics/networkConfig.ts';
import { networkConfig } from '../../support/networkConfig.ts';
import { WASM_CELLS } from '../../support/wasmCells.ts';

const ALL: readonly ChosenEngine[] = ['wasm', 'tfjs', 'reference'];

function choose(series: number, hidden: number, available = ALL): ChosenEngine {
  return chooseEngine(networkConfig({ series, hidden }), available);
}

describe('chooseEngine', () => {
  it('takes wasm for one series, however large', () => {
    for (const hidden of [4, 16, 64, 512]) expect(choose(1, hidden)).toBe('wasm');
  });

  it('takes wasm for small networks, however many series', () => {
    for (const series of [1, 64, 1024, 100_000]) {
      for (const hidden of [16, 32]) expect(choose(series, hidden)).toBe('wasm');
    }
  });

  it('takes wasm for a few series, however large their networks', () => {
    for (const hidden of [64, 128, 512]) expect(choose(16, hidden)).toBe('wasm');
  });

  it('takes wasm for a fleet that is small both ways', () => {
    for (const hidden of [32, 64]) expect(choose(64, hidden)).toBe('wasm');
  });

  it('takes tfjs for large fleets of large networks', () => {
    for (const [series, hidden] of [
      [64, 128],
      [256, 64],
      [256, 128],
      [1024, 64],
    ]) {
      expect(choose(series, hidden)).toBe('tfjs');
    }
  });

  it('stays with tfjs as a fleet grows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 512 }), (series, hidden) => {
        if (choose(series, hidden) === 'tfjs') expect(choose(series + 1, hidden)).toBe('tfjs');
      }),
    );
  });

  it('takes nothing that is not there', () => {
    fc.assert(
      fc.property(
        fc.subarray([...ALL]),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 512 }),
        (some, series, hidden) => {
          expect([...some, 'reference']).toContain(choose(series, hidden, some));
        },
      ),
    );
  });

  it('takes wasm where tfjs is not loaded, and the reference engine where nothing is', () => {
    expect(choose(1024, 64, ['wasm', 'reference'])).toBe('wasm');
    expect(choose(1024, 64, [])).toBe('reference');
  });

  it('takes wasm for cells that tfjs does not have, however large the fleet', () => {
    for (const cell of WASM_CELLS.filter((name) => name !== 'lstm')) {
      const config = networkConfig({ cell, series: 1024, hidden: 64 });
      expect(chooseEngine(config, ALL)).toBe('wasm');
      expect(chooseEngine(config, ['tfjs', 'reference'])).toBe('reference');
    }
  });

  it('takes the reference engine for cells that only it has', () => {
    expect(chooseEngine(networkConfig({ cell: 'rnn', series: 1024, hidden: 64 }), ALL)).toBe('reference');
  });

  it('takes what says by name the default that the other engines have for one that does not', () => {
    const plain = { ...networkConfig(), gateActivation: 'sigmoid', attention: 0 } as const;
    expect(chooseEngine(plain, ALL)).toBe('wasm');
  });
});

const ONLY_REFERENCE: readonly (readonly [option: string, got: string, given: Partial<ReferenceConfig>])[] = [
  ...CELL_NAMES.filter((cell) => !WASM_CELLS.includes(cell)).map(
    (cell) => ['cell', JSON.stringify(cell), { cell }] as const,
  ),
  ['gateActivation', '"hardSigmoid"', { gateActivation: 'hardSigmoid' }],
  ['attention', '8', { attention: 8 }],
  ['lookAhead', 'an object with steps, width', { inputs: 5, lookAhead: { steps: 2, width: 2 } }],
  ['loss', '"crossEntropy"', { loss: { name: 'crossEntropy', edges: [0] } }],
];

describe.each(ONLY_REFERENCE)('%s %s, which only the reference engine runs', (option, got, given) => {
  const config: ReferenceConfig = { ...networkConfig(), ...given };

  it("is given to it by 'auto', visibly", () => {
    expect(createEngine('auto', config).name).toBe('reference');
  });

  it('is refused by an engine that was named, in its name', () => {
    expect(() => createEngine('wasm', config)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringMatching(new RegExp(`^wasm engine: expected ${option} to be .*, got ${got}$`)),
      }),
    );
  });
});

describe("createEngine('auto')", () => {
  it('makes what chooseEngine names, of the engines that need no loading', () => {
    expect(createEngine('auto', networkConfig({ series: 1024, hidden: 64 })).name).toBe('wasm');
    expect(createEngine('auto', networkConfig({ cell: 'rnn' })).name).toBe('reference');
  });
});

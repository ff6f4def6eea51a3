import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InspectedForecaster } from '../../src/inspect/inspectedForecaster.ts';
import type { LayerGates } from '../../src/inspect/layerGates.ts';
import { cellBound, halfLife } from '../../src/inspect/layerGates.ts';
import { memoryOrigin } from '../../src/inspect/memoryOrigin.ts';
import { MemoryProfile } from '../../src/inspect/memoryProfile.ts';
import { waves } from '../support/observations.ts';
import { real } from '../support/real.ts';

const gate = (): fc.Arbitrary<number> => real(0.001, 0.999);

describe('halfLife', () => {
  it('halves what is kept so many times', () => {
    fc.assert(
      fc.property(gate(), (f) => {
        expect(f ** halfLife(f)).toBeCloseTo(0.5, 12);
      }),
    );
    expect(halfLife(0.5)).toBe(1);
  });

  it('is nothing where the gate is shut and forever where it is open', () => {
    expect([halfLife(0), halfLife(1)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});

describe('cellBound', () => {
  it('is what a cell comes to that is written to with all that there is', () => {
    fc.assert(
      fc.property(gate(), real(0, 0.9), (i, f) => {
        let c = 0;
        for (let t = 0; t < 400; t++) c = f * c + i;
        expect(c).toBeCloseTo(cellBound(i, f), 9);
      }),
    );
  });

  it('is nothing where nothing is written, without end where nothing is forgotten', () => {
    expect([cellBound(0, 1), cellBound(0.1, 1)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});

/** A layer of two units with these gates, for what looks at nothing else. */
function gates(forget: readonly number[], input: readonly number[], cell: readonly number[]): LayerGates {
  return {
    forget: Float64Array.from(forget),
    input: Float64Array.from(input),
    output: Float64Array.from([0.5, 0.5]),
    reset: undefined,
    candidate: Float64Array.from([1, 1]),
    cell: Float64Array.from(cell),
    hidden: Float64Array.from(cell),
    write: Float64Array.from(input),
    halfLife: Float64Array.from(forget, (f) => halfLife(f)),
    bound: Float64Array.from(input, (i, j) => cellBound(i, forget[j])),
  };
}

describe('MemoryProfile', () => {
  it('tells how long each unit remembered: a content decays by the product of its gates', () => {
    const profile = new MemoryProfile({ longMemory: 10 });
    profile.add([gates([0.9, 0.99], [0.1, 0.2], [1, -3])]);
    profile.add([gates([0.4, 0.97], [0.3, 0.2], [-2, 1])]);
    const [first, second] = profile.units();
    expect([first.unit, second.unit]).toEqual([1, 0]);
    expect(second.forget ** 2).toBeCloseTo(0.9 * 0.4, 12);
    expect(second.halfLife).toBeCloseTo(Math.log(0.5) / Math.log(0.6), 9);
    expect([first.isLong, second.isLong]).toEqual([true, false]);
    expect(second).toMatchObject({ layer: 0, input: 0.2, output: 0.5, write: 0.2, cell: 1.5, greatest: 2 });
  });

  it('takes the median of the bound', () => {
    const profile = new MemoryProfile();
    for (const f of [0.5, 0.9, 0.99]) profile.add([gates([f, f], [0.1, 0.1], [0, 0])]);
    for (const { bound } of profile.units()) expect(bound).toBeCloseTo(1, 1);
  });

  it('puts gates that never shut first, and gives no NaN for one that does', () => {
    const profile = new MemoryProfile();
    profile.add([gates([0, 1], [0.5, 0], [0, 0])]);
    expect(profile.units().map(({ halfLife: h }) => h)).toEqual([Number.POSITIVE_INFINITY, 0]);
  });
});

describe('memoryOrigin', () => {
  it.each(['lstm', 'gru', 'peephole', 'coupled', 'budget', 'ema'] as const)(
    'takes the cells of %s apart by when they were written: the parts add up to them',
    (cell) => {
      const inspected = new InspectedForecaster({
        dimensions: 1,
        hidden: 5,
        layers: 2,
        window: 8,
        cell,
        engine: 'reference',
        history: 30,
      });
      for (const observation of waves(70, 1)) inspected.learn(observation, 1);
      for (const layer of [0, 1]) {
        const { written, older } = memoryOrigin(inspected.steps, layer);
        expect(written).toHaveLength(30);
        for (const [j, c] of inspected.gates[layer].cell.entries()) {
          const sum = written.reduce((all, part) => all + part[j], older[j]);
          expect(sum).toBeCloseTo(c, 12);
        }
      }
    },
  );

  it('finds half of the content within one half-life of constant gates', () => {
    const step = {
      x: new Float64Array(1),
      before: [new Float64Array(4)],
      layers: [gates([0.9, 0.9], [0.1, 0.1], [1, 1])],
    };
    const { halfAge, olderShare } = memoryOrigin(Array.from({ length: 200 }, () => step));
    expect(halfAge).toBe(Math.ceil(halfLife(0.9)));
    expect(olderShare).toBe(0);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { CELL_NAMES, type CellName } from '../../src/numerics/cells/cell.ts';
import { initialise } from '../../src/numerics/initialise.ts';
import type { NetworkConfig } from '../../src/numerics/networkConfig.ts';
import { createParameters, type Parameters } from '../../src/numerics/parameters.ts';
import { networkConfig } from '../support/networkConfig.ts';
import { real } from '../support/real.ts';

const shapes = fc.record({
  cell: fc.constantFrom(...CELL_NAMES),
  inputs: fc.integer({ min: 1, max: 9 }),
  hidden: fc.integer({ min: 1, max: 24 }),
  layers: fc.integer({ min: 1, max: 3 }),
  targets: fc.integer({ min: 1, max: 4 }),
  skip: fc.boolean(),
  loss: fc.constantFrom<NetworkConfig['loss']>({ name: 'mse' }, { name: 'laplace' }),
});

function initialised(config: NetworkConfig, seed: number, forgetBias = 1): Parameters {
  const parameters = createParameters(config);
  initialise(parameters, new Random(seed), forgetBias);
  return parameters;
}

/** Which gate, counted from 0, is the forget gate or does its work. */
const KEEPS: Readonly<Record<CellName, number>> = {
  lstm: 1, // i f g o
  peephole: 1,
  budget: 1,
  gru: 1, // r z n
  coupled: 0, // f g o
  ema: 0,
  rnn: -1,
};

describe('initialise', () => {
  it('spreads forget biases up to log(longest − 1), with input biases against them', () => {
    fc.assert(
      fc.property(shapes, fc.integer(), real(3, 1e4), (shape, seed, longest) => {
        const parameters = createParameters(networkConfig(shape));
        initialise(parameters, new Random(seed), { longest });
        const hasInputGate = ['lstm', 'peephole', 'budget'].includes(shape.cell);
        for (const { biasIh, biasHh, hidden: H } of parameters.layers) {
          for (const [at, bias] of biasIh.entries()) {
            const gate = Math.floor(at / H);
            if (gate === KEEPS[shape.cell]) {
              expect(bias).toBeGreaterThanOrEqual(0);
              expect(bias).toBeLessThanOrEqual(Math.log(longest - 1));
            } else if (hasInputGate && gate === 0)
              expect(bias).toBe(-biasIh[KEEPS[shape.cell] * H + (at % H)]);
            else expect(bias).toBe(0);
          }
          expect(biasHh.every((bias) => bias === 0)).toBe(true);
        }
      }),
    );
  });

  it('makes every gate’s recurrent weights orthogonal: UᵀU = I', () => {
    fc.assert(
      fc.property(shapes, fc.integer(), (shape, seed) => {
        const { layers } = initialised(networkConfig(shape), seed);
        for (const { weightHh, hidden: H } of layers) {
          for (let gate = 0; gate < weightHh.length / (H * H); gate++) {
            const U = weightHh.subarray(gate * H * H, (gate + 1) * H * H);
            for (let a = 0; a < H; a++) {
              for (let b = 0; b <= a; b++) {
                let product = 0;
                for (let row = 0; row < H; row++) product += U[row * H + a] * U[row * H + b];
                expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(1e-14); // a single pass of Gram–Schmidt leaves 1e-12
              }
            }
          }
        }
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('draws input weights and head within Glorot’s bounds, and fills them', () => {
    const { layers, head } = initialised(networkConfig({ inputs: 20, hidden: 30, targets: 40 }), 1);
    const expectUniform = (weights: Float64Array, limit: number): void => {
      expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(limit);
      const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
      expect(variance / (limit ** 2 / 3)).toBeGreaterThan(0.9);
      expect(variance / (limit ** 2 / 3)).toBeLessThan(1.1);
    };
    expectUniform(layers[0].weightIh, Math.sqrt(6 / (20 + 30)));
    expectUniform(head.weight, Math.sqrt(6 / (30 + 40)));
  });

  it('sets every bias to 0 but that of the gate that keeps the state, and every peephole to 0', () => {
    fc.assert(
      fc.property(shapes, real(-5, 5), (shape, forgetBias) => {
        const { layers, head } = initialised(networkConfig(shape), 1, forgetBias);
        for (const { biasIh, biasHh, peephole, hidden } of layers) {
          expect([...biasIh]).toEqual(
            Array.from(biasIh, (_, row) => (Math.floor(row / hidden) === KEEPS[shape.cell] ? forgetBias : 0)),
          );
          expect([...biasHh, ...peephole].every((weight) => weight === 0)).toBe(true);
        }
        expect([...head.bias, ...head.skip].every((weight) => weight === 0)).toBe(true);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('is the same for the same seed to the bit, and another for another', () => {
    const config = networkConfig({ hidden: 5, layers: 2 });
    expect(initialised(config, 7).flat).toEqual(initialised(config, 7).flat);
    expect(initialised(config, 7).flat).not.toEqual(initialised(config, 8).flat);
  });
});

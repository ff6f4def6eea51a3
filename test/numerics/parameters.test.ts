import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkConfig } from '../../src/numerics/networkConfig.ts';
import { checkNetworkConfig } from '../../src/numerics/networkConfig.ts';
import { createParameters, outputCount, views } from '../../src/numerics/parameters.ts';
import { networkConfig } from '../support/networkConfig.ts';

describe('createParameters', () => {
  it('lays out per layer weightIh, weightHh, biasIh, biasHh, peephole, then the head’s weight, bias, skip', () => {
    const config = networkConfig({
      inputs: 3,
      hidden: 2,
      layers: 2,
      targets: 4,
      skip: true,
      loss: { name: 'laplace' },
    });
    const { flat, layers, head } = createParameters(config);
    for (let k = 0; k < flat.length; k++) flat[k] = k;
    const [first, second] = layers;
    const parts = [
      [first.weightIh, 8 * 3],
      [first.weightHh, 8 * 2],
      [first.biasIh, 8],
      [first.biasHh, 8],
      [second.weightIh, 8 * 2],
      [second.weightHh, 8 * 2],
      [second.biasIh, 8],
      [second.biasHh, 8],
      [head.weight, 8 * 2],
      [head.bias, 8],
      [head.skip, 4 * 3],
    ] as const;
    let from = 0;
    for (const [part, length] of parts) {
      expect(part).toEqual(flat.subarray(from, from + length));
      from += length;
    }
    expect(flat).toHaveLength(from);
  });

  it('gives an RNN one row of weights a unit and leaves out the skip path where there is none', () => {
    const { layers, head, flat } = createParameters(
      networkConfig({ cell: 'rnn', inputs: 3, hidden: 5, targets: 2 }),
    );
    expect(layers[0].weightIh).toHaveLength(15);
    expect(layers[0].weightHh).toHaveLength(25);
    expect(head.skip).toHaveLength(0);
    expect(flat).toHaveLength(15 + 25 + 5 + 5 + 10 + 2);
  });

  it('puts the peepholes after the biases of their layer: one of each gate’s a unit', () => {
    const config = networkConfig({ cell: 'peephole', hidden: 2, layers: 2 });
    const { flat, layers } = createParameters(config);
    for (let k = 0; k < flat.length; k++) flat[k] = k;
    for (const { biasHh, peephole } of layers) {
      const first = biasHh[biasHh.length - 1] + 1;
      expect([...peephole]).toEqual(Array.from({ length: 6 }, (_, k) => first + k));
    }
  });

  it.each<[NetworkConfig['loss'], number]>([
    [{ name: 'mse' }, 3],
    [{ name: 'huber', delta: 1 }, 3],
    [{ name: 'gaussian' }, 6],
    [{ name: 'laplace' }, 6],
  ])('has as many outputs for 3 targets as the loss %j has parameters: %i', (loss, outputs) => {
    expect(outputCount(networkConfig({ targets: 3, loss }))).toBe(outputs);
  });
});

describe('views', () => {
  it('cut a vector into its parts, which share its memory', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 }), { maxLength: 8 }), (sizes) => {
        const flat = Float64Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, k) => k);
        const parts = views(flat, sizes);
        expect(parts.map((part) => part.length)).toEqual(sizes);
        expect(parts.flatMap((part) => [...part])).toEqual([...flat]);
        for (const part of parts) part.fill(-1);
        expect(flat.every((value) => value === -1)).toBe(true);
      }),
      { seed: 1 },
    );
  });
});

describe('checkNetworkConfig', () => {
  it('lets a network through', () => {
    const config = networkConfig();
    expect(checkNetworkConfig(config)).toBe(config);
  });

  it.each<[object, string]>([
    [
      { cell: 'gpt' },
      `network: expected cell to be one of 'lstm', 'gru', 'peephole', 'coupled', 'budget', 'ema', 'rnn', got "gpt"`,
    ],
    [{ inputs: 0 }, 'network: expected inputs to be a positive integer, got 0'],
    [{ hidden: 2.5 }, 'network: expected hidden to be a positive integer, got 2.5'],
    [{ layers: -1 }, 'network: expected layers to be a positive integer, got -1'],
    [{ targets: Number.NaN }, 'network: expected targets to be a positive integer, got NaN'],
    [{ series: 0 }, 'network: expected series to be a positive integer, got 0'],
    [{ window: 0 }, 'network: expected window to be a positive integer, got 0'],
    [{ delay: -1 }, 'network: expected delay to be an integer of 0 or more, got -1'],
    [{ clipNorm: 0 }, 'network: expected clipNorm to be a positive number, got 0'],
  ])('refuses %j', (overrides, message) => {
    expect(() => checkNetworkConfig({ ...networkConfig(), ...overrides })).toThrow(message);
  });
});

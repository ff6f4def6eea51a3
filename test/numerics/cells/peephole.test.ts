import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { createCell } from '../../../src/numerics/cells/createCell.ts';
import { sigmoid } from '../../../src/numerics/cells/gate.ts';
import { Network } from '../../../src/numerics/network.ts';
import { createParameters } from '../../../src/numerics/parameters.ts';
import { networkConfig } from '../../support/networkConfig.ts';

describe('peepholes', () => {
  it('of weight 0 are the plain LSTM, bit for bit', () => {
    const random = new Random(1);
    const [plain, peeping] = (['lstm', 'peephole'] as const).map(
      (cell) => new Network(networkConfig({ cell, inputs: 2, hidden: 3 })),
    );
    const { layers } = plain.parameters;
    for (const name of ['weightIh', 'weightHh', 'biasIh', 'biasHh'] as const) {
      const weights = layers[0][name];
      for (let k = 0; k < weights.length; k++) weights[k] = random.normal();
      peeping.parameters.layers[0][name].set(weights);
    }
    let [a, b] = [plain.createStates(), peeping.createStates()];
    for (let t = 0; t < 20; t++) {
      const x = Float64Array.of(random.normal(), random.normal());
      const [nextA, nextB] = [plain.createStates(), peeping.createStates()];
      plain.step(x, a, nextA, plain.createTape());
      peeping.step(x, b, nextB, peeping.createTape());
      expect(nextB).toEqual(nextA);
      [a, b] = [nextA, nextB];
    }
  });

  it('show the cell to the gates while the output gate hides it: the old one to i and f, the new one to o', () => {
    const [weights] = createParameters(networkConfig({ cell: 'peephole', hidden: 1 })).layers;
    const [pi, pf, po] = [0.5, -0.7, 1.1];
    weights.peephole.set([pi, pf, po]);
    weights.biasIh[2] = 0.4; // candidate
    const next = new Float64Array(2);
    createCell('peephole').forward(
      weights,
      Float64Array.of(0),
      Float64Array.of(0, 0.9),
      next,
      new Float64Array(5),
    );
    const c = sigmoid(pf * 0.9) * 0.9 + sigmoid(pi * 0.9) * Math.tanh(0.4);
    expect(next[1]).toBeCloseTo(c, 15);
    expect(next[0]).toBeCloseTo(sigmoid(po * c) * Math.tanh(c), 15);
  });
});

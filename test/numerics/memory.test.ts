import { describe, expect, it } from 'vitest';
import { lstm } from '../../src/numerics/cells/lstm.ts';
import { createParameters } from '../../src/numerics/parameters.ts';
import { networkConfig } from '../support/networkConfig.ts';

describe('the memory of an LSTM', () => {
  it('keeps 0.606 of the cell state after 1,000 steps with a forget gate of 0.9995', () => {
    const forget = 0.9995;
    const [weights] = createParameters(networkConfig({ hidden: 1 })).layers;
    weights.biasIh.set([-1e3, Math.log(forget / (1 - forget)), 0, -1e3]); // input and output gate shut
    let state = Float64Array.of(0, 1);
    let next = new Float64Array(2);
    const kept = new Float64Array(5);
    for (let step = 0; step < 1000; step++) {
      lstm.forward(weights, Float64Array.of(1), state, next, kept);
      [state, next] = [next, state];
    }
    expect(state[1]).toBeCloseTo(forget ** 1000, 12);
    expect(state[1]).toBeCloseTo(0.606, 3);
    expect(state[0]).toBe(0); // nothing is shown while the output gate is shut
  });

  it('forgets nothing when the forget gate is one and writes nothing when the input gate is zero', () => {
    const [weights] = createParameters(networkConfig({ hidden: 1 })).layers;
    weights.biasIh.set([-1e3, 1e3, 5, 1e3]);
    const next = new Float64Array(2);
    lstm.forward(weights, Float64Array.of(3), Float64Array.of(0, 0.7), next, new Float64Array(5));
    expect(next[1]).toBe(0.7);
    expect(next[0]).toBe(Math.tanh(0.7));
  });
});

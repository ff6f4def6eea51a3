import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mseLoss } from '../../src/numerics/losses/regressionLosses.ts';
import { Network } from '../../src/numerics/network.ts';
import { clipByGlobalNorm } from '../../src/numerics/optim/clip.ts';
import { Adam } from '../../src/numerics/optim/optimizers.ts';
import { createParameters, type Parameters } from '../../src/numerics/parameters.ts';
import { Window } from '../../src/numerics/window.ts';
import { describeWithShared } from '../support/environment/shared.ts';
import { flatten, type Golden, type Nested } from '../support/golden.ts';
import { networkConfig } from '../support/networkConfig.ts';

/** 1e-9 relative, with the same absolute floor for values near 0. */
function expectClose(actual: ArrayLike<number>, expected: Nested, what: string): void {
  const flat = flatten(expected);
  expect(actual.length, what).toBe(flat.length);
  for (let k = 0; k < flat.length; k++) {
    const tolerance = 1e-9 * Math.max(1, Math.abs(flat[k]));
    expect(
      Math.abs(actual[k] - flat[k]),
      `${what}[${k}]: ${actual[k]} against ${flat[k]}`,
    ).toBeLessThanOrEqual(tolerance);
  }
}

/** PyTorch's names for the views of a parameter vector. */
function named(parameters: Parameters): Record<string, Float64Array> {
  const result: Record<string, Float64Array> = {};
  for (const [layer, weights] of parameters.layers.entries()) {
    result[`weight_ih_l${layer}`] = weights.weightIh;
    result[`weight_hh_l${layer}`] = weights.weightHh;
    result[`bias_ih_l${layer}`] = weights.biasIh;
    result[`bias_hh_l${layer}`] = weights.biasHh;
  }
  result['head.weight'] = parameters.head.weight;
  result['head.bias'] = parameters.head.bias;
  return result;
}

describeWithShared('golden/', 'PyTorch golden vectors', (folder) => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it('cover one and two layers of the LSTM, the GRU and the plain RNN', () => {
    expect(files.filter((file) => file.startsWith('lstm')).length).toBeGreaterThanOrEqual(3);
    for (const kind of ['2layer', 'gru', 'rnn']) expect(files.some((file) => file.includes(kind))).toBe(true);
  });

  describe.each(files)('%s', (file) => {
    const golden = JSON.parse(readFileSync(folder + file, 'utf8')) as Golden;
    const { T, B, D, H, layers } = golden;
    const config = networkConfig({
      cell: golden.cell,
      inputs: D,
      hidden: H,
      layers,
      targets: D,
      series: B,
      window: T,
    });
    const network = new Network(config);
    for (const [name, view] of Object.entries(named(network.parameters)))
      view.set(flatten(golden.params[name]));
    const windows = Array.from({ length: B }, () => new Window(network, D, T));
    const targets = new Float64Array(T * D);

    function forwardAndBack(): number {
      network.gradient.flat.fill(0);
      let loss = 0;
      for (const [b, window] of windows.entries()) {
        for (let layer = 0; layer < layers; layer++) {
          window.states[0][layer].set(golden.h0[layer][b]);
          if (golden.c0) window.states[0][layer].set(golden.c0[layer][b], H);
        }
        for (let t = 0; t < T; t++) {
          window.inputs[t].set(golden.x[t][b]);
          targets.set(golden.x[t + 1][b], t * D);
        }
        window.forward();
        loss += window.loss(mseLoss, targets, new Float64Array(T * D).fill(1 / (T * B * D)), 0, D, D);
        window.backward();
      }
      return loss;
    }

    it('forward: hidden states, forecasts and loss', () => {
      expectClose([forwardAndBack()], [golden.loss], 'loss');
      for (const [b, window] of windows.entries()) {
        for (let t = 0; t < T; t++) {
          expectClose(window.states[t + 1][layers - 1].subarray(0, H), golden.hidden[t][b], `hidden ${t}`);
          expectClose(window.output(t), golden.pred[t][b], `pred ${t}`);
        }
        for (let layer = 0; layer < layers; layer++) {
          expectClose(window.states[T][layer].subarray(0, H), golden.h_last[layer][b], 'h_last');
          if (golden.c_last)
            expectClose(window.states[T][layer].subarray(H), golden.c_last[layer][b], 'c_last');
        }
      }
    });

    it('backward: gradients of every parameter, the inputs and the initial state', () => {
      forwardAndBack();
      for (const [name, view] of Object.entries(named(network.gradient))) {
        expectClose(view, golden.grads[name], `gradient of ${name}`);
      }
      for (const [b, window] of windows.entries()) {
        for (let layer = 0; layer < layers; layer++) {
          expectClose(window.dInitialStates[layer].subarray(0, H), golden.grad_h0[layer][b], 'grad_h0');
          if (golden.grad_c0)
            expectClose(window.dInitialStates[layer].subarray(H), golden.grad_c0[layer][b], 'grad_c0');
        }
        // In PyTorch x_t is also part of the graph as an input only: targets were detached.
        for (let t = 0; t < T; t++) expectClose(window.dInputs[t], golden.grad_x[t][b], `grad_x ${t}`);
      }
    });

    it('three clipped Adam steps', () => {
      const initial = createParameters(config);
      initial.flat.set(network.parameters.flat);
      const { lr, betas, eps, steps } = golden.adam;
      const adam = new Adam(
        { name: 'adam', beta1: betas[0], beta2: betas[1], epsilon: eps },
        initial.flat.length,
      );
      for (const [n, step] of steps.entries()) {
        forwardAndBack();
        const norm = clipByGlobalNorm(network.gradient.flat, golden.clip);
        if (n === 0) expectClose([norm], [golden.grad_global_norm], 'global norm');
        adam.step(network.parameters.flat, network.gradient.flat, lr);
        expectClose([forwardAndBack()], [step.loss_after], `loss after step ${n + 1}`);
        for (const [name, view] of Object.entries(named(network.parameters))) {
          expectClose(view, step.params[name], `${name} after step ${n + 1}`);
        }
      }
      network.parameters.flat.set(initial.flat);
    });
  });
});

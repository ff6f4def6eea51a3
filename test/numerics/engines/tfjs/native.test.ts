import { expect, it } from 'vitest';
import { TfjsEngine } from '../../../../src/numerics/engines/tfjs/tfjsEngine.ts';
import { engineContract } from '../../../contracts/engineContract.ts';
import { listenAtBinding } from '../../../support/environment/listenAtBinding.ts';
import { describeWithTfjsNode } from '../../../support/environment/tfjsNode.ts';
import { networkConfig } from '../../../support/networkConfig.ts';

describeWithTfjsNode('tfjs engine on the native binding', (tf) => {
  engineContract({ name: 'tfjs', create: (config) => new TfjsEngine(config, tf), cells: ['lstm'] });

  it.each([4, 64])(
    'takes the same few native calls for a window of %i steps, the fused ones among them',
    (window) => {
      const engine = new TfjsEngine(networkConfig({ window }), tf);
      const output = new Float64Array(1);
      const ones = new Float64Array(window).fill(1);
      for (let event = 0; event < window; event++) engine.advanceInto(output, ones.subarray(0, 1));
      const listener = listenAtBinding(tf);
      engine.advanceInto(output, ones.subarray(0, 1));
      engine.learn(ones, ones, 0.001);
      listener.stop();
      engine.dispose();
      for (const kernel of ['LSTMBlockCell', 'BlockLSTM', 'BlockLSTMGrad', 'ResourceApplyAdam']) {
        expect(listener.operations.get(kernel), kernel).toBe(1);
      }
      const calls = [...listener.operations.values()].reduce((sum, count) => sum + count, 0);
      expect(calls, [...listener.operations].join(' ')).toBeLessThanOrEqual(24);
    },
  );

  it('says that it cannot run the plain RNN', () => {
    expect(() => new TfjsEngine(networkConfig({ cell: 'rnn' }), tf)).toThrow(
      /^tfjsEngine: expected cell to be 'lstm', got "rnn"$/,
    );
  });
});

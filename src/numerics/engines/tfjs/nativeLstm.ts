import type { NetworkConfig } from '../../networkConfig.ts';
import type { LstmKernels } from './lstmKernels.ts';
import { nativeOps } from './nativeOps.ts';
import type { Tfjs } from './tfjs.ts';

/**
 * TensorFlow's fused kernels: `LSTMBlockCell` for one event, `BlockLSTM` and `BlockLSTMGrad` for a window. Three calls
 * instead of some 500. Without peepholes, cell clip and a forget bias of their own they compute the cell of
 * `cells/lstm.ts`, with the gates in the order i, g (which they call ci), f, o.
 */
export function nativeLstm(tf: Tfjs, config: NetworkConfig): LstmKernels {
  const { series, hidden, window } = config;
  const ops = nativeOps(tf);
  const type = ops.floatType('T');
  const plain = ops.bool('use_peephole', false);
  const forwardAttributes = [ops.float('forget_bias', 0), ops.float('cell_clip', -1), plain, type];
  const backwardAttributes = [plain, type];
  const steps = ops.int64(window);
  const peephole = tf.zeros([hidden]); // has to be given and is not looked at
  const dc = tf.zeros([window, series, hidden]); // no layer looks at another's c
  const constants = [steps, peephole, dc].map((tensor) => tf.keep(tensor));
  const peepholes = [peephole, peephole, peephole];

  return {
    step({ weight, bias }, x, { h, c }) {
      const inputs = [x, c, h, weight, ...peepholes, bias];
      const [, nextC, , , , , nextH] = ops.run('LSTMBlockCell', forwardAttributes, inputs, 7);
      return { h: nextH, c: nextC };
    },

    forward({ weight, bias }, x, state) {
      const inputs = [steps, x, state.c, state.h, weight, ...peepholes, bias];
      const [i, c, f, o, g, shown, h] = ops.run('BlockLSTM', forwardAttributes, inputs, 7);
      return { i, f, g, o, c, shown, h };
    },

    backward({ weight, bias }, x, state, { i, f, g, o, c, shown, h }, dh) {
      const inputs = [
        steps,
        x,
        state.c,
        state.h,
        weight,
        ...peepholes,
        bias,
        i,
        c,
        f,
        o,
        g,
        shown,
        h,
        dc,
        dh,
      ];
      const [dx, , , dWeight, , , , dBias] = ops.run('BlockLSTMGrad', backwardAttributes, inputs, 8);
      return { dx, dWeight, dBias };
    },

    dispose() {
      for (const constant of constants) constant.dispose();
    },
  };
}

import type { NetworkConfig } from '../../networkConfig.ts';
import type { LayerTape, LstmKernels } from './lstmKernels.ts';
import type { Tensor, Tfjs } from './tfjs.ts';

/** The LSTM from operations that every tfjs backend has. Slow, and right wherever tfjs runs. */
export function coreLstm(tf: Tfjs, config: NetworkConfig): LstmKernels {
  const { hidden } = config;

  return {
    step({ weight, bias }, x, { h, c }) {
      const next = oneStep(weight, bias, x, h, c);
      return { h: next.h, c: next.c };
    },

    forward({ weight, bias }, x, state) {
      const tapes: LayerTape[] = [];
      let { h, c } = state;
      for (const event of tf.unstack(x)) {
        const tape = oneStep(weight, bias, event, h, c);
        tapes.push(tape);
        ({ h, c } = tape);
      }
      const over = (part: keyof LayerTape): Tensor => tf.stack(tapes.map((tape) => tape[part]));
      return {
        i: over('i'),
        f: over('f'),
        g: over('g'),
        o: over('o'),
        c: over('c'),
        shown: over('shown'),
        h: over('h'),
      };
    },

    backward({ weight }, x, state, { i, f, g, o, c, shown, h }, dh) {
      const [steps, series, inputs] = x.shape;
      const before = (first: Tensor, after: Tensor): Tensor =>
        tf.concat(
          [tf.reshape(first, [1, series, hidden]), tf.slice(after, [0, 0, 0], [steps - 1, series, hidden])],
          0,
        );
      // ∂z/∂c and ∂z/∂h of all steps at once; only the products with dc and dh have to wait for their step.
      const byC = [
        tf.mul(g, slope(i)),
        tf.mul(i, tf.sub(1, tf.square(g))),
        tf.mul(before(state.c, c), slope(f)),
      ].map((part) => tf.unstack(part));
      const byH = tf.unstack(tf.mul(shown, slope(o)));
      const cByH = tf.unstack(tf.mul(o, tf.sub(1, tf.square(shown))));
      const forget = tf.unstack(f);
      const dhs = tf.unstack(dh);
      const dzs = new Array<Tensor>(steps);
      const dxs = new Array<Tensor>(steps);
      let dhNext = tf.zeros([series, hidden]);
      let dcNext = tf.zeros([series, hidden]);
      for (let t = steps - 1; t >= 0; t--) {
        const dhHere = tf.add(dhs[t], dhNext);
        const dc = tf.add(dcNext, tf.mul(dhHere, cByH[t]));
        dzs[t] = tf.concat([...byC.map((part) => tf.mul(dc, part[t])), tf.mul(dhHere, byH[t])], 1);
        [dxs[t], dhNext] = tf.split(tf.matMul(dzs[t], weight, false, true), [inputs, hidden], 1);
        dcNext = tf.mul(dc, forget[t]);
      }
      const dz = tf.concat(dzs, 0); // (T·B, 4H)
      const xh = tf.reshape(tf.concat([x, before(state.h, h)], 2), [steps * series, inputs + hidden]);
      return { dx: tf.stack(dxs), dWeight: tf.matMul(xh, dz, true, false), dBias: tf.sum(dz, 0) };
    },

    dispose() {},
  };

  function oneStep(weight: Tensor, bias: Tensor, x: Tensor, h: Tensor, c: Tensor): LayerTape {
    const z = tf.split(tf.add(tf.matMul(tf.concat([x, h], 1), weight), bias), 4, 1); // (B, H) each
    const [i, f, o] = [z[0], z[2], z[3]].map((gate) => tf.sigmoid(gate));
    const g = tf.tanh(z[1]);
    const next = tf.add(tf.mul(f, c), tf.mul(i, g));
    const shown = tf.tanh(next);
    return { i, f, g, o, c: next, shown, h: tf.mul(o, shown) };
  }

  /** σ' = σ (1 − σ) */
  function slope(gate: Tensor): Tensor {
    return tf.mul(gate, tf.sub(1, gate));
  }
}

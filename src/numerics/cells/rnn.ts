import { tanh } from '../../core/math/exp.ts';
import { affineBack, affineInto } from './affine.ts';
import type { Cell } from './cell.ts';

/**
 * The simple recurrent network (Elman 1990), which the LSTM replaced: h' = tanh(W x + U h + b).
 * Its gradient passes through U and tanh' at every step and so vanishes or explodes (Bengio et al. 1994);
 * it is here to compare with. State: h.
 */
export const rnn: Cell = {
  name: 'rnn',
  gates: 1,
  forgetGate: undefined,
  peepholes: 0,
  states: 1,
  kept: 1,

  forward(weights, x, state, next, kept) {
    affineInto(kept, weights, x, state);
    for (let j = 0; j < weights.hidden; j++) next[j] = tanh(kept[j]);
  },

  backward(weights, gradients, x, state, next, _kept, dNext, dState, dx, dz) {
    for (let j = 0; j < weights.hidden; j++) dz[j] = dNext[j] * (1 - next[j] * next[j]);
    affineBack(weights, gradients, x, state, dz, dx, dState);
  },
};

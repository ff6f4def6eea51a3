import { tanh } from '../../core/math/exp.ts';
import { affineBack, affineInto } from './affine.ts';
import type { Cell } from './cell.ts';
import type { Gate } from './gate.ts';

/**
 * The LSTM whose gates see the cell state (Gers & Schmidhuber 2000, "Recurrent nets that time and count"), also while
 * the output gate is shut:
 *
 *     i = σ(W_i x + U_i h + p_i ⊙ c + b_i)
 *     f = σ(W_f x + U_f h + p_f ⊙ c + b_f)
 *     g = tanh(W_g x + U_g h + b_g)
 *     c' = f ⊙ c + i ⊙ g
 *     o = σ(W_o x + U_o h + p_o ⊙ c' + b_o)   the new cell state, not the old
 *     h' = o ⊙ tanh(c')
 *
 * One weight per unit and peephole, order p_i, p_f, p_o. Unlike in the paper the gradient goes through the peepholes
 * too. State: h, then c. Kept: i, f, g, o, tanh(c').
 */
export function peepholeCell(gate: Gate): Cell {
  return {
    name: 'peephole',
    gates: 4,
    forgetGate: 1,
    peepholes: 3,
    states: 2,
    kept: 5,

    forward(weights, x, state, next, kept) {
      const { hidden: H, peephole } = weights;
      affineInto(kept, weights, x, state);
      for (let j = 0; j < H; j++) {
        const before = state[H + j];
        const i = gate.open(kept[j] + peephole[j] * before);
        const f = gate.open(kept[H + j] + peephole[H + j] * before);
        const g = tanh(kept[2 * H + j]);
        const c = f * before + i * g;
        const o = gate.open(kept[3 * H + j] + peephole[2 * H + j] * c);
        const shown = tanh(c);
        next[j] = o * shown;
        next[H + j] = c;
        kept[j] = i;
        kept[H + j] = f;
        kept[2 * H + j] = g;
        kept[3 * H + j] = o;
        kept[4 * H + j] = shown;
      }
    },

    backward(weights, gradients, x, state, next, kept, dNext, dState, dx, dz) {
      const { hidden: H, peephole } = weights;
      for (let j = 0; j < H; j++) {
        const before = state[H + j];
        const i = kept[j];
        const f = kept[H + j];
        const g = kept[2 * H + j];
        const o = kept[3 * H + j];
        const shown = kept[4 * H + j];
        const dh = dNext[j];
        const dzo = dh * shown * gate.slope(o);
        const dc = dNext[H + j] + dh * o * (1 - shown * shown) + dzo * peephole[2 * H + j];
        const dzi = dc * g * gate.slope(i);
        const dzf = dc * before * gate.slope(f);
        dz[j] = dzi;
        dz[H + j] = dzf;
        dz[2 * H + j] = dc * i * (1 - g * g);
        dz[3 * H + j] = dzo;
        gradients.peephole[j] += dzi * before;
        gradients.peephole[H + j] += dzf * before;
        gradients.peephole[2 * H + j] += dzo * next[H + j];
        dState[H + j] = dc * f + dzi * peephole[j] + dzf * peephole[H + j];
      }
      affineBack(weights, gradients, x, state, dz, dx, dState);
    },
  };
}

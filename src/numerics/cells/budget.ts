import { tanh } from '../../core/math/exp.ts';
import { affineBack, affineInto } from './affine.ts';
import type { Cell } from './cell.ts';
import type { Gate } from './gate.ts';

/**
 * The LSTM under a memory budget, f + i ≤ 1: what is written must be forgotten first, so |c| ≤ 1 always. Where
 * {@link coupledCell} uses the whole budget, i = 1 − f, this one may leave some of it:
 *
 *     f = σ(W_f x + U_f h + b_f)            forget gate
 *     i = (1 − f) ⊙ σ(W_i x + U_i h + b_i)  input gate: a share of what forgetting frees
 *
 * and g, o, c', h' as in {@link lstmCell}. State: h, then c. Kept: σ(z_i), f, g, o, tanh(c').
 */
export function budgetCell(gate: Gate): Cell {
  return {
    name: 'budget',
    gates: 4,
    forgetGate: 1,
    peepholes: 0,
    states: 2,
    kept: 5,

    forward(weights, x, state, next, kept) {
      const H = weights.hidden;
      affineInto(kept, weights, x, state);
      for (let j = 0; j < H; j++) {
        const share = gate.open(kept[j]);
        const f = gate.open(kept[H + j]);
        const g = tanh(kept[2 * H + j]);
        const o = gate.open(kept[3 * H + j]);
        const c = f * state[H + j] + (1 - f) * share * g;
        const shown = tanh(c);
        next[j] = o * shown;
        next[H + j] = c;
        kept[j] = share;
        kept[H + j] = f;
        kept[2 * H + j] = g;
        kept[3 * H + j] = o;
        kept[4 * H + j] = shown;
      }
    },

    backward(weights, gradients, x, state, _next, kept, dNext, dState, dx, dz) {
      const H = weights.hidden;
      for (let j = 0; j < H; j++) {
        const share = kept[j];
        const f = kept[H + j];
        const g = kept[2 * H + j];
        const o = kept[3 * H + j];
        const shown = kept[4 * H + j];
        const dh = dNext[j];
        const dc = dNext[H + j] + dh * o * (1 - shown * shown);
        dz[j] = dc * (1 - f) * g * gate.slope(share);
        dz[H + j] = dc * (state[H + j] - share * g) * gate.slope(f);
        dz[2 * H + j] = dc * (1 - f) * share * (1 - g * g);
        dz[3 * H + j] = dh * shown * gate.slope(o);
        dState[H + j] = dc * f;
      }
      affineBack(weights, gradients, x, state, dz, dx, dState);
    },
  };
}

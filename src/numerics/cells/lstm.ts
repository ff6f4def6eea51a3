import { tanh } from '../../core/math/exp.ts';
import { affineBack, affineInto } from './affine.ts';
import type { Cell } from './cell.ts';
import { GATES, type Gate } from './gate.ts';

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate of Gers, Schmidhuber & Cummins (2000):
 *
 *     i = σ(W_i x + U_i h + b_i)      input gate: how much of the candidate is written
 *     f = σ(W_f x + U_f h + b_f)      forget gate: how much of the cell is kept
 *     g = tanh(W_g x + U_g h + b_g)   candidate
 *     o = σ(W_o x + U_o h + b_o)      output gate: how much of the cell is shown
 *     c' = f ⊙ c + i ⊙ g              cell state: ∂c'/∂c = f, so memory and gradient decay the same
 *     h' = o ⊙ tanh(c')               hidden state
 *
 * State: h, then c. Kept: i, f, g, o, tanh(c').
 */
export function lstmCell(gate: Gate): Cell {
  return {
    name: 'lstm',
    gates: 4,
    forgetGate: 1,
    peepholes: 0,
    states: 2,
    kept: 5,

    forward(weights, x, state, next, kept) {
      const H = weights.hidden;
      affineInto(kept, weights, x, state);
      for (let j = 0; j < H; j++) {
        const i = gate.open(kept[j]);
        const f = gate.open(kept[H + j]);
        const g = tanh(kept[2 * H + j]);
        const o = gate.open(kept[3 * H + j]);
        const c = f * state[H + j] + i * g;
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

    backward(weights, gradients, x, state, _next, kept, dNext, dState, dx, dz) {
      const H = weights.hidden;
      for (let j = 0; j < H; j++) {
        const i = kept[j];
        const f = kept[H + j];
        const g = kept[2 * H + j];
        const o = kept[3 * H + j];
        const shown = kept[4 * H + j];
        const dh = dNext[j];
        const dc = dNext[H + j] + dh * o * (1 - shown * shown);
        dz[j] = dc * g * gate.slope(i);
        dz[H + j] = dc * state[H + j] * gate.slope(f);
        dz[2 * H + j] = dc * i * (1 - g * g);
        dz[3 * H + j] = dh * shown * gate.slope(o);
        dState[H + j] = dc * f;
      }
      affineBack(weights, gradients, x, state, dz, dx, dState);
    },
  };
}

/** `lstmCell` with logistic gates. */
export const lstm: Cell = lstmCell(GATES.sigmoid);

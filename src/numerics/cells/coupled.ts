import { tanh } from '../../core/math/exp.ts';
import { affineBack, affineInto } from './affine.ts';
import type { Cell, CellName } from './cell.ts';
import { type Gate, sigmoid } from './gate.ts';

/**
 * Coupled input and forget gate, CIFG (Greff et al. 2017): the input gate is tied, i = 1 − f, which saves a quarter of
 * the weights and bounds the cell, |c| ≤ 1:
 *
 *     f = σ(W_f x + U_f h + b_f)
 *     g = tanh(W_g x + U_g h + b_g)
 *     o = σ(W_o x + U_o h + b_o)
 *     c' = f ⊙ c + (1 − f) ⊙ g
 *     h' = o ⊙ tanh(c')
 *
 * Gate order f, g, o. State: h, then c. Kept: f, g, o, tanh(c').
 */
export function coupledCell(gate: Gate): Cell {
  return tiedCell('coupled', gate, { of: tanh, slope: (g) => 1 - g * g });
}

/**
 * {@link coupledCell} with a candidate in (0, 1), g = 1/(1 + e^−z): the cell state is an exponential moving average of
 * the candidates whose smoothing factor 1 − f the gate sets at every event. Never negative, never above 1.
 */
export function emaCell(gate: Gate): Cell {
  return tiedCell('ema', gate, { of: sigmoid, slope: (g) => g * (1 - g) });
}

/** The candidate's activation; its slope from its value. */
interface Candidate {
  of(z: number): number;
  slope(g: number): number;
}

function tiedCell(name: CellName, gate: Gate, candidate: Candidate): Cell {
  return {
    name,
    gates: 3,
    forgetGate: 0,
    peepholes: 0,
    states: 2,
    kept: 4,

    forward(weights, x, state, next, kept) {
      const H = weights.hidden;
      affineInto(kept, weights, x, state);
      for (let j = 0; j < H; j++) {
        const f = gate.open(kept[j]);
        const g = candidate.of(kept[H + j]);
        const o = gate.open(kept[2 * H + j]);
        const c = f * state[H + j] + (1 - f) * g;
        const shown = tanh(c);
        next[j] = o * shown;
        next[H + j] = c;
        kept[j] = f;
        kept[H + j] = g;
        kept[2 * H + j] = o;
        kept[3 * H + j] = shown;
      }
    },

    backward(weights, gradients, x, state, _next, kept, dNext, dState, dx, dz) {
      const H = weights.hidden;
      for (let j = 0; j < H; j++) {
        const f = kept[j];
        const g = kept[H + j];
        const o = kept[2 * H + j];
        const shown = kept[3 * H + j];
        const dh = dNext[j];
        const dc = dNext[H + j] + dh * o * (1 - shown * shown);
        dz[j] = dc * (state[H + j] - g) * gate.slope(f);
        dz[H + j] = dc * (1 - f) * candidate.slope(g);
        dz[2 * H + j] = dh * shown * gate.slope(o);
        dState[H + j] = dc * f;
      }
      affineBack(weights, gradients, x, state, dz, dx, dState);
    },
  };
}

import { tanh } from '../../core/math/exp.ts';
import { affineBack, affineInto, inputSum, recurrentSum } from './affine.ts';
import type { Cell } from './cell.ts';
import type { Gate } from './gate.ts';

/**
 * Gated recurrent unit (Cho et al. 2014), in the form of PyTorch and cuDNN, where the reset gate comes after the
 * recurrent product:
 *
 *     r = σ(W_r x + b_ir + U_r h + b_hr)         reset gate: how much of the past the candidate sees
 *     z = σ(W_z x + b_iz + U_z h + b_hz)         update gate: how much of the state is kept, as a forget gate does
 *     n = tanh(W_n x + b_in + r ⊙ (U_n h + b_hn))  candidate
 *     h' = (1 − z) ⊙ n + z ⊙ h
 *
 * Gate order r, z, n. State: h. Kept: r, z, n, U_n h + b_hn.
 */
export function gruCell(gate: Gate): Cell {
  return {
    name: 'gru',
    gates: 3,
    forgetGate: 1,
    peepholes: 0,
    states: 1,
    kept: 4,

    forward(weights, x, state, next, kept) {
      const H = weights.hidden;
      affineInto(kept, weights, x, state, 2 * H);
      for (let j = 0; j < H; j++) {
        const r = gate.open(kept[j]);
        const z = gate.open(kept[H + j]);
        const past = recurrentSum(weights, 2 * H + j, state);
        const n = tanh(inputSum(weights, 2 * H + j, x) + r * past);
        next[j] = (1 - z) * n + z * state[j];
        kept[j] = r;
        kept[H + j] = z;
        kept[2 * H + j] = n;
        kept[3 * H + j] = past;
      }
    },

    backward(weights, gradients, x, state, _next, kept, dNext, dState, dx, dz) {
      const H = weights.hidden;
      const recurrent = 3 * H;
      for (let j = 0; j < H; j++) {
        const r = kept[j];
        const z = kept[H + j];
        const n = kept[2 * H + j];
        const dh = dNext[j];
        const dn = dh * (1 - z) * (1 - n * n);
        dz[2 * H + j] = dn;
        dz[recurrent + 2 * H + j] = dn * r;
        dz[j] = dz[recurrent + j] = dn * kept[3 * H + j] * gate.slope(r);
        dz[H + j] = dz[recurrent + H + j] = dh * (state[j] - n) * gate.slope(z);
      }
      affineBack(weights, gradients, x, state, dz, dx, dState, recurrent);
      for (let j = 0; j < H; j++) dState[j] += dNext[j] * kept[H + j];
    },
  };
}

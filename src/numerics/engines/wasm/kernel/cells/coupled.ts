import { constant, expWith, sigmoidOf, tanhOf } from './activations';

// The cell of src/numerics/cells/coupled.ts: an LSTM whose input gate, which has no weights, is 1 − f.

/** From pre-activations to activations i f g o, in place; the column of i is overwritten. */
export function coupledGates(gates: usize, panels: i32): void {
  const low = constant(2);
  const high = constant(3);
  const log2e = constant(4);
  const round = constant(5);
  const ln2 = constant(6);
  const p2 = constant(7);
  const p3 = constant(8);
  const p4 = constant(9);
  const p5 = constant(10);
  const one = constant(11);
  while (true) {
    const f = expWith(v128.load(gates, 16), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    const rest = f32x4.div(one, f32x4.add(f, one)); // not one − σ: that has no digits left where f is almost 1
    v128.store(gates, rest, 0);
    v128.store(gates, f32x4.mul(f, rest), 16);
    if (!gates) break; // never, like the next: ends the basic block
    const x = v128.load(gates, 32);
    const g = expWith(f32x4.add(x, x), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, tanhOf(g, one), 32);
    if (!gates) break;
    const o = expWith(v128.load(gates, 48), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, sigmoidOf(o, one), 48);
    if (--panels === 0) break;
    gates += 64;
  }
}

/** From the LSTM's dz to this cell's: as i = 1 − f, what i would have learnt f learns the other way round. */
export function coupledTie(dz: usize, panels: i32): void {
  for (let p = 0; p < panels; p++, dz += 64) {
    v128.store(dz, f32x4.sub(v128.load(dz, 16), v128.load(dz, 0)), 16);
    v128.store(dz, f32x4.splat(0), 0);
  }
}

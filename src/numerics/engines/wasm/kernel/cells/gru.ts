import { constant, expWith, sigmoidOf, tanhOf } from './activations';
import { coarseGradient, coarseState } from './coarse';
import { gradientOf, layerAt, Net, panelsOf, shareAt } from '../net';
import { coarsen, madd } from '../simd';

// The cell of src/numerics/cells/gru.ts in the panels of the LSTM: columns r, z, then the candidate's two sums, that of the
// inputs and that of the recurrence. The one has no hidden rows and no biasHh, the other no input rows and no biasIh: zeros
// there, kept by `gruKeepZeros`, make matrix products of all four columns those of this cell, forward and back.

/** From pre-activations to activations r and z, in place. */
export function gruGates(gates: usize, vectors: i32): void {
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
    const r = expWith(v128.load(gates, 0), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, sigmoidOf(r, one), 0);
    if (!gates) break; // never: ends the basic block
    const z = expWith(v128.load(gates, 16), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, sigmoidOf(z, one), 16);
    if (--vectors === 0) break;
    gates += 64;
  }
}

/** From there to the candidate, which takes the place of its first sum, and the state after the step. */
export function gruState(gates: usize, h: usize, nextH: usize, vectors: i32): void {
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
    const sum = v128.load(gates, 48);
    // An infinite input times its zero in this column is NaN; what the input says drowns this sum anyway.
    const past = v128.and(sum, f32x4.eq(sum, sum));
    v128.store(gates, past, 48);
    const x = madd(v128.load(gates, 0), past, v128.load(gates, 32));
    const e = expWith(f32x4.add(x, x), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    const n = tanhOf(e, one);
    v128.store(gates, n, 32);
    if (!nextH) break; // never: ends the basic block
    const before = v128.load(h);
    const taken = f32x4.sub(one, v128.load(gates, 16));
    // h + (1 − z)(n − h) rather than (1 − z)n + zh: a state that is kept loses no digit.
    v128.store(nextH, coarsen(madd(taken, f32x4.sub(v128.load(gates, 32), before), before), coarseState()));
    if (--vectors === 0) break;
    gates += 64;
    h += 16;
    nextH += 16;
  }
}

/**
 * From ∂loss/∂h (from above, and from the step after: through its gates in dh, past them in dKept) to dz; dKept becomes what
 * goes past the gates of this step.
 */
export function gruBack(
  gates: usize,
  h: usize,
  above: usize,
  dh: usize,
  dKept: usize,
  dz: usize,
  vectors: i32,
): void {
  const one = constant(11);
  const coarse = coarseGradient();
  for (let k = 0; k < vectors; k++) {
    const r = v128.load(gates, 0);
    const z = v128.load(gates, 16);
    const n = v128.load(gates, 32);
    const d = coarsen(f32x4.add(f32x4.add(v128.load(above), v128.load(dh)), v128.load(dKept)), coarse);
    const kept = f32x4.mul(d, z);
    const taken = f32x4.sub(d, kept);
    const dn = f32x4.sub(taken, f32x4.mul(taken, f32x4.mul(n, n)));
    const dPast = f32x4.mul(dn, r);
    v128.store(dz, f32x4.mul(f32x4.mul(dPast, v128.load(gates, 48)), f32x4.sub(one, r)), 0);
    v128.store(dz, f32x4.mul(f32x4.mul(kept, f32x4.sub(v128.load(h), n)), f32x4.sub(one, z)), 16);
    v128.store(dz, dn, 32);
    v128.store(dz, dPast, 48);
    v128.store(dKept, kept);
    gates += 64;
    h += 16;
    above += 16;
    dh += 16;
    dKept += 16;
    dz += 64;
  }
}

/** Takes the candidate's sums out of the gradient where they have no weights. */
export function gruKeepZeros(net: Net): void {
  const zero = f32x4.splat(0);
  for (let l = 0; l < net.layers; l++) {
    const layer = layerAt(net, l);
    let at = gradientOf(net, shareAt(net, 0), layer.weights);
    for (let p = panelsOf(net); p > 0; p--) {
      v128.store(at, zero, 48); // biasIh
      v128.store(at, zero, 96); // biasHh
      at += 128;
      for (const end = at + (<usize>net.hp << 6); at < end; at += 64) v128.store(at, zero, 32);
      for (const end = at + (<usize>layer.inputs << 6); at < end; at += 64) v128.store(at, zero, 48);
    }
  }
}

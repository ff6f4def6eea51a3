import { constant, expWith, sigmoidOf, tanhOf } from './activations';
import { coarseGradient, coarseState } from './coarse';
import { coarsen, madd } from '../simd';

// The cell of src/numerics/cells/lstm.ts.

/** From pre-activations to activations i f g o, in place. */
export function lstmGates(gates: usize, panels: i32): void {
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
    const i = expWith(v128.load(gates, 0), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, sigmoidOf(i, one), 0);
    if (!gates) break; // never, like the next: ends the basic block
    const f = expWith(v128.load(gates, 16), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, sigmoidOf(f, one), 16);
    if (!gates) break;
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

/**
 * From activations to c, tanh(c) and h. Not in one loop with the gates: a cell waits for its gates, and in a loop of its
 * own the machine works at several cells meanwhile (a sixth of the time of both).
 */
export function lstmState(gates: usize, c: usize, nextC: usize, shown: usize, h: usize, panels: i32): void {
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
    const kept = f32x4.mul(v128.load(gates, 16), v128.load(c));
    const next = coarsen(madd(v128.load(gates, 0), v128.load(gates, 32), kept), coarseState());
    v128.store(nextC, next);
    if (!shown) break; // never
    const e = expWith(f32x4.add(next, next), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    const show = tanhOf(e, one);
    v128.store(shown, show);
    v128.store(h, f32x4.mul(v128.load(gates, 48), show));
    if (--panels === 0) break;
    gates += 64;
    c += 16;
    nextC += 16;
    shown += 16;
    h += 16;
  }
}

/** From ∂loss/∂h (from above, and in dh from the step after) and dc to dz; dc becomes ∂loss/∂c of the step before. */
export function lstmBack(
  gates: usize,
  c: usize,
  shown: usize,
  above: usize,
  dh: usize,
  dc: usize,
  dz: usize,
  panels: i32,
): void {
  const one = constant(11);
  const coarse = coarseGradient();
  for (let p = 0; p < panels; p++) {
    const i = v128.load(gates, 0);
    const f = v128.load(gates, 16);
    const g = v128.load(gates, 32);
    const o = v128.load(gates, 48);
    const show = v128.load(shown);
    const h = coarsen(f32x4.add(v128.load(above), v128.load(dh)), coarse);
    const oh = f32x4.mul(o, h);
    const d = coarsen(f32x4.add(v128.load(dc), f32x4.sub(oh, f32x4.mul(oh, f32x4.mul(show, show)))), coarse);
    const di = f32x4.mul(d, i);
    const df = f32x4.mul(d, f);
    v128.store(dz, f32x4.mul(f32x4.mul(di, g), f32x4.sub(one, i)), 0);
    v128.store(dz, f32x4.mul(f32x4.mul(df, v128.load(c)), f32x4.sub(one, f)), 16);
    v128.store(dz, f32x4.sub(di, f32x4.mul(di, f32x4.mul(g, g))), 32);
    v128.store(dz, f32x4.mul(f32x4.mul(oh, show), f32x4.sub(one, o)), 48);
    v128.store(dc, df);
    gates += 64;
    c += 16;
    shown += 16;
    above += 16;
    dh += 16;
    dc += 16;
    dz += 64;
  }
}

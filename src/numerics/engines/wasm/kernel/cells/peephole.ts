import { constant, expWith, sigmoidOf, tanhOf } from './activations';
import { coarseGradient, coarseState } from './coarse';
import { coarsen, madd, sum } from '../simd';

// The cell of src/numerics/cells/peephole.ts. Its weights are rows i f o of Hp units, `row` bytes each. A vector of the tape
// is one of units for one series, of series for a block of them: `peep` gives the weights that belong to it.

// @ts-ignore: decorator
@inline
function peep(weights: usize, vector: i32, single: bool): v128 {
  return single ? v128.load(weights + (<usize>vector << 4)) : v128.load32_splat(weights + (<usize>(vector >> 1) << 2));
}

/** From pre-activations to activations i f g, in place; o waits for the new cell state. */
export function peepholeGates(gates: usize, c: usize, weights: usize, row: usize, single: bool, vectors: i32): void {
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
  for (let k = 0; k < vectors; k++, gates += 64, c += 16) {
    const zi = madd(peep(weights, k, single), v128.load(c), v128.load(gates, 0));
    const i = expWith(zi, low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, sigmoidOf(i, one), 0);
    if (!gates) break; // never, like the next: ends the basic block
    const zf = madd(peep(weights + row, k, single), v128.load(c), v128.load(gates, 16));
    const f = expWith(zf, low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, sigmoidOf(f, one), 16);
    if (!gates) break;
    const x = v128.load(gates, 32);
    const g = expWith(f32x4.add(x, x), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(gates, tanhOf(g, one), 32);
  }
}

/** From there to c, tanh(c), o and h. */
export function peepholeState(
  gates: usize,
  c: usize,
  nextC: usize,
  shown: usize,
  h: usize,
  weights: usize,
  row: usize,
  single: bool,
  vectors: i32,
): void {
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
  const output = weights + 2 * row;
  for (let k = 0; k < vectors; k++) {
    const kept = f32x4.mul(v128.load(gates, 16), v128.load(c));
    const next = coarsen(madd(v128.load(gates, 0), v128.load(gates, 32), kept), coarseState());
    v128.store(nextC, next);
    if (!shown) break; // never, like the next
    const e = expWith(f32x4.add(next, next), low, high, log2e, round, ln2, p2, p3, p4, p5, one);
    v128.store(shown, tanhOf(e, one));
    if (!shown) break;
    const zo = madd(peep(output, k, single), v128.load(nextC), v128.load(gates, 48));
    const o = sigmoidOf(expWith(zo, low, high, log2e, round, ln2, p2, p3, p4, p5, one), one);
    v128.store(gates, o, 48);
    v128.store(h, f32x4.mul(o, v128.load(shown)));
    gates += 64;
    c += 16;
    nextC += 16;
    shown += 16;
    h += 16;
  }
}

/** As the LSTM's way back; the gradient goes through the peepholes too. */
export function peepholeBack(
  gates: usize,
  c: usize,
  shown: usize,
  above: usize,
  dh: usize,
  dc: usize,
  dz: usize,
  weights: usize,
  row: usize,
  single: bool,
  vectors: i32,
): void {
  const one = constant(11);
  const coarse = coarseGradient();
  const forget = weights + row;
  const output = forget + row;
  for (let k = 0; k < vectors; k++) {
    const o = v128.load(gates, 48);
    const show = v128.load(shown);
    const h = coarsen(f32x4.add(v128.load(above), v128.load(dh)), coarse);
    const oh = f32x4.mul(o, h);
    const dzo = f32x4.mul(f32x4.mul(oh, show), f32x4.sub(one, o));
    v128.store(dz, dzo, 48);
    const within = f32x4.add(v128.load(dc), f32x4.sub(oh, f32x4.mul(oh, f32x4.mul(show, show))));
    const d = coarsen(madd(dzo, peep(output, k, single), within), coarse);
    if (!dz) break; // never: ends the basic block
    const i = v128.load(gates, 0);
    const f = v128.load(gates, 16);
    const g = v128.load(gates, 32);
    const di = f32x4.mul(d, i);
    const df = f32x4.mul(d, f);
    const dzi = f32x4.mul(f32x4.mul(di, g), f32x4.sub(one, i));
    const dzf = f32x4.mul(f32x4.mul(df, v128.load(c)), f32x4.sub(one, f));
    v128.store(dz, dzi, 0);
    v128.store(dz, dzf, 16);
    v128.store(dz, f32x4.sub(di, f32x4.mul(di, f32x4.mul(g, g))), 32);
    v128.store(dc, madd(dzi, peep(weights, k, single), madd(dzf, peep(forget, k, single), df)));
    gates += 64;
    c += 16;
    shown += 16;
    above += 16;
    dh += 16;
    dc += 16;
    dz += 64;
  }
}

/**
 * The gradient of a layer's peepholes: Σ over `steps` of dz ⊙ c, of c after the step for o. One vector of a row per vector of
 * the tape, or, for a block, one number per two.
 *
 * @param cBytes from step to step of c
 * @param add to what is there, or overwrite
 */
export function peepholeGradient(
  gradient: usize,
  row: usize,
  dz: usize,
  dzBytes: usize,
  c: usize,
  cBytes: usize,
  steps: i32,
  single: bool,
  add: bool,
): void {
  const step: usize = single ? 16 : 4;
  const width: usize = single ? 16 : 32;
  for (const end = gradient + row; gradient < end; gradient += step) {
    let i = f32x4.splat(0);
    let f = i;
    let o = i;
    for (const stop = c + width; c < stop; c += 16, dz += 64) {
      let d = dz;
      let at = c;
      for (let t = 0; t < steps; t++, d += dzBytes) {
        const before = v128.load(at);
        i = madd(v128.load(d, 0), before, i);
        f = madd(v128.load(d, 16), before, f);
        at += cBytes;
        o = madd(v128.load(d, 48), v128.load(at), o);
      }
    }
    put(gradient, i, single, add);
    put(gradient + row, f, single, add);
    put(gradient + 2 * row, o, single, add);
  }
}

// @ts-ignore: decorator
@inline
function put(to: usize, value: v128, single: bool, add: bool): void {
  if (single) v128.store(to, add ? f32x4.add(v128.load(to), value) : value);
  else store<f32>(to, add ? load<f32>(to) + sum(value) : sum(value));
}

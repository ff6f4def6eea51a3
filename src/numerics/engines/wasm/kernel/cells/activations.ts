import { madd } from '../simd';

// Loops over these take the constants into locals once: an inline v128 constant costs V8 three instructions each time, and
// it would hoist loads within the loop above the arithmetic and spill them. Functions with two of these part them into
// basic blocks for the same reason.
const TABLE = memory.data<f32>([
  -87, 87, // for `exp` itself: beyond, 2^n would overflow or turn denormal
  -25, 25, // for gates: σ(−25) = 1e-11 is 0 compared with float32's 6e-8, yet its products with small gradients are no denormals
  1.44269504, // log2 e
  12583039, // 1.5·2^23 rounds to an integer and leaves it in the low bits; 127 more makes it the exponent field
  -0.69314718, // −ln 2
  0.499992311000824, 0.16667115688323975, 0.041890330612659454, 0.008312501013278961, // minimax for (e^r − 1 − r)/r²
  1,
]);

// @ts-ignore: decorator
@inline
export function constant(index: usize): v128 {
  return v128.load32_splat(TABLE + (index << 2));
}

/**
 * e^x by Cody & Waite (1980): x = n·ln 2 + r, |r| ≤ ½ ln 2, e^x = 2^n·e^r. The polynomial is summed in pairs (Estrin):
 * its latency is what a step of the network waits for. NaN stays NaN.
 *
 * @param low x is held between `low` and `high`: constants 0 and 1, or 2 and 3
 * @param log2e as the ones after it, constants 4 to 11
 */
// @ts-ignore: decorator
@inline
export function expWith(
  x: v128,
  low: v128,
  high: v128,
  log2e: v128,
  round: v128,
  ln2: v128,
  p2: v128,
  p3: v128,
  p4: v128,
  p5: v128,
  one: v128,
): v128 {
  const held = f32x4.pmin(f32x4.pmax(x, low), high); // NaN comes through as first operand
  const shifted = madd(held, log2e, round);
  const scale = i32x4.shl(shifted, 23); // 2^n
  const r = madd(f32x4.sub(shifted, round), ln2, held);
  const square = f32x4.mul(r, r);
  const high4 = madd(madd(r, p5, p4), square, madd(r, p3, p2));
  return f32x4.mul(madd(high4, square, f32x4.add(r, one)), scale);
}

// @ts-ignore: decorator
@inline
function expWithin(bounds: usize, x: v128): v128 {
  const low = constant(bounds);
  const high = constant(bounds + 1);
  const log2e = constant(4);
  const round = constant(5);
  const ln2 = constant(6);
  return expWith(x, low, high, log2e, round, ln2, constant(7), constant(8), constant(9), constant(10), constant(11));
}

/** e^x, for |x| ≤ 87. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return expWithin(0, x);
}

/** 1 / (1 + e^−x), where e = e^x. */
// @ts-ignore: decorator
@inline
export function sigmoidOf(e: v128, one: v128): v128 {
  return f32x4.div(e, f32x4.add(e, one));
}

/** (e^2x − 1) / (e^2x + 1), where e = e^2x. */
// @ts-ignore: decorator
@inline
export function tanhOf(e: v128, one: v128): v128 {
  return f32x4.div(f32x4.sub(e, one), f32x4.add(e, one));
}

/** For tests: σ of `count` float32 numbers (a multiple of 4), in place. */
export function sigmoidAll(at: usize, count: i32): void {
  for (let k = 0; k < count; k += 4, at += 16) {
    v128.store(at, sigmoidOf(expWithin(2, v128.load(at)), constant(11)));
  }
}

/** For tests: tanh of `count` float32 numbers (a multiple of 4), in place. */
export function tanhAll(at: usize, count: i32): void {
  for (let k = 0; k < count; k += 4, at += 16) {
    const x = v128.load(at);
    v128.store(at, tanhOf(expWithin(2, f32x4.add(x, x)), constant(11)));
  }
}

import { madd } from './simd';

// Read from memory: an inline v128 constant costs V8 three instructions each time. Nevertheless a caller with more than
// one of these functions should part them into basic blocks, for V8 hoists all loads of a block.
const TABLE = memory.data<f32>([
  -87, 87, // for exp: beyond, 2^n would overflow or turn denormal
  -25, 25, // for gates: σ(−25) = 1e-11 is 0 beside float32's 6e-8, yet its products with small gradients are no denormals
  1.44269504, // log2 e
  12583039, // 1.5·2^23 rounds to an integer and leaves it in the low bits; 127 more makes it the exponent field
  -0.69314718, // −ln 2
  0.499992311000824, 0.16667115688323975, 0.041890330612659454, 0.008312501013278961, // minimax for (e^r − 1 − r)/r²
  1,
]);

// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load32_splat(TABLE + (index << 2));
}

/**
 * e^x by Cody & Waite (1980): x = n·ln 2 + r, |r| ≤ ½ ln 2, e^x = 2^n·e^r. The polynomial is summed in pairs (Estrin):
 * its latency is what a step of the network waits for. NaN stays NaN.
 *
 * @param bounds where the table has the numbers that x is held between
 */
// @ts-ignore: decorator
@inline
function expWithin(bounds: usize, x: v128): v128 {
  const held = f32x4.pmin(f32x4.pmax(x, constant(bounds)), constant(bounds + 1)); // NaN comes through as first operand
  const round = constant(5);
  const shifted = madd(held, constant(4), round);
  const scale = i32x4.shl(shifted, 23); // 2^n
  const r = madd(f32x4.sub(shifted, round), constant(6), held);
  const square = f32x4.mul(r, r);
  const high = madd(madd(r, constant(10), constant(9)), square, madd(r, constant(8), constant(7)));
  return f32x4.mul(madd(high, square, f32x4.add(r, constant(11))), scale);
}

/** e^x, for |x| ≤ 87. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return expWithin(0, x);
}

/** 1 / (1 + e^−x). */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = constant(11);
  return f32x4.div(one, f32x4.add(one, expWithin(2, f32x4.neg(x))));
}

/** (e^2x − 1) / (e^2x + 1). */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const e = expWithin(2, f32x4.add(x, x));
  const one = constant(11);
  return f32x4.div(f32x4.sub(e, one), f32x4.add(e, one));
}

/** For tests: σ of `count` float32 numbers (a multiple of 4), in place. */
export function sigmoidAll(at: usize, count: i32): void {
  for (let k = 0; k < count; k += 4, at += 16) v128.store(at, sigmoid(v128.load(at)));
}

/** For tests: tanh of `count` float32 numbers (a multiple of 4), in place. */
export function tanhAll(at: usize, count: i32): void {
  for (let k = 0; k < count; k += 4, at += 16) v128.store(at, tanh(v128.load(at)));
}

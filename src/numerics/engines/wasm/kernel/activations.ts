import { madd } from './simd';

/**
 * e^x by Cody & Waite (1980): x = n·ln 2 + r, |r| ≤ ½ ln 2, e^x = 2^n·e^r, e^r by a minimax polynomial. Arguments are
 * held within ±87, where 2^n neither overflows nor turns denormal. NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const held = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(87)); // NaN comes through as first operand
  // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits; 127 more makes it the exponent field.
  const shifted = madd(held, f32x4.splat(1.44269504), f32x4.splat(12583039));
  const n = f32x4.sub(shifted, f32x4.splat(12583039));
  const scale = i32x4.shl(shifted, 23);
  let r = madd(n, f32x4.splat(-0.693359375), held); // exact: the constant has few bits
  r = madd(n, f32x4.splat(2.12194440e-4), r);
  let p = madd(f32x4.splat(0.0013814540579915047), r, f32x4.splat(0.00836874544620514));
  p = madd(p, r, f32x4.splat(0.04166838899254799));
  p = madd(p, r, f32x4.splat(0.1666652113199234));
  p = madd(p, r, f32x4.splat(0.4999999403953552));
  p = madd(p, r, f32x4.splat(1));
  p = madd(p, r, f32x4.splat(1));
  return f32x4.mul(p, scale);
}

/** 1 / (1 + e^−x). */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))));
}

/** (e^2x − 1) / (e^2x + 1). */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const e = exp(f32x4.add(x, x));
  return f32x4.div(f32x4.sub(e, f32x4.splat(1)), f32x4.add(e, f32x4.splat(1)));
}

/** For tests: σ of `count` float32 numbers (a multiple of 4), in place. */
export function sigmoidAll(at: usize, count: i32): void {
  for (let k = 0; k < count; k += 4, at += 16) v128.store(at, sigmoid(v128.load(at)));
}

/** For tests: tanh of `count` float32 numbers (a multiple of 4), in place. */
export function tanhAll(at: usize, count: i32): void {
  for (let k = 0; k < count; k += 4, at += 16) v128.store(at, tanh(v128.load(at)));
}

import { fromWords, HIGH, number, words } from './bits.ts';
import { isNativeExact } from './native.ts';

// From FDLIBM (e_exp.c, s_expm1.c, s_tanh.c): "Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at
// SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted,
// provided that this notice is preserved."

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019411;
const TWO_TO_1023 = 8.98846567431158e307;
const TWO_TO_MINUS_1000 = 9.332636185032189e-302;

/** e^x within 1 ulp, the same bits in every runtime. */
export const exp: (x: number) => number = isNativeExact ? Math.exp : ownExp;

/** {@link exp} where the runtime's has other bits. */
export function ownExp(x: number): number {
  if (!(x <= OVERFLOW)) return x > OVERFLOW ? Number.POSITIVE_INFINITY : x;
  if (x < UNDERFLOW) return 0;
  const size = Math.abs(x);
  let high = 0;
  let low = 0;
  let k = 0;
  let r = x; // x less k times the logarithm of 2
  if (size > 0.5 * Math.LN2) {
    if (size < 1.5 * Math.LN2) {
      if (x === 1) return Math.E;
      k = x > 0 ? 1 : -1;
      high = x - k * LN2_HIGH;
      low = k * LN2_LOW;
    } else {
      k = Math.trunc(Math.LOG2E * x + (x > 0 ? 0.5 : -0.5));
      high = x - k * LN2_HIGH;
      low = k * LN2_LOW;
    }
    r = high - low;
  } else if (size < 3.725290298461914e-9) return 1 + x;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-2.7777777777015593e-3 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k >= -1021) return k === 1024 ? y * 2 * TWO_TO_1023 : scaled(y, k);
  return scaled(y, k + 1000) * TWO_TO_MINUS_1000;
}

/** y · 2^k, which is a normal number. */
function scaled(y: number, k: number): number {
  number[0] = y;
  words[HIGH] += k << 20;
  return number[0];
}

/** 2^n of an integer −1022 … 1023, exactly. */
export function powerOfTwo(n: number): number {
  return fromWords((n + 1023) << 20, 0);
}

/** The hyperbolic tangent within 1 ulp, the same bits in every runtime. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size >= 22) return x > 0 ? 1 : -1;
  if (size < 3.725290298461914e-9) return x;
  let z: number;
  if (size >= 1) z = 1 - 2 / (expm1(2 * size) + 2);
  else {
    const t = expm1(-2 * size);
    z = -t / (t + 2);
  }
  return x >= 0 ? z : -z;
}

/** e^x − 1 for |x| < 44. */
function expm1(x: number): number {
  const size = Math.abs(x);
  let k = 0;
  let c = 0;
  let r = x;
  if (size > 0.5 * Math.LN2) {
    if (size < 1.5 * Math.LN2) k = x > 0 ? 1 : -1;
    else k = Math.trunc(Math.LOG2E * x + (x > 0 ? 0.5 : -0.5));
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    r = high - low;
    c = high - r - low;
  } else if (size < 5.551115123125783e-17) return x;
  const half = 0.5 * r;
  const square = r * half;
  const r1 =
    1 +
    square *
      (-0.03333333333333313 +
        square *
          (1.5873015872548146e-3 +
            square *
              (-7.93650757867488e-5 + square * (4.008217827329362e-6 + square * -2.0109921818362437e-7))));
  const t = 3 - r1 * half;
  let e = square * ((r1 - t) / (6 - r * t));
  if (k === 0) return r - (r * e - square);
  e = r * (e - c) - c;
  e -= square;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k <= -2 || k > 56) return scaled(1 - (e - r), k) - 1;
  if (k < 20) return scaled(1 - powerOfTwo(-k) - (e - r), k);
  return scaled(r - (e + powerOfTwo(-k)) + 1, k);
}

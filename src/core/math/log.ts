import { HIGH, number, words } from './bits.ts';
import { isNativeExact } from './native.ts';

// From FDLIBM (e_log.c, e_log10.c): "Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a
// Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted, provided
// that this notice is preserved."

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TWO_TO_54 = 18014398509481984;

/** The natural logarithm within 1 ulp, the same bits in every runtime; −∞ of 0, NaN of less. */
export const log: (x: number) => number = isNativeExact ? Math.log : ownLog;

/** {@link log} where the runtime's has other bits. */
export function ownLog(x: number): number {
  number[0] = x;
  let high = words[HIGH];
  let k = 0;
  if (high < 0x00100000) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    if (!(x > 0)) return Number.NaN;
    k = -54;
    number[0] = x * TWO_TO_54;
    high = words[HIGH];
  }
  if (high >= 0x7ff00000) return x;
  k += (high >> 20) - 1023;
  high &= 0x000fffff;
  const i = (high + 0x95f64) & 0x100000;
  words[HIGH] = high | (i ^ 0x3ff00000);
  const f = number[0] - 1; // x = 2^k · (1 + f), √½ < 1 + f < √2
  k += i >> 20;
  if ((0x000fffff & (2 + high)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t1 = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const t2 =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const r = t2 + t1;
  if (((high - 0x6147a) | (0x6b851 - high)) > 0) {
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + r)) : k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

/** The logarithm to base 10, the same bits in every runtime; −∞ of 0, NaN of less. */
export const log10: (x: number) => number = isNativeExact ? Math.log10 : ownLog10;

/** {@link log10} where the runtime's has other bits. */
export function ownLog10(x: number): number {
  number[0] = x;
  let high = words[HIGH];
  let k = 0;
  if (high < 0x00100000) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    if (!(x > 0)) return Number.NaN;
    k = -54;
    number[0] = x * TWO_TO_54;
    high = words[HIGH];
  }
  if (high >= 0x7ff00000) return x;
  if (x === 1) return 0;
  k += (high >> 20) - 1023;
  const i = k < 0 ? 1 : 0;
  words[HIGH] = (high & 0x000fffff) | ((0x3ff - i) << 20);
  const f = number[0];
  const y = k + i;
  return y * 3.694239077158931e-13 + Math.LOG10E * ownLog(f) + y * 0.30102999566361177;
}

// From FDLIBM (k_sin.c, k_cos.c, e_rem_pio2.c): "Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at
// SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted,
// provided that this notice is preserved."
import { fromWords, highWord } from './bits.ts';
import { isNativeExact } from './native.ts';

/** The sine of x radians, |x| < 1e5, the same bits in every runtime. */
export const sin: (x: number) => number = isNativeExact ? Math.sin : ownSin;
/** The cosine of x radians, |x| < 1e5, the same bits in every runtime. */
export const cos: (x: number) => number = isNativeExact ? Math.cos : ownCos;

/** {@link sin} where the runtime's has other bits. */
export function ownSin(x: number): number {
  return turned(x, 0);
}

/** {@link cos} where the runtime's has other bits. */
export function ownCos(x: number): number {
  return turned(x, 1);
}

const PIO2_1 = 1.5707963267341256;
const PIO2_1T = 6.077100506506192e-11;
const PIO2_2 = 6.077100506303966e-11;
const PIO2_2T = 2.0222662487959506e-21;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_3T = 8.4784276603689e-32;

/** The sine of x and of so many quarter turns more. */
function turned(x: number, quarters: number): number {
  const size = Math.abs(x);
  if (size <= Math.PI / 4) return quarters === 0 ? sine(x, 0, false) : cosine(x, 0);
  if (!Number.isFinite(x)) return Number.NaN;
  const n = Math.trunc(size * 0.6366197723675814 + 0.5);
  let r = size - n * PIO2_1;
  let w = n * PIO2_1T;
  let y0 = r - w;
  const exponent = highWord(size) >> 20;
  if (exponent - ((highWord(y0) >> 20) & 0x7ff) > 16) {
    let t = r;
    w = n * PIO2_2;
    r = t - w;
    w = n * PIO2_2T - (t - r - w);
    y0 = r - w;
    if (exponent - ((highWord(y0) >> 20) & 0x7ff) > 49) {
      t = r;
      w = n * PIO2_3;
      r = t - w;
      w = n * PIO2_3T - (t - r - w);
      y0 = r - w;
    }
  }
  let y1 = r - y0 - w;
  let turns = n;
  if (x < 0) {
    y0 = -y0;
    y1 = -y1;
    turns = -n;
  }
  switch ((turns + quarters) & 3) {
    case 0:
      return sine(y0, y1, true);
    case 1:
      return cosine(y0, y1);
    case 2:
      return -sine(y0, y1, true);
    default:
      return -cosine(y0, y1);
  }
}

function sine(x: number, y: number, hasTail: boolean): number {
  if (Math.abs(x) < 7.450580596923828e-9) return x;
  const z = x * x;
  const v = z * x;
  const r =
    8.33333333332249e-3 +
    z *
      (-1.984126982985795e-4 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  if (!hasTail) return x + v * (-0.16666666666666632 + z * r);
  return x - (z * (0.5 * y - v * r) - y - v * -0.16666666666666632);
}

function cosine(x: number, y: number): number {
  const size = Math.abs(x);
  if (size < 7.450580596923828e-9) return 1;
  const z = x * x;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-1.388888888887411e-3 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const high = highWord(size);
  if (high < 0x3fd33333) return 1 - (0.5 * z - (z * r - x * y));
  const q = high > 0x3fe90000 ? 0.28125 : fromWords(high - 0x00200000, 0);
  const half = 0.5 * z - q;
  return 1 - q - (half - (z * r - x * y));
}

import { highWord } from './bits.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';

/** x^y of x ≥ 0 with a relative error of |y · ln x| · 1e-16, the same bits in every runtime; NaN of x < 0. */
export function pow(x: number, y: number): number {
  return y === 0 ? 1 : exp(y * log(x));
}

/** The n of a normal number's size 2^n … 2^(n + 1). */
export function exponentOf(x: number): number {
  return ((highWord(x) >> 20) & 0x7ff) - 1023;
}

/** x · x. */
export function square(x: number): number {
  return x * x;
}

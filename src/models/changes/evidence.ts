import { log } from '../../core/math/log.ts';
import type { Block } from './around.ts';
import { contrast, type Means } from './windows.ts';

/** ln of what a contrast is of the usual one and of the largest, for windows of several widths. */
export function contrastsOf(means: Means, at: number, widths: readonly number[]): number[] {
  return widths.flatMap((width) => {
    const { difference, usual, most } = contrast(means, at, width);
    return [ratio(Math.abs(difference), usual), ratio(Math.abs(difference), most)];
  });
}

/**
 * −ln of the share of earlier blocks that were beyond a bound, as far as so many can tell; and ln of the distance of the bound from where
 * the last blocks were, by the largest difference between two blocks next to two others.
 */
export function pastOf(
  blocks: readonly Block[],
  at: number,
  bound: number,
  isAbove: boolean,
  of: (block: Block) => number,
): number[] {
  let [beyond, all] = [0.5, 1];
  const been: number[] = [];
  for (const block of blocks) {
    if (block.end > at) continue;
    const value = of(block);
    been.push(value);
    all++;
    if (isAbove ? value > bound : value < bound) beyond++;
  }
  let most = 0;
  for (let b = 0; b + 3 < been.length; b++)
    most = Math.max(most, Math.abs(been[b] + been[b + 1] - been[b + 2] - been[b + 3]) / 2);
  const near = been.length === 0 ? bound : been.length === 1 ? been[0] : (been[0] + been[1]) / 2;
  return [-log(beyond / all), most > 0 ? ratio(2 * Math.abs(bound - near), most) : 0];
}

/** The share of values after `at` beyond a bound, less that of those before it: 1 where they are apart. */
export function separation(y: Float64Array, at: number, bound: number, isAbove: boolean): number {
  const n = y.length;
  let [past, now] = [0, 0];
  for (let t = 0; t < n; t++) {
    if (isAbove ? y[t] <= bound : y[t] >= bound) continue;
    if (t < at) past++;
    else now++;
  }
  return now / (n - at) - past / at;
}

/** The longest time that means of four stayed beyond a bound before `at`. */
export function longestRun(y: Means, at: number, bound: number, isAbove: boolean): number {
  let [longest, run] = [0, 0];
  for (let t = 0; t + 4 <= at; t++) {
    const mean = y.of(t, t + 4);
    run = (isAbove ? mean > bound : mean < bound) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** About the mean. */
export function squaresOf(y: Float64Array): number {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return y.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
}

const LEAST = -2; // ln, between which ratios differ
const MOST = 4;

/** ln of a ratio of two sizes, within bounds. */
export function ratio(a: number, b: number): number {
  if (a === b) return 0;
  if (!(b > 0)) return MOST;
  return a > 0 ? Math.max(LEAST, Math.min(MOST, log(a / b))) : LEAST;
}

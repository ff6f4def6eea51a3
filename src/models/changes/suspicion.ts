import { log } from '../../core/math/log.ts';
import type { Block } from './around.ts';

/** Values without which nothing is suspected. */
export const LEAST_KNOWN = 256;

const BLOCK = 32; // events
const FEWEST = 8; // blocks
const RECORD = 1.2; // of the largest difference before

/**
 * Whether the newest two blocks differ from those before as none have before: in level, near or far, in roughness, or in how much they
 * differ from the cycle before. A cheap look for what the detector has not noticed.
 *
 * @param x (n) the newest values, at the end of a block
 * @param blocks newest first
 * @param period of the cycle; 0 without one
 */
export function isSuspect(x: Float64Array, blocks: readonly Block[], period: number): boolean {
  const means = blocks.map(({ mean }) => mean);
  const roughness = blocks.map(({ roughness: each }) => log(each + 1e-300));
  return (
    isRecord(means, 2, RECORD) ||
    isRecord(means, 6, RECORD) ||
    isRecord(roughness, 2, RECORD) ||
    (period > 0 && isRecord(errorsOf(x, period), 2, RECORD))
  );
}

/** Whether pairs of blocks `apart` differ more at the newest end than anywhere before. @param figures newest first */
function isRecord(figures: readonly number[], apart: number, record: number): boolean {
  const last = figures.length - apart - 2;
  if (last < FEWEST) return false;
  const differenceAt = (b: number): number =>
    Math.abs(figures[b] + figures[b + 1] - figures[b + apart] - figures[b + apart + 1]);
  const newest = differenceAt(0);
  if (!(newest > 0)) return false;
  for (let b = 2; b <= last; b++) if (record * differenceAt(b) >= newest) return false;
  return true;
}

/** ln of the mean distance of each block from the values a period before, newest first. */
function errorsOf(x: Float64Array, period: number): number[] {
  const errors: number[] = [];
  for (let end = x.length; end - BLOCK >= period; end -= BLOCK) {
    let sum = 0;
    for (let t = end - BLOCK; t < end; t++) sum += Math.abs(x[t] - x[t - period]);
    errors.push(log(sum + 1e-300));
  }
  return errors;
}

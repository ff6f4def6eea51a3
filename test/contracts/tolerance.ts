import { expect } from 'vitest';
import type { Engine } from '../../src/numerics/engines/engine.ts';

export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** What an engine that names this precision is held to, against float64. */
export function toleranceOf(precision: Engine['precision']): Tolerance {
  return precision === 'float64' ? { absolute: 1e-9, relative: 1e-9 } : { absolute: 1e-5, relative: 1e-5 };
}

/** Fails naming the worst number when one is further off than absolute + relative · |expected|. */
export function closeTo(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute, relative }: Tolerance,
  what: string,
): void {
  expect(actual.length, what).toBe(expected.length);
  let worst = 0;
  let at = 0;
  for (let k = 0; k < expected.length; k++) {
    const excess = Math.abs(actual[k] - expected[k]) / (absolute + relative * Math.abs(expected[k]));
    if (Object.is(actual[k], expected[k]) || excess <= worst) continue;
    worst = Number.isNaN(excess) ? Infinity : excess;
    at = k;
  }
  expect(worst, `${what}[${at}]: ${actual[at]} against ${expected[at]}`).toBeLessThanOrEqual(1);
}

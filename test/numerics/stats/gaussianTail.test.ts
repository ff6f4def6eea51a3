import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianTail } from '../../../src/numerics/stats/gaussianTail.ts';
import { integrate } from '../../support/distributions.ts';
import { real } from '../../support/real.ts';

describe('gaussianTail', () => {
  // Abramowitz & Stegun 1964, table 26.2, and 50-digit arithmetic beyond it.
  it.each([
    [0, 0.5],
    [1, 0.158655253931457],
    [1.959963984540054, 0.025],
    [2, 0.0227501319481792],
    [3, 1.3498980316301e-3],
    [5, 2.86651571879194e-7],
    [6, 9.86587645037698e-10],
    [10, 7.61985302416053e-24],
    [30, 4.90671392714819e-198],
  ])('is the table’s at %f', (z, tail) => {
    expect(gaussianTail(z) / tail).toBeCloseTo(1, 12);
    expect(gaussianTail(-z)).toBeCloseTo(1 - tail, 14);
  });

  it('is the integral of the density', () => {
    const density = (t: number): number => Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI);
    fc.assert(
      fc.property(real(-8, 8), (z) => {
        expect(gaussianTail(z)).toBeCloseTo(integrate(density, z, 14, 2000), 11);
      }),
      { seed: 1 },
    );
  });

  it('falls everywhere, also where the series hands over to the continued fraction', () => {
    for (let z = -6; z < 12; z += 1 / 64) expect(gaussianTail(z + 1 / 64)).toBeLessThan(gaussianTail(z));
  });

  it('is 0 and 1 at the ends, never NaN', () => {
    expect([1e6, -1e6, Number.POSITIVE_INFINITY].map(gaussianTail)).toEqual([0, 1, 0]);
  });
});

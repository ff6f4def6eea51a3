import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitBend, squaresOfCurve } from '../../../src/models/changes/fits.ts';

const coefficient = fc.integer({ min: -50, max: 50 });

describe('squaresOfCurve', () => {
  it('is nothing for a polynomial of the degree, and more for one of another', () => {
    fc.assert(
      fc.property(
        fc.tuple(coefficient, coefficient, coefficient, coefficient),
        fc.integer({ min: 10, max: 300 }),
        ([a, b, c, d], n) => {
          const y = Float64Array.from(
            { length: n },
            (_, t) => a + (t / n) * (b + (t / n) * (c + (t / n) * d)),
          );
          expect(squaresOfCurve(y, 3)).toBeLessThan(1e-16 * n * 1e6);
          if (d !== 0) expect(squaresOfCurve(y, 2)).toBeGreaterThan(1e-6 * d * d);
        },
      ),
    );
  });

  it('is less than that of a bend for a slow cycle, and more for a kink', () => {
    const cycle = Float64Array.from({ length: 400 }, (_, t) => Math.sin(t / 150));
    const kink = Float64Array.from({ length: 400 }, (_, t) => Math.max(0, t - 250));
    expect(squaresOfCurve(cycle, 3)).toBeLessThan(0.1 * fitBend(cycle, 'ramp', 60, 388).squares);
    expect(fitBend(kink, 'ramp', 60, 388).squares).toBeLessThan(0.001 * squaresOfCurve(kink, 3));
  });
});

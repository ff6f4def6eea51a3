import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { fitBend, squaresOfCurve } from '../../../src/models/changes/fits.ts';

/** Least squares of y on the columns, by the normal equations. */
function leastSquares(
  y: Float64Array,
  columns: readonly (readonly number[])[],
): { weights: number[]; squares: number } {
  const rows = columns.map((one) => [
    ...columns.map((other) => one.reduce((sum, each, t) => sum + each * other[t], 0)),
    one.reduce((sum, each, t) => sum + each * y[t], 0),
  ]);
  for (const [i, pivot] of rows.entries())
    for (const [j, row] of rows.entries()) {
      const share = row[i] / pivot[i];
      if (j !== i) for (let k = i; k < row.length; k++) row[k] -= share * pivot[k];
    }
  const weights = rows.map((row, i) => row.at(-1)! / row[i]);
  const fitted = (t: number): number => columns.reduce((sum, column, i) => sum + weights[i] * column[t], 0);
  return { weights, squares: y.reduce((sum, each, t) => sum + (each - fitted(t)) ** 2, 0) };
}

describe('fitBend', () => {
  it.each(['step', 'ramp'] as const)('is the best of all least squares of a line with a %s', (bend) => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = new Random(seed);
      const at = 3 + 5 * seed; // the last is behind the places that are tried
      const y = Float64Array.from({ length: 48 }, (_, t) => {
        const over = bend === 'step' ? Number(t >= at) : Math.max(0, t - at + 1) / 6;
        return 5 - 0.02 * t + 1.5 * over + 0.4 * random.normal();
      });
      const [first, last] = [8, 40];
      const all = Array.from({ length: last - first + 1 }, (_, k) => {
        const place = first + k;
        const bends = [...y.keys()].map((t) =>
          bend === 'step' ? Number(t >= place) : Math.max(0, t - place + 1),
        );
        // About the middle: the equations are then well conditioned.
        const { weights, squares } = leastSquares(y, [
          [...y].fill(1),
          [...y.keys()].map((t) => t - 23.5),
          bends,
        ]);
        return { at: place, squares, slope: weights[1], change: weights[2] };
      });
      const best = all.reduce((least, each) => (each.squares < least.squares ? each : least));
      const found = fitBend(y, bend, first, last);
      expect(found.at).toBe(best.at);
      for (const part of ['squares', 'slope', 'change'] as const)
        expect(found[part]).toBeCloseTo(best[part], 6);
    }
  });

  it('is the line alone where there is no bend', () => {
    const line = Float64Array.from({ length: 40 }, (_, t) => 3 + 2 * t);
    const found = fitBend(line, 'step', 8, 30);
    expect(found.slope).toBeCloseTo(2, 9);
    expect(found.change).toBeCloseTo(0, 6);
    expect(found.squares).toBeCloseTo(0, 9);
  });
});

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

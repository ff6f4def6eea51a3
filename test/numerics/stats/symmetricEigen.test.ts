import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../../src/numerics/stats/symmetricEigen.ts';
import { real } from '../../support/real.ts';

describe('symmetricEigen', () => {
  it('finds orthonormal vectors that put the matrix together again, singular or not', () => {
    const problem = fc
      .record({ n: fc.integer({ min: 1, max: 12 }), rank: fc.integer({ min: 0, max: 12 }) })
      .chain(({ n, rank }) =>
        fc.record({
          n: fc.constant(n),
          rows: fc.array(fc.array(real(-10, 10), { minLength: n, maxLength: n }), {
            minLength: rank,
            maxLength: rank,
          }),
        }),
      );
    fc.assert(
      fc.property(problem, ({ n, rows }) => {
        const matrix = Float64Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          return rows.reduce((sum, row, k) => sum + (k % 2 === 0 ? 1 : -1) * row[i] * row[j], 0);
        });
        const [diagonal, vectors] = [matrix.slice(), new Float64Array(n * n)];
        symmetricEigen(diagonal, vectors, n);
        const size = 1 + Math.max(...matrix.map(Math.abs));
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [rebuilt, product] = [0, 0];
            for (let k = 0; k < n; k++) {
              rebuilt += diagonal[k * n + k] * vectors[k * n + i] * vectors[k * n + j];
              product += vectors[i * n + k] * vectors[j * n + k];
            }
            expect(Math.abs(rebuilt - matrix[i * n + j]) / size).toBeLessThan(1e-10);
            expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('has n − 1 small eigenvalues where every pair is alike, to full accuracy', () => {
    const n = 50;
    const rho = 1 - 1e-6;
    const matrix = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : rho));
    symmetricEigen(matrix, new Float64Array(n * n), n);
    const values = Array.from({ length: n }, (_, k) => matrix[k * n + k]).sort((a, b) => a - b);
    for (const value of values.slice(0, n - 1)) expect(value / 1e-6).toBeCloseTo(1, 6);
    expect(values[n - 1]).toBeCloseTo(1 + (n - 1) * rho, 9);
  });
});

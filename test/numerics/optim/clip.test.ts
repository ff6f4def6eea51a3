import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipByGlobalNorm } from '../../../src/numerics/optim/clip.ts';
import { real } from '../../support/real.ts';

const gradients = fc.array(real(-1e6, 1e6), { minLength: 1, maxLength: 30 });
const norms = real(1e-3, 1e3);

describe('clipByGlobalNorm', () => {
  it('returns the norm, leaves at most maxNorm and keeps the direction', () => {
    fc.assert(
      fc.property(gradients, norms, (values, maxNorm) => {
        const gradient = Float64Array.from(values);
        const norm = clipByGlobalNorm(gradient, maxNorm);
        expect(norm).toBeCloseTo(Math.hypot(...values), 5);
        expect(Math.hypot(...gradient)).toBeLessThanOrEqual(maxNorm * (1 + 1e-12));
        const scale = Math.min(1, maxNorm / (norm + 1e-6));
        for (const [k, value] of values.entries()) expect(gradient[k]).toBeCloseTo(scale * value, 8);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('leaves a smaller gradient alone to the bit, and a zero one zero', () => {
    const small = Float64Array.of(0.3, -0.4);
    expect(clipByGlobalNorm(small, 1)).toBeCloseTo(0.5, 12);
    expect([...small]).toEqual([0.3, -0.4]);
    expect(clipByGlobalNorm(new Float64Array(3), 1)).toBe(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e200])(
    'tells of a gradient of %d by a norm that is not finite',
    (bad) => {
      expect(Number.isFinite(clipByGlobalNorm(Float64Array.of(1, bad), 1))).toBe(false);
    },
  );
});

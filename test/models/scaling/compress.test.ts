import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squash, unsquash } from '../../../src/models/scaling/compress.ts';

const any = fc.double({ noNaN: true });

describe('squash', () => {
  it('is odd, monotone and within ±6', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(squash(-a)).toBe(-squash(a));
        expect(Math.abs(squash(a))).toBeLessThanOrEqual(6);
        expect(squash(Math.min(a, b))).toBeLessThanOrEqual(squash(Math.max(a, b)));
        expect(unsquash(Math.min(a, b))).toBeLessThanOrEqual(unsquash(Math.max(a, b)));
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('is undone by unsquash up to its limit', () => {
    fc.assert(
      fc.property(fc.double({ min: -55, max: 55, noNaN: true }), (z) => {
        expect(unsquash(squash(z))).toBeCloseTo(z, 9);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('leaves two deviations alone, bends without a kink and keeps what is missing missing', () => {
    for (const z of [-2, -0.3, 0, 1, 2]) expect(squash(z)).toBe(z);
    expect((squash(2 + 1e-6) - squash(2)) / 1e-6).toBeCloseTo(1, 5);
    expect(squash(Number.NaN)).toBeNaN();
    expect(unsquash(Number.NaN)).toBeNaN();
  });

  it('stands still at its limit: 55.6 deviations', () => {
    expect(squash(56)).toBe(6);
    expect(squash(1e300)).toBe(6);
    expect(unsquash(1e300)).toBeCloseTo(1 + Math.exp(4), 9);
  });
});

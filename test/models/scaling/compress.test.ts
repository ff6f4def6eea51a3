import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compress, expand } from '../../../src/models/scaling/laplaceBand.ts';
import { real } from '../../support/real.ts';

const any = fc.double({ noNaN: true });

describe('compress', () => {
  it('is odd, monotone and within ±6', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(compress(-a)).toBe(-compress(a));
        expect(Math.abs(compress(a))).toBeLessThanOrEqual(6);
        expect(compress(Math.min(a, b))).toBeLessThanOrEqual(compress(Math.max(a, b)));
        expect(expand(Math.min(a, b))).toBeLessThanOrEqual(expand(Math.max(a, b)));
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('is undone by expand up to its limit', () => {
    fc.assert(
      fc.property(real(-55, 55), (z) => {
        expect(expand(compress(z))).toBeCloseTo(z, 9);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('leaves two deviations alone, bends without a kink and keeps what is missing missing', () => {
    for (const z of [-2, -0.3, 0, 1, 2]) expect(compress(z)).toBe(z);
    expect((compress(2 + 1e-6) - compress(2)) / 1e-6).toBeCloseTo(1, 5);
    expect(compress(Number.NaN)).toBeNaN();
    expect(expand(Number.NaN)).toBeNaN();
  });

  it('stands still at its limit: 55.6 deviations', () => {
    expect(compress(56)).toBe(6);
    expect(compress(1e300)).toBe(6);
    expect(expand(1e300)).toBeCloseTo(1 + Math.exp(4), 9);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber } from '../../src/charts/formatNumber.ts';

describe('formatNumber', () => {
  it('is never off by more than one part in ten thousand', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (x) => {
        const back = Number(formatNumber(x).replaceAll(',', ''));
        expect(Math.abs(back - x)).toBeLessThanOrEqual(Math.abs(x) * 1e-4);
      }),
    );
  });

  it.each([
    [0, '0'],
    [70, '70'],
    [-3.24159265, '-3.2416'],
    [39197, '39,197'],
    [1234.5678, '1,234.57'],
    [123456789.125, '123,456,789.13'],
    [0.00182009, '0.0018201'],
    [1.5e300, '1.5e300'],
    [-2e-12, '-2e-12'],
    [Number.NaN, '–'],
  ])('shows %d as %s', (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });
});

import { describe, expect, it } from 'vitest';
import { formatOdds } from '../../src/charts/formatOdds.ts';

describe('formatOdds', () => {
  it.each([
    [0, '1 in 1'],
    [Math.log10(2), '1 in 2'],
    [Math.log10(5000), '1 in 5,000'],
    [Math.log10(1096), '1 in 1,096'],
    [Math.log10(1095.5), '1 in 1,096'],
    [Math.log10(382.8), '1 in 383'],
    [Math.log10(123_456), '1 in 123,500'],
    [-0.1, '1 in 1'],
    [Number.NaN, '–'],
  ])('%f is %s', (value, text) => {
    expect(formatOdds(value)).toBe(text);
  });
});

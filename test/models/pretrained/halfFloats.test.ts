import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHalfFloats, toHalfFloats } from '../../../src/models/pretrained/halfFloats.ts';
import { real } from '../../support/real.ts';

const through = (...values: number[]): number[] => [...fromHalfFloats(toHalfFloats(values))];

describe('half floats', () => {
  it('keep what they can hold', () => {
    const exact = [
      0,
      1,
      -1,
      0.5,
      1.5,
      1023.5,
      65504,
      -65504,
      2 ** -14,
      2 ** -24,
      3 * 2 ** -24,
      1 / 3 - ((1 / 3) % 2 ** -12),
    ];
    expect(through(...exact)).toEqual(exact);
  });

  it('are the bits of IEEE 754', () => {
    expect([...atob(toHalfFloats([1, -2, 65504, 2 ** -24]))].map((byte) => byte.charCodeAt(0))).toEqual([
      0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00,
    ]);
  });

  it('round to within half a unit of the last place', () => {
    fc.assert(
      fc.property(real(-65504, 65504), (value) => {
        const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
        expect(Math.abs(through(value)[0] - value)).toBeLessThanOrEqual(2 ** (exponent - 11));
      }),
    );
  });

  it('refuse what they cannot hold', () => {
    expect(() => toHalfFloats([70_000])).toThrow(/70000 is no 16-bit float/);
    expect(() => toHalfFloats([Number.NaN])).toThrow(/NaN/);
  });
});

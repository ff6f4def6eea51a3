import fc from 'fast-check';

const STEPS = 2 ** 31 - 1;

/**
 * A number of `min` … `max`, as likely in each part of the range as in any other; one in five comes from `fc.double`, which knows
 * the ends and numbers next to 0. That alone draws from the bit patterns of the range: of 0 … 1 nine in ten are below 1e-3, and not
 * one in a hundred is between 0.1 and 0.9.
 */
export function real(min: number, max: number): fc.Arbitrary<number> {
  const evenly = fc
    .integer({ min: 0, max: STEPS })
    .map((step) => Math.min(max, min + (step / STEPS) * (max - min)));
  return fc.oneof(
    { weight: 4, arbitrary: evenly },
    { weight: 1, arbitrary: fc.double({ min, max, noNaN: true }) },
  );
}

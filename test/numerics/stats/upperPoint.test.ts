import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UpperPoint } from '../../../src/numerics/stats/upperPoint.ts';

const BINS = 30;

/** Bins below which the upper point wanders: counts that are no integers, and some that are 0. */
const histogram = fc.array(
  fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 0, max: 4 })),
  { minLength: BINS, maxLength: BINS },
);

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** By the definition. */
function scanned(counts: Float64Array, share: number, total: number): number {
  let left = share * total;
  let bin = counts.length;
  while (left > counts[bin - 1]) left -= counts[--bin];
  return bin;
}

describe('the upper point', () => {
  it('is followed to where a scan finds it, ties included', () => {
    fc.assert(
      fc.property(
        histogram,
        fc.array(fc.integer({ min: 0, max: BINS - 1 }), { maxLength: 200 }),
        fc.constantFrom(0.03, 0.25, 0.5),
        (start, grown, share) => {
          const counts = Float64Array.from(start);
          counts[0] += 10; // so that the share ends somewhere above
          let total = sum(counts);
          const point = new UpperPoint(counts, share);
          point.scan(BINS, total);
          expect(point.bin).toBe(scanned(counts, share, total));
          for (const bin of grown) {
            counts[bin]++;
            point.follow(bin, BINS, ++total);
            expect(point.bin).toBe(scanned(counts, share, total));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lies past the last bin when that alone holds more than the share', () => {
    const counts = Float64Array.of(1, 0, 5);
    const point = new UpperPoint(counts, 0.5);
    point.scan(3, 6);
    expect(point.bin).toBe(3);
  });
});

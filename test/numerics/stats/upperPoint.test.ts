import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram, UpperPoint } from '../../../src/numerics/stats/upperPoint.ts';
import { real } from '../../support/real.ts';

const BINS = 30;

/** Bins below which the upper point wanders: counts that are no integers, and some that are 0. */
const histogramOf = fc.array(fc.oneof(fc.constant(0), real(0, 3), fc.integer({ min: 0, max: 4 })), {
  minLength: BINS,
  maxLength: BINS,
});

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
  it('is followed to where a scan finds it, but for rounding where the sums tie', () => {
    fc.assert(
      fc.property(
        histogramOf,
        fc.array(fc.integer({ min: 0, max: BINS - 1 }), { maxLength: 200 }),
        fc.constantFrom(0.03, 0.25, 0.5),
        (given, grown, share) => {
          const start = Float64Array.from(given);
          start[0] += 10; // so that the share ends somewhere above
          const hits = new Uint16Array(BINS);
          let total = sum(start);
          const point = new UpperPoint(histogram(start), share);
          point.scan(hits, total);
          for (const bin of [undefined, ...grown]) {
            if (bin !== undefined) {
              hits[bin]++;
              point.follow(hits, bin, ++total);
            }
            const counts = start.map((count, k) => count + hits[k]);
            const goal = share * total;
            const from = (first: number): number => sum(counts.subarray(first));
            if (Math.abs(from(point.bin) - goal) > 1e-9 && Math.abs(from(point.bin - 1) - goal) > 1e-9)
              expect(point.bin).toBe(scanned(counts, share, total));
            expect(point.hits).toBe(hits.subarray(point.bin).reduce((all, count) => all + count, 0));
            const anew = new UpperPoint(histogram(start), share);
            anew.scan(hits, total);
            expect(point).toEqual(anew); // whatever the order of the hits
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lies past the last bin when that alone holds more than the share', () => {
    const point = new UpperPoint(histogram(Float64Array.of(1, 0, 5)), 0.5);
    point.scan(new Uint8Array(3), 6);
    expect(point.bin).toBe(3);
  });
});

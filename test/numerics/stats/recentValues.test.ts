import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentValues } from '../../../src/numerics/stats/recentValues.ts';
import { real } from '../../support/real.ts';

describe('RecentValues', () => {
  it('is the end of the list of all values', () => {
    const number = real(-1e6, 1e6);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(number, { maxLength: 40 }), (capacity, all) => {
        const recent = new RecentValues(capacity);
        for (const [t, value] of all.entries()) {
          const kept = all.slice(Math.max(0, t - capacity), t);
          expect(recent.size).toBe(kept.length);
          expect(recent.isFull).toBe(t >= capacity);
          expect([...recent.byAge()]).toEqual(kept);
          expect(recent.values.toSorted()).toEqual(Float64Array.from(kept).sort());
          expect(recent.oldest).toBe(t >= capacity ? kept[0] : Number.NaN);
          expect(recent.mean).toBeCloseTo(mean(kept), 6);
          const meanWith = recent.meanWith(value);
          recent.add(value);
          expect(meanWith).toBeCloseTo(recent.mean, 6);
        }
      }),
      { seed: 1 },
    );
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackColumn } from '../../../src/charts/unpackStream.ts';
import { StreamCategories } from '../../../src/dashboard/history/streamCategories.ts';

describe('the categories of the records of a stream', () => {
  it('are those that were added, as long as the records are kept, and after a state', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (added, kept) => {
          const categories = new StreamCategories();
          const all = ['x', ...added];
          for (const [n, each] of all.entries()) categories.add(n, each, Math.max(0, n + 1 - kept));
          const first = Math.max(0, all.length - kept);
          const wanted = all.slice(first).map((each) => each ?? '');
          const packed = categories.pack(first, all.length)!;
          expect([...unpackColumn(packed.of)].map((n) => packed.names[n])).toEqual(wanted);
          const resumed = new StreamCategories();
          resumed.resume(structuredClone(categories.save(first, all.length)));
          expect(wanted.map((_, i) => resumed.of(first + i))).toEqual(wanted);
        },
      ),
    );
  });

  it('are none of measurements', () => {
    const categories = new StreamCategories();
    categories.add(0, undefined, 0);
    expect(categories.some).toBe(false);
    expect(categories.pack(0, 1)).toBeUndefined();
  });

  it('are clipped', () => {
    const categories = new StreamCategories();
    categories.add(0, 'x'.repeat(1000), 0);
    expect(categories.of(0)).toBe(`${'x'.repeat(200)}…`);
  });

  it('refuse a damaged state', () => {
    const categories = new StreamCategories();
    expect(() => categories.resume({ first: 0, names: ['a'], of: Float64Array.of(0, 1) })).toThrow('no name');
  });
});

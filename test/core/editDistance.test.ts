import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../src/core/options.ts';

describe('editDistance', () => {
  it('counts letters inserted, removed and replaced', () => {
    expect(editDistance('', '')).toBe(0);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('hiden', 'hidden')).toBe(1);
    expect(editDistance('flaw', 'lawn')).toBe(2);
  });

  it('finds the name that was meant, swapped letters included, and none that is far', () => {
    const names = ['table', 'temp', 'timeFormat', 'key'];
    expect(nearestName('tabel', names)).toBe('table');
    expect(nearestName('tepm', names)).toBe('temp');
    expect(nearestName('timeformat', names)).toBe('timeFormat');
    expect(nearestName('humidity', names)).toBeUndefined();
  });

  it('is a distance, at most the longer length', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const ab = editDistance(a, b);
        expect(ab === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(ab);
        expect(ab).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(ab).toBeLessThanOrEqual(editDistance(a, c) + editDistance(c, b));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPrefix } from '../../src/dashboard/page/streamName.ts';

describe('what all names begin with', () => {
  it.each([
    [['plant/line-1/a', 'plant/line-1/b', 'plant/line-2/a'], 'plant/'],
    [['plant/line-1/a', 'plant/line-1/ab'], 'plant/line-1/'],
    [['eu.west.cpu', 'eu.west.disk'], 'eu.west.'],
    [['plant/', 'plant/a'], ''],
    [['press 1', 'press 2'], ''],
    [['a/1', 'a/2'], ''],
    [['plant/a'], ''],
    [[], ''],
  ])('of %j is %j', (names, prefix) => {
    expect(commonPrefix(names)).toBe(prefix);
  });

  it('leaves something of every name, and ends with a separator', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 2 }), (names) => {
        const prefix = commonPrefix(names);
        for (const each of names) {
          expect(each.startsWith(prefix)).toBe(true);
          expect(each.length).toBeGreaterThan(prefix.length);
        }
        expect(prefix).toMatch(/^$|^.{3,}[/.]$/);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeadLag, type Onset } from '../../../src/models/decision/leadLag.ts';

/** Incidents in the order in which they begin, a second apart. */
const inOrder = (keys: string): Onset[] => [...keys].map((key, n) => ({ key, start: 1000 * n }));

describe('LeadLag', () => {
  it('goes by the present order where nothing else is known: Laplace’s 2 in 3 for each pair', () => {
    const leads = new LeadLag(10).add(inOrder('abc'));
    expect(leads.map(({ first }) => first)).toEqual([2 / 3, 1 / 2, 1 / 3].map((p) => expect.closeTo(p, 12)));
    expect(leads.map(({ seen }) => seen)).toEqual([0, 0, 0]);
  });

  it('prefers the stream that began first in most groups to the one that does now', () => {
    const order = new LeadLag(10);
    for (let n = 0; n < 3; n++) order.add(inOrder('ab'));
    const [b, a] = order.add(inOrder('ba'));
    expect(a).toEqual({ first: expect.closeTo(4 / 6, 12), seen: 3 }); // 3 of 4
    expect(b).toEqual({ first: expect.closeTo(2 / 6, 12), seen: 3 });
  });

  it('takes the same moment for half of each', () => {
    const same = [
      { key: 'a', start: 5 },
      { key: 'b', start: 5 },
    ];
    expect(new LeadLag(1).add(same).map(({ first }) => first)).toEqual([0.5, 0.5]);
  });

  it('is certain of one alone, and knows nothing of an empty group', () => {
    expect(new LeadLag(1).add(inOrder('a'))).toEqual([{ first: 1, seen: 0 }]);
    expect(new LeadLag(1).add([])).toEqual([]);
  });

  it('ranks a group that is not complete without remembering it', () => {
    const order = new LeadLag(10);
    order.add(inOrder('ab'));
    expect(order.rank(inOrder('ab'))).toEqual(order.rank(inOrder('ab')));
    expect(order.rank(inOrder('ba'))).toEqual(order.add(inOrder('ba')));
    expect(order.rank(inOrder('ab'))[0]!.seen).toBe(2);
  });

  it('forgets the pair idle longest', () => {
    const order = new LeadLag(2);
    order.add(inOrder('ab'));
    order.add(inOrder('cd'));
    order.add(inOrder('ab'));
    order.add(inOrder('ef'));
    expect(order.add(inOrder('ab'))[0]!.seen).toBe(2);
    expect(order.add(inOrder('cd'))[0]!.seen).toBe(0);
  });

  it('ranks the first 32 of many, and the others last', () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ key: `k${n}`, start: n }));
    const leads = new LeadLag(10_000).add(many);
    expect(leads[31]!.first).toBeCloseTo(1 / 3, 12);
    expect(leads.slice(32)).toEqual(Array(8).fill({ first: 0, seen: 0 }));
  });

  it('gives probabilities whose mean is a half, whatever the keys and their history', () => {
    const key = fc.constantFrom('a', 'b', '"', 'a,b', 'c', undefined);
    const group = fc
      .uniqueArray(key, { minLength: 2, maxLength: 6 })
      .chain((keys) =>
        fc
          .array(fc.nat(3), { minLength: keys.length, maxLength: keys.length })
          .map((starts) =>
            keys
              .map((each, n): Onset => ({ key: each, start: starts[n]! }))
              .sort((a, b) => a.start! - b.start!),
          ),
      );
    fc.assert(
      fc.property(fc.array(group, { maxLength: 20 }), (groups) => {
        const order = new LeadLag(7);
        for (const each of groups) {
          const leads = order.add(each);
          expect(leads.reduce((sum, { first }) => sum + first, 0) / leads.length).toBeCloseTo(0.5, 9);
          for (const { first } of leads) expect(first > 0 && first < 1).toBe(true);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RankWindow } from '../../../src/numerics/stats/rankWindow.ts';
import { real } from '../../support/real.ts';

describe('RankWindow', () => {
  it('counts as one would by going through the last values, ties and all', () => {
    const few = fc.integer({ min: 0, max: 4 }); // so that most are ties
    const any = fc.oneof(few, real(-1e6, 1e6), fc.constantFrom(-0, 0, 1e300));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(any, { maxLength: 60 }),
        any,
        (capacity, all, other) => {
          const ranks = new RankWindow(capacity);
          for (const [t, value] of all.entries()) {
            const kept = all.slice(Math.max(0, t - capacity), t);
            for (const asked of [value, other, ...kept]) {
              expect(ranks.atLeast(asked)).toBe(kept.filter((each) => each >= asked).length);
            }
            expect(ranks.size).toBe(kept.length);
            ranks.add(value);
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('resumes from a state that was written to', () => {
    const values = Array.from({ length: 50 }, (_, t) => (t * 37) % 11);
    const [one, other] = [new RankWindow(8), new RankWindow(8)];
    for (const [t, value] of values.entries()) {
      one.add(value);
      if (t === 20) {
        other.state.set(one.state);
        other.refresh();
      } else if (t > 20) {
        other.add(value);
        for (let asked = 0; asked < 11; asked++) expect(other.atLeast(asked)).toBe(one.atLeast(asked));
      }
    }
  });
});

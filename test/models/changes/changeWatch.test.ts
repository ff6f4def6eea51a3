import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { ChangePoint } from '../../../src/models/changes/changePoint.ts';
import { ChangeWatch, decideBy } from '../../../src/models/changes/changeWatch.ts';
import { verdictOf } from '../../support/records.ts';

const EVENTS = 1000;

/** A level, then a slope, with a flag now and then. */
function verdicts(seed: number) {
  const random = new Random(seed);
  return Array.from({ length: EVENTS }, (_, n) => {
    const value = random.normal() + (n < 350 ? 0 : 9) + (n < 650 ? 0 : 0.1 * (n - 650));
    const isFlagged = random.uniform() < 0.01;
    return verdictOf(n, isFlagged, { value, time: 1000 * n, score: isFlagged ? 0.8 : 0.1 });
  });
}

describe('ChangeWatch', () => {
  it('finds the same after a state at any moment', () => {
    const all = verdicts(5);
    const decide = decideBy(0.5);
    const whole = new ChangeWatch(1, decide);
    const found: ChangePoint[][] = [];
    const states = all.map((verdict) => {
      found.push(whole.add(verdict));
      return structuredClone(whole.state());
    });
    expect(found.flat().map(({ kind }) => kind)).toEqual(['level', 'slope']);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: EVENTS - 2 }), (at) => {
        const resumed = new ChangeWatch(1, decide);
        resumed.restore(states[at]!);
        expect(all.slice(at + 1).map((verdict) => resumed.add(verdict))).toEqual(found.slice(at + 1));
        expect(resumed.state()).toEqual(states.at(-1));
      }),
      { numRuns: 15 },
    );
  });

  it('is the same for values in another unit, and upside down', () => {
    const all = verdicts(6);
    const of = (factor: number, offset: number): ChangePoint[] => {
      const watch = new ChangeWatch(1, decideBy(0.5));
      return all.flatMap((verdict) => watch.add({ ...verdict, value: factor * verdict.value + offset }));
    };
    const plain = of(1, 0);
    expect(plain.length).toBeGreaterThan(0);
    for (const [factor, offset] of [
      [1000, 5],
      [-0.01, 300],
    ] as const) {
      const other = of(factor, offset);
      expect(other.map(({ kind, time }) => [kind, time])).toEqual(
        plain.map(({ kind, time }) => [kind, time]),
      );
      for (const [k, { size, certainty }] of other.entries()) {
        expect(size / factor).toBeCloseTo(plain[k]!.size, 6);
        expect(certainty).toBeCloseTo(plain[k]!.certainty, 6);
      }
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { PageHinkley, type PageHinkleyOptions } from '../../../src/numerics/stats/pageHinkley.ts';
import { real } from '../../support/real.ts';

/** Where it signals. */
function signals(options: PageHinkleyOptions, values: readonly number[]): number[] {
  const test = new PageHinkley(options);
  return values.flatMap((value, t) => {
    const now = test.signals(value);
    test.learn(value);
    return now ? [t] : [];
  });
}

/** Page's statistic in its other form, from the whole history: the sum of excesses less the least it has been. */
function naive({ tolerance, evidence }: PageHinkleyOptions, values: readonly number[]): number[] {
  const found: number[] = [];
  let start = 0;
  for (let t = 0; t < values.length; t++) {
    let sum = 0;
    let least = 0;
    let mean = 0;
    for (let k = start; k <= t; k++) {
      mean += (values[k] - mean) / (k - start + 1);
      sum += values[k] - mean - tolerance;
      least = Math.min(least, sum);
    }
    if (t - start + 1 >= 30 && sum - least > evidence + 1e-9) {
      found.push(t);
      start = t + 1;
    }
  }
  return found;
}

describe('PageHinkley', () => {
  it('signals where the textbook, with all the past at hand, does', () => {
    const anyStream = fc.array(
      fc.record({
        level: real(0, 4),
        length: fc.integer({ min: 1, max: 60 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(anyStream, fc.integer(), (parts, seed) => {
        const random = new Random(seed);
        const values = parts.flatMap(({ level, length }) =>
          Array.from({ length }, () => level + random.normal()),
        );
        const options = { tolerance: 0.5, evidence: 8 };
        expect(signals(options, values)).toEqual(naive(options, values));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('finds a rise soon, tells it once, and no fall', () => {
    const random = new Random(1);
    const stream = (after: number): number[] =>
      Array.from({ length: 2000 }, (_, t) => (t < 1000 ? 5 : after) + random.normal());
    const options = { tolerance: 0.5, evidence: 20 };
    const found = signals(options, stream(8));
    expect(found).toHaveLength(1);
    expect(found[0]).toBeGreaterThan(1000);
    expect(found[0]).toBeLessThan(1015);
    expect(signals(options, stream(2))).toEqual([]);
  });

  it('asks without changing anything', () => {
    const [asked, silent] = [0, 1].map(() => new PageHinkley({ tolerance: 0.1, evidence: 5 }));
    for (let t = 0; t < 200; t++) {
      asked.signals(t);
      asked.learn(t % 9);
      silent.learn(t % 9);
    }
    expect(asked.state).toEqual(silent.state);
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { LONGEST_PERIOD, PeriodFinder } from '../../../src/models/pretrained/periodFinder.ts';

function finderAfter(events: number, value: (t: number) => number): PeriodFinder {
  const finder = new PeriodFinder();
  for (let t = 0; t < events; t++) finder.learn(value(t));
  return finder;
}

describe('PeriodFinder', () => {
  it.each([4, 7, 24, 60, 168, 288, LONGEST_PERIOD])(
    'finds a pattern of %i events, and what comes next',
    (period) => {
      const random = new Random(period);
      const pattern = Array.from({ length: period }, () => random.normal());
      const events = 1000;
      const finder = finderAfter(events, (t) => pattern[t % period]);
      expect(finder.period % period).toBe(0);
      expect(finder.dissimilarity).toBeLessThan(0.02);
      for (const steps of [1, 4, 16]) {
        expect(finder.ahead(steps)).toBeCloseTo(pattern[(events - 1 + steps) % period], 3);
        if (2 * finder.period < 512) expect(finder.ahead(steps, 1)).toBe(finder.ahead(steps));
      }
      expect(finder.ahead(0)).toBeCloseTo(pattern[(events - 1) % period], 3);
    },
  );

  it('finds it through noise', () => {
    const random = new Random(3);
    const finder = finderAfter(1500, (t) => Math.sin((2 * Math.PI * t) / 50) + 0.5 * random.normal());
    expect(Math.abs(finder.period - 50 * Math.round(finder.period / 50))).toBeLessThan(3);
    expect(finder.period).toBeGreaterThan(40);
    expect(finder.dissimilarity).toBeLessThan(0.75);
  });

  it('finds nothing convincing in noise, nor in a random walk', () => {
    const random = new Random(4);
    expect(finderAfter(1500, () => random.normal()).dissimilarity).toBeGreaterThan(0.8);
    let level = 0;
    const walk = finderAfter(1500, () => {
      level += 0.02 * random.normal();
      return level;
    });
    expect(walk.dissimilarity).toBeGreaterThan(0.5);
  });

  it('knows no period at the start, and none of a constant stands out', () => {
    const finder = finderAfter(3, () => 1);
    expect(finder.period).toBe(0);
    expect(finder.ahead(1)).toBeNaN();
    expect(finderAfter(400, () => 1).dissimilarity).toBe(1);
  });

  it('follows a change of the period', () => {
    const finder = finderAfter(2500, (t) => Math.sin((2 * Math.PI * t) / (t < 1000 ? 31 : 47)));
    expect(finder.period % 47).toBe(0);
  });
});

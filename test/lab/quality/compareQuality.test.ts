import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { compareQuality } from '../../../src/lab/quality/compareQuality.ts';
import { type SetQuality, setQuality } from '../../../src/lab/quality/setQuality.ts';
import { thresholdOptions } from '../../../src/models/decision/thresholdOptions.ts';
import { scoredBy } from './series.ts';

const policy = thresholdOptions.resolve('test', { warmUp: 0, hold: 1, release: 0.5 });
const WINDOW = { first: 300, last: 309 };

/** A detector that is right on this share of twelve series, and false once in each. */
function detector(share: number, seed: number): SetQuality {
  const random = new Random(seed);
  const detected = Array.from({ length: 12 }, (_, at) => {
    const scores = Array.from({ length: 400 }, () => 0.3 * random.uniform());
    scores[200] = 0.6;
    if (at < share * 12) scores[302] = 0.9;
    return scoredBy(`series ${at}`, scores, [WINDOW]);
  });
  return setQuality(detected, policy);
}

describe('compareQuality', () => {
  const [good, fair] = [detector(1, 1), detector(0.5, 2)];

  it('is sure of what holds on every series, and undecided between equals', () => {
    for (const { measure, at, difference, low, probability } of compareQuality([good], [fair])) {
      if (at === 'own threshold') continue; // there, both have false alerts that a best threshold avoids
      expect(difference, measure).toBeGreaterThan(0);
      expect(low, measure).toBeGreaterThan(0);
      expect(probability, measure).toBeGreaterThan(0.99);
    }
    for (const { at, difference, low, high, probability } of compareQuality([fair], [fair])) {
      if (at === 'own threshold') continue;
      expect([difference, low, high, probability]).toEqual([0, 0, 0, 0.5]);
    }
  });

  it('holds a configuration at its own threshold against the best of the baseline', () => {
    const comparisons = compareQuality([fair], [good]);
    const own = comparisons.find(({ measure, at }) => measure === 'F1 by alert' && at === 'own threshold')!;
    expect(own.difference).toBeCloseTo(fair.byAlert.own.f1! - good.byAlert.best.f1!, 12);
    const best = comparisons.find(
      ({ measure, at }) => measure === 'NAB standard' && at === 'best threshold',
    )!;
    expect(best.difference).toBeCloseTo(fair.nab[0]!.best.score! - good.nab[0]!.best.score!, 12);
  });

  it('takes the mean over the seeds of each side', () => {
    const [vus] = compareQuality([good, fair], [fair]).filter(({ measure }) => measure === 'VUS-PR');
    expect(vus!.difference).toBeCloseTo((good.vusPr! + fair.vusPr!) / 2 - fair.vusPr!, 12);
  });

  it('refuses to compare what was measured on other series', () => {
    const other = setQuality([scoredBy('another', [0, 1], [])], policy);
    expect(() => compareQuality([good], [other])).toThrow('expected the same series on both sides');
  });

  it('has nothing to say of nothing', () => {
    expect(compareQuality([], [good])).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedBootstrap } from '../../src/backtest/metrics/pairedBootstrap.ts';
import { Random } from '../../src/core/random.ts';

const meanOf = (values: readonly number[]) => (indices: readonly number[]) =>
  indices.reduce((sum, at) => sum + values[at]!, 0) / indices.length;

describe('pairedBootstrap', () => {
  it('gives the interval of the normal approximation for a mean', () => {
    const random = new Random(5);
    const values = Array.from({ length: 200 }, () => 1 + random.normal());
    const mean = meanOf(values)([...values.keys()]);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const error = Math.sqrt(variance / values.length);
    const { difference, low, high, probability } = pairedBootstrap(200, meanOf(values), { resamples: 4000 });
    expect(difference).toBe(mean);
    expect(low).toBeCloseTo(mean - 1.96 * error, 1);
    expect(high).toBeCloseTo(mean + 1.96 * error, 1);
    expect(probability).toBe(1);
  });

  it('turns its signs with the two sides', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 12 }), (values) => {
        const there = pairedBootstrap(values.length, meanOf(values), { resamples: 200 });
        const back = pairedBootstrap(values.length, (drawn) => -meanOf(values)(drawn), { resamples: 200 });
        expect(back.difference! + there.difference!).toBeCloseTo(0, 12);
        expect(back.low! + there.high!).toBeCloseTo(0, 12);
        expect(back.probability! + there.probability!).toBeCloseTo(1, 12);
      }),
    );
  });

  it('is certain where all series agree, and says half where nothing differs', () => {
    expect(pairedBootstrap(9, () => 2)).toEqual({ difference: 2, low: 2, high: 2, probability: 1 });
    expect(pairedBootstrap(9, () => 0).probability).toBe(0.5);
  });

  it('leaves out resamples in which nothing is defined', () => {
    const first = (drawn: readonly number[]) => (drawn.includes(0) ? 1 : null);
    expect(pairedBootstrap(3, first)).toEqual({ difference: 1, low: 1, high: 1, probability: 1 });
    expect(pairedBootstrap(3, () => null)).toEqual({
      difference: null,
      low: null,
      high: null,
      probability: null,
    });
  });

  it('draws the same series for the same seed', () => {
    const drawn = (seed: number): string => {
      const all: (readonly number[])[] = [];
      pairedBootstrap(5, (indices) => all.push(indices), { seed, resamples: 10 });
      return JSON.stringify(all);
    };
    expect(drawn(3)).toBe(drawn(3));
    expect(drawn(3)).not.toBe(drawn(4));
  });

  it('refuses what cannot be resampled', () => {
    expect(() => pairedBootstrap(0, () => 0)).toThrow('expected series to be a positive integer, got 0');
    expect(() => pairedBootstrap(1, () => 0, { resamples: 0 })).toThrow('expected resamples');
    expect(() => pairedBootstrap(1, () => 0, { seed: 0.5 })).toThrow('expected seed to be an integer');
  });
});

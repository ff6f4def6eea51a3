import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sample, type Statistic } from '../../../src/models/derived/statistics.ts';
import { Windows } from '../../../src/models/derived/windows.ts';
import { real } from '../../support/real.ts';

const numbers = fc.array(real(-1e6, 1e6), { minLength: 1, maxLength: 60 });

function statistic(name: Exclude<Statistic, 'count'>, values: readonly number[]): number {
  const sample = new Sample(true);
  for (const value of values) sample.add(value);
  return sample.of(name, values.length);
}

describe('statistics of a window', () => {
  it('are those of a reference', () => {
    // std: statistics.stdev of Python; percentiles: linear interpolation, worked out there as well
    const values = [3.5, -1, 4.25, 1, 5.5, -9, 2.5, 6];
    expect(statistic('sum', values)).toBe(12.75);
    expect(statistic('mean', values)).toBeCloseTo(1.59375, 12);
    expect(statistic('min', values)).toBe(-9);
    expect(statistic('max', values)).toBe(6);
    expect(statistic('last', values)).toBe(6);
    expect(statistic('std', values)).toBeCloseTo(4.86227735443265, 12);
    expect(statistic('p0', values)).toBe(-9);
    expect(statistic('p25', values)).toBe(0.5);
    expect(statistic('p50', values)).toBe(3);
    expect(statistic('p95', values)).toBeCloseTo(5.825, 12);
    expect(statistic('p99.9', values)).toBeCloseTo(5.9965, 12);
    expect(statistic('p100', values)).toBe(6);
  });

  it('leave missing values out; without any, only a sum without events is a number', () => {
    expect(statistic('mean', [1, Number.NaN, 3])).toBe(2);
    expect(statistic('std', [1])).toBeNaN();
    for (const name of ['mean', 'min', 'max', 'last', 'std', 'p50', 'sum'] as const)
      expect(statistic(name, [Number.NaN]), name).toBeNaN();
    expect(new Sample(false).of('sum', 0)).toBe(0);
  });

  it('agree with their definitions', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 100 }), (values, percent) => {
        const sorted = values.toSorted((a, b) => a - b);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(statistic('mean', values)).toBeCloseTo(mean, 4);
        const found = statistic(`p${percent}`, values);
        expect(found).toBeGreaterThanOrEqual(sorted[0]!);
        expect(found).toBeLessThanOrEqual(sorted.at(-1)!);
        const below = sorted.filter((value) => value <= found + 1e-9).length;
        expect(below).toBeGreaterThanOrEqual(Math.floor((percent / 100) * (sorted.length - 1)) + 1);
      }),
    );
  });
});

describe('windows', () => {
  const plan = { every: 10, by: ['count', 'sum', 'max'] as const, maxFill: 5 };

  it('begin at multiples of their length, and end with the first event after them', () => {
    const windows = new Windows<string>(plan);
    expect(windows.add(13, [1], 'a')).toEqual([]);
    expect(windows.add(19.9, [5], 'b')).toEqual([]);
    expect(windows.add(20, [2], 'c')).toEqual([{ start: 10, events: 2, values: [2, 6, 5], last: 'b' }]);
    expect(windows.events).toBe(1);
    expect(windows.end).toBe(30);
    expect(windows.isLate(19)).toBe(true);
    expect(windows.isLate(20)).toBe(false);
  });

  it('without events come in between, unless there are too many', () => {
    const windows = new Windows<string>(plan);
    windows.add(0, [1], 'a');
    expect(windows.add(30, [1], 'b')).toEqual([
      { start: 0, events: 1, values: [1, 1, 1], last: 'a' },
      { start: 10, events: 0, values: [0, 0, Number.NaN], last: undefined },
      { start: 20, events: 0, values: [0, 0, Number.NaN], last: undefined },
    ]);
    expect(windows.add(100, [1], 'c').map(({ start }) => start)).toEqual([30]); // six would be more than five
  });

  it('before 1970 are like all others', () => {
    const windows = new Windows<string>(plan);
    windows.add(-1, [1], 'a');
    expect(windows.add(0, [1], 'b')).toMatchObject([{ start: -10 }]);
  });

  it('lose no event and no value, in whatever steps time goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 }), (steps) => {
        const windows = new Windows<number>({ every: 10, by: ['count', 'sum'], maxFill: 100 });
        let time = 0;
        const ended = steps.flatMap((step) => {
          time += step;
          return windows.add(time, [time], time);
        });
        ended.push(...windows.advance(time + 10));
        const starts = ended.map(({ start }) => start);
        expect(starts).toEqual(starts.map((_, n) => starts[0]! + 10 * n));
        expect(ended.reduce((sum, { events }) => sum + events, 0)).toBe(steps.length);
        let at = 0;
        let total = 0;
        for (const step of steps) {
          at += step;
          total += at;
        }
        expect(ended.reduce((sum, { values }) => sum + values[1]!, 0)).toBe(total);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { CounterRate } from '../../../src/models/derived/counterRate.ts';
import { RecentKeys } from '../../../src/models/derived/recentKeys.ts';
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
    expect(statistic('std', [1, 3])).toBeCloseTo(Math.SQRT2, 12);
    expect(statistic('max', [6, 2])).toBe(6);
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
    expect(windows.add(90, [1], 'c').map(({ start }) => start)).toEqual([30, 40, 50, 60, 70, 80]);
    expect(windows.add(160, [1], 'd').map(({ start }) => start)).toEqual([90]); // six would be more than five
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

  it('resumed anywhere end as they would have, but for the event itself', () => {
    const whole = new Windows<number>({ every: 10, by: ['count', 'std', 'p25', 'last'], maxFill: 3 });
    let resumed = new Windows<number>({ every: 10, by: ['count', 'std', 'p25', 'last'], maxFill: 3 });
    const random = new Random(1);
    let [time, closed] = [1000, 0];
    for (let n = 0; n < 400; n++) {
      const saved = structuredClone(resumed.save());
      resumed = new Windows<number>({ every: 10, by: ['count', 'std', 'p25', 'last'], maxFill: 3 });
      resumed.resume(saved);
      time += random.below(20) === 0 ? 70 : random.below(9);
      const value = [random.normal(), random.below(4) === 0 ? Number.NaN : random.normal()];
      const [expected, got] = [whole, resumed].map((each) =>
        n % 7 === 3 ? each.advance(time) : each.add(time, n % 9 === 5 ? undefined : value, n),
      );
      expect(got!.map(({ last: _, ...rest }) => rest)).toEqual(expected!.map(({ last: _, ...rest }) => rest));
      closed += got!.length;
    }
    expect(closed).toBeGreaterThan(100);
  });
});

describe('the rate of a counter', () => {
  it('is what it counted since the last reading with a value, from 0 after a reset, by the time between', () => {
    const random = new Random(2);
    let counter = new CounterRate();
    let last: { time: number; count: number } | undefined;
    let resets = 0;
    for (let n = 0; n < 300; n++) {
      const time = 1e12 + 1000 * n - (n % 11 === 4 ? 1000 : 0); // now and then no time has passed
      const count = n % 13 === 6 ? Number.NaN : n % 40 === 0 ? 5 : 10 * n + random.below(10);
      const isNext = !Number.isNaN(count) && !(last !== undefined && time <= last.time);
      const isReset = isNext && last !== undefined && count < last.count;
      const counted = isReset ? count : count - (last?.count ?? Number.NaN);
      const rate = isNext && last !== undefined ? counted / (time - last.time) : Number.NaN;
      expect(counter.hasBegun).toBe(last !== undefined);
      expect(counter.read(time, count)).toEqual({ rate, isReset });
      if (isNext) last = { time, count };
      if (isReset) resets++;
      const saved = structuredClone(counter.save());
      counter = new CounterRate();
      counter.resume(saved);
    }
    expect(resets).toBeGreaterThan(3);
  });
});

describe('keys in use', () => {
  it('are those used last, and the one idle longest is dropped', () => {
    const random = new Random(3);
    const dropped: [string | undefined, number][] = [];
    let made = 0;
    const keys = new RecentKeys<number>(
      5,
      () => made++,
      (key, value) => dropped.push([key, value]),
    );
    let written: [string | undefined, number][] = []; // the one idle longest first
    for (let n = 0; n < 300; n++) {
      const key = [undefined, ...'abcdefg'][random.below(8)];
      const known = written.find(([each]) => each === key);
      expect(keys.peek(key)).toBe(known?.[1]);
      if (n % 3 === 0) continue;
      const used = known ?? [key, made];
      expect(keys.use(key)).toBe(used[1]);
      written = [...written.filter((each) => each !== known), used];
      expect(dropped.splice(0)).toEqual(written.splice(0, Math.max(0, written.length - 5)));
      expect([...keys.entries()]).toEqual(written);
    }
  });
});

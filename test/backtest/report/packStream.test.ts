import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packStream } from '../../../src/backtest/report/packStream.ts';
import type { ReportStream } from '../../../src/backtest/report/reportDocument.ts';
import type { Columns } from '../../../src/charts/unpackStream.ts';
import { unpackStream } from '../../../src/charts/unpackStream.ts';
import { real } from '../../support/real.ts';
import { sampleStream } from './sampleReport.ts';

/** What the page gets of a stream with these values and times. */
function received(value: Float64Array, times?: Float64Array): Columns {
  const stream: ReportStream = {
    ...sampleStream({ name: 'any', records: value.length }),
    times,
    dimensions: [{ name: 'any', value, expected: value, lower: value, upper: value }],
  };
  return unpackStream(JSON.parse(JSON.stringify(packStream(stream))));
}

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  real(-100, 100),
  fc.constant(Number.NaN),
);

describe('packStream', () => {
  it('keeps six digits of every number and every gap', () => {
    const column = fc.array(numbers, { maxLength: 50 }).map((list) => Float64Array.from(list));
    fc.assert(
      fc.property(column, (value) => {
        const largest = value.reduce((most, x) => Math.max(most, Math.abs(x) || 0), 0);
        const back = received(value).dimensions[0]!.value;
        expect(back.length).toBe(value.length);
        value.forEach((x, i) => {
          // The range of a 4-byte float ends near 1e-38: next to large numbers, smaller ones are 0.
          const off = Math.abs(back[i]! - x);
          if (Number.isNaN(x)) expect(back[i]).toBeNaN();
          else expect(off).toBeLessThanOrEqual(Math.max(1e-6 * Math.abs(x), 1e-12 * largest));
        });
      }),
    );
  });

  it('keeps a small movement around a large offset', () => {
    const value = Float64Array.from({ length: 100 }, (_, i) => 1e9 + Math.sin(i));
    expect(received(value).dimensions[0]!.value).toEqual(value);
  });

  it('keeps times exactly, whether their steps are equal or not', () => {
    const step = fc.oneof(
      fc.constant(60_000),
      fc.constant(0),
      fc.integer({ min: -5, max: 1e9 }),
      fc.constant(0.25),
    );
    const steps = fc.array(step, { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 2e12 }), steps, (start, list) => {
        let time = start;
        const times = Float64Array.from(list, (by) => {
          time += by;
          return time;
        });
        expect(received(new Float64Array(times.length), times).times).toEqual(times);
      }),
    );
  });

  it('takes a few characters for the times of a regular stream', () => {
    const packed = packStream(sampleStream({ name: 'regular', records: 5000, times: 'regular' }));
    expect(JSON.stringify(packed.times).length).toBeLessThan(60);
  });

  it.each([
    ['without times', undefined],
    ['with a time that is not known', Float64Array.of(1, Number.NaN, 3)],
    ['whose times go back', Float64Array.of(1, 3, 2)],
    ['whose times are all the same', Float64Array.of(7, 7, 7)],
  ])('gives the page record numbers as the x axis of a stream %s', (_, times) => {
    const { x, xIsTime } = received(new Float64Array(3), times);
    expect(xIsTime).toBe(false);
    expect(x).toEqual(Float64Array.of(1, 2, 3));
  });
});

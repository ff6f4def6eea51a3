import { describe, expect, it } from 'vitest';
import { LstmInputs } from '../../../src/models/forecasters/lstmInputs.ts';

const HOUR = 3_600_000; // ms

describe('LstmInputs', () => {
  it('is the newest values, then those before, newest first', () => {
    const inputs = new LstmInputs(2, 2, false);
    expect(inputs.size).toBe(6);
    const rows = [1, 2, 3, 4].map((t) => [...inputs.next(Float64Array.of(t, 10 * t), undefined)]);
    expect(rows[0]).toEqual([1, 10, 0, 0, 0, 0]);
    expect(rows[3]).toEqual([4, 40, 3, 30, 2, 20]);
  });

  it('adds sine and cosine of the time of day and of the week', () => {
    const inputs = new LstmInputs(1, 0, true);
    const [x, daySine, dayCosine, weekSine, weekCosine] = inputs.next(Float64Array.of(5), 6 * HOUR);
    expect(x).toBe(5);
    expect([daySine, dayCosine]).toEqual([1, expect.closeTo(0, 12)]);
    const week = (2 * Math.PI * 6) / 168;
    expect([weekSine, weekCosine]).toEqual([
      expect.closeTo(Math.sin(week), 12),
      expect.closeTo(Math.cos(week), 12),
    ]);
  });

  it('knows the same hour a week later, a week earlier and before 1970', () => {
    const at = (hours: number): number[] => [
      ...new LstmInputs(1, 1, true).next(Float64Array.of(0), hours * HOUR),
    ];
    for (const hours of [5 + 168, 5 - 168, 5 - 1680]) {
      for (const [k, value] of at(hours).entries()) expect(value).toBeCloseTo(at(5)[k], 9);
    }
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY])(
    'has zeros for the calendar at the time %s',
    (time) => {
      expect([...new LstmInputs(1, 0, true).next(Float64Array.of(5), time)]).toEqual([5, 0, 0, 0, 0]);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { ChangeScale } from '../../../src/models/forecasters/changeScale.ts';
import { LstmInputs } from '../../../src/models/forecasters/lstmInputs.ts';

const HOUR = 3_600_000; // ms
const UNKNOWN = new ChangeScale(2); // says 1

describe('LstmInputs', () => {
  it('is the newest values, those before, and every second lag’s worth of changes in their unit, each newest first', () => {
    const inputs = new LstmInputs(2, 3, false);
    const scale = new ChangeScale(2);
    for (let d = 0; d < 2; d++) scale.learn(d, 0, [1, 0.25][d], 1);
    expect(inputs.size).toBe(12);
    const rows = [1, 1.5, 2].map((x) => [...inputs.next(Float64Array.of(x, x / 2), undefined, scale)]);
    expect(rows[0]).toEqual([1, 0.5, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0]);
    expect(rows[2]).toEqual([2, 1, 1.5, 0.75, 1, 0.5, 0, 0, 0.5, 1, 0.5, 1]);
  });

  it('compresses a change that is unlike the usual ones', () => {
    const inputs = new LstmInputs(1, 1, false);
    const scale = new ChangeScale(1);
    scale.learn(0, 0, 0.01, 1);
    expect(inputs.next(Float64Array.of(0.05), undefined, scale)[2]).toBeCloseTo(2 + Math.log(4), 12);
  });

  it('adds sine and cosine of the time of day and of the week', () => {
    const inputs = new LstmInputs(1, 0, true);
    const [x, daySine, dayCosine, weekSine, weekCosine] = inputs.next(Float64Array.of(5), 6 * HOUR, UNKNOWN);
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
      ...new LstmInputs(1, 1, true).next(Float64Array.of(0), hours * HOUR, UNKNOWN),
    ];
    for (const hours of [5 + 168, 5 - 168, 5 - 1680]) {
      for (const [k, value] of at(hours).entries()) expect(value).toBeCloseTo(at(5)[k], 9);
    }
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY])(
    'has zeros for the calendar at the time %s',
    (time) => {
      expect([...new LstmInputs(1, 0, true).next(Float64Array.of(5), time, UNKNOWN)]).toEqual([
        5, 0, 0, 0, 0,
      ]);
    },
  );
});

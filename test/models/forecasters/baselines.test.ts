import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { RunningMeanForecaster } from '../../../src/models/forecasters/runningMeanForecaster.ts';
import { SeasonalForecaster } from '../../../src/models/forecasters/seasonalForecaster.ts';
import { BAND } from '../../../src/models/scaling/laplaceBand.ts';
import { laplaceNoise } from '../../support/distributions.ts';
import { observed, untimed, WAVE_PERIOD, wave } from '../../support/observations.ts';

const HALF_HOUR = 1_800_000; // ms

describe('LastValueForecaster', () => {
  it('expects what was, and where nothing was, what was before', () => {
    const forecaster = new LastValueForecaster({ dimensions: 2 });
    forecaster.learn(untimed(1, 10), 1);
    forecaster.learn(untimed(2, Number.NaN), 0);
    expect(forecaster.predict().expected).toEqual([2, 10]);
  });

  it('has a band of the mean |step|', () => {
    const forecaster = new LastValueForecaster({ dimensions: 1 });
    for (const value of [0, 1, -1, 0]) forecaster.learn(untimed(value), 1);
    const { scale, lower, upper } = forecaster.predict();
    expect(scale[0]).toBeCloseTo((1 + 2 + 1) / 3, 12);
    expect([lower[0], upper[0]]).toEqual([-BAND * scale[0], BAND * scale[0]]);
  });

  it('refuses wrong options', () => {
    expect(() => new LastValueForecaster({ dimensions: 0 })).toThrow(
      'expected dimensions to be a positive integer, got 0',
    );
    expect(() => new LastValueForecaster({ dimensions: 1, halfLife: 0 })).toThrow(
      'LastValueForecaster: expected halfLife to be a positive number, got 0',
    );
  });
});

describe('EmaForecaster', () => {
  it('starts as the plain average', () => {
    const forecaster = new EmaForecaster({ dimensions: 1, alpha: 0.1 });
    for (const value of [3, 5, 10]) forecaster.learn(untimed(value), 1);
    expect(forecaster.predict().expected[0]).toBeCloseTo(6, 12);
  });

  it('continues as m ← m + α (v − m)', () => {
    const forecaster = new EmaForecaster({ dimensions: 1, alpha: 0.25 });
    let average = 0;
    for (let n = 1; n <= 50; n++) {
      const value = Math.cos(n);
      average += Math.max(0.25, 1 / n) * (value - average);
      forecaster.learn(untimed(value), 1);
    }
    expect(forecaster.predict().expected[0]).toBeCloseTo(average, 12);
  });

  it('leaves out what has weight 0, except that a first value is better than none', () => {
    const forecaster = new EmaForecaster({ dimensions: 1 });
    forecaster.learn(untimed(4), 0);
    forecaster.learn(untimed(100), 0);
    expect(forecaster.predict().expected).toEqual([4]);
  });

  it.each([
    [{ alpha: 0 }, 'expected alpha to be a positive number, got 0'],
    [{ alpha: 1.1 }, 'expected alpha to be a number from 0 to 1, got 1.1'],
    [{ halfLife: Number.NaN }, 'expected halfLife to be a positive number, got NaN'],
  ])('refuses %j', (options, message) => {
    expect(() => new EmaForecaster({ dimensions: 1, ...options })).toThrow(`EmaForecaster: ${message}`);
  });
});

describe('RunningMeanForecaster', () => {
  it('expects the mean, within a band of the mean |deviation|, whatever came last', () => {
    const forecaster = new RunningMeanForecaster({ dimensions: 1 });
    const random = new Random(1);
    for (let t = 0; t < 5000; t++) forecaster.learn(untimed(7 + 3 * laplaceNoise(random)), 1);
    const before = forecaster.predict();
    expect(before.expected[0]).toBeCloseTo(7, 0);
    expect(before.scale[0] / 3).toBeGreaterThan(0.85); // the scaler winsorises
    expect(before.scale[0] / 3).toBeLessThan(1.1);
    forecaster.learn(untimed(20), 1);
    expect(Math.abs(forecaster.predict().expected[0] - before.expected[0])).toBeLessThan(0.01);
  });

  it('refuses wrong options', () => {
    expect(() => new RunningMeanForecaster({ dimensions: 1, halfLife: 0 })).toThrow(
      'RunningMeanForecaster: expected halfLife to be a positive number, got 0',
    );
  });
});

describe('SeasonalForecaster', () => {
  it('by count expects what was at this place of the season', () => {
    const forecaster = new SeasonalForecaster({ dimensions: 1, period: 3 });
    for (let t = 0; t < 9; t++) forecaster.learn(untimed([5, 7, -1][t % 3]), 1);
    expect(forecaster.predict().expected).toEqual([5]);
    forecaster.learn(untimed(5), 1);
    expect(forecaster.predict().expected).toEqual([7]);
  });

  it('averages two seasons evenly and gives the newest a fifth later', () => {
    const forecaster = new SeasonalForecaster({ dimensions: 1, period: 1, alpha: 0.2 });
    for (const value of [0, 10]) forecaster.learn(untimed(value), 1);
    expect(forecaster.predict().expected).toEqual([5]);
    for (let n = 0; n < 10; n++) forecaster.learn(untimed(5), 1);
    forecaster.learn(untimed(10), 1);
    expect(forecaster.predict().expected[0]).toBeCloseTo(6, 12);
  });

  it('falls back on the last value where it has never been', () => {
    const forecaster = new SeasonalForecaster({ dimensions: 1, period: 10 });
    forecaster.learn(untimed(3), 1);
    forecaster.learn(untimed(4), 1);
    expect(forecaster.predict().expected).toEqual([4]);
  });

  it.each([
    ['day', 24],
    ['week', 7 * 24],
  ] as const)(
    'by %s knows the hour by event time, past and before 1970, with rows missing',
    (period, hours) => {
      for (const start of [Date.UTC(2026, 0, 5), Date.UTC(1931, 5, 1)]) {
        const forecaster = new SeasonalForecaster({ dimensions: 1, period });
        const at = (hour: number) => ({
          time: start + hour * 2 * HALF_HOUR,
          value: [hour % hours],
          imputed: false,
        });
        for (let hour = 0; hour < 4 * hours; hour++) if (hour % 5 !== 3) forecaster.learn(at(hour), 1);
        let wrong = 0;
        for (let hour = 4 * hours; hour < 5 * hours; hour++) {
          if (Math.abs(forecaster.predict().expected[0] - (hour % hours)) > 1e-9) wrong++;
          forecaster.learn(at(hour), 1);
        }
        expect(wrong).toBe(0);
      }
    },
  );

  it('moves the mean of a slot by its share of a season, spread over the observations of the usual cadence', () => {
    const forecaster = new SeasonalForecaster({ dimensions: 1, period: 'day', alpha: 0.3 });
    const random = new Random(41);
    const slots = new Map<number, { mean: number; visits: number }>();
    const slotOf = (time: number): number => Math.floor((time % 86_400_000) / HALF_HOUR);
    let [time, usual, last] = [Date.UTC(2026, 0, 5), 0, Number.NaN];
    for (let t = 0; t < 2500; t++) {
      // Every ten minutes, then every four; a gap, and two at a time, at times.
      const gap = (t % 211 === 100 ? 90 : t % 50 === 7 ? 0 : t < 900 ? 10 : 4) * 60_000;
      const expected = slots.get(slotOf(time + usual))?.mean ?? last;
      if (t > 0) {
        expect(forecaster.predict().expected[0]).toBeCloseTo(expected, 9);
        time += gap;
        if (gap > 0) usual = usual === 0 ? gap : (usual + gap) / 2;
      }
      const [value, weight] = [slotOf(time) + random.normal(), [1, 0.5, 0][t % 3]!];
      forecaster.learn({ time, value: [value], imputed: false }, weight);
      last = value;
      const slot = slots.get(slotOf(time));
      if (slot === undefined) slots.set(slotOf(time), { mean: value, visits: 1 });
      else if (weight > 0) {
        const share = Math.max(0.3 / Math.max(1, HALF_HOUR / Math.max(1, usual)), 1 / ++slot.visits);
        slot.mean += weight * share * (value - slot.mean);
      }
    }
  });

  it('in a stream without times has one slot by day: the running mean', () => {
    const forecaster = new SeasonalForecaster({ dimensions: 1, period: 'day' });
    for (const value of [1, 2, 3]) forecaster.learn(untimed(value), 1);
    expect(forecaster.predict().expected[0]).toBeCloseTo(2, 12);
  });

  it('keeps a slot as it is where a value is missing or of weight 0', () => {
    const forecaster = new SeasonalForecaster({ dimensions: 2, period: 1 });
    forecaster.learn(observed([1, 2], 0), 1);
    forecaster.learn(observed([Number.NaN, 4], 1), 1);
    forecaster.learn(observed([9, 9], 2), 0);
    expect(forecaster.predict().expected).toEqual([1, 3]);
  });

  it.each([
    [{ period: 0 }, `expected period to be a positive integer, 'day' or 'week', got 0`],
    [{ period: 1.5 }, `expected period to be a positive integer, 'day' or 'week', got 1.5`],
    [{ alpha: 0 }, 'expected alpha to be a positive number, got 0'],
  ])('refuses %j', (options, message) => {
    expect(() => new SeasonalForecaster({ dimensions: 1, ...options })).toThrow(
      `SeasonalForecaster: ${message}`,
    );
  });
});

describe('the seasonal profile ahead', () => {
  it.each(['day', WAVE_PERIOD] as const)(
    'by %s: what it will expect once the events between have come',
    (period) => {
      const forecaster = new SeasonalForecaster({ dimensions: 2, period });
      for (let t = 0; t < 5 * WAVE_PERIOD; t++) {
        expect(forecaster.expectAhead(1)).toEqual(forecaster.predict().expected);
        forecaster.learn(observed([wave(t, 0), wave(t, 1)], t), 1);
      }
      for (const steps of [1, 4, 16]) {
        const due = 5 * WAVE_PERIOD + steps - 1;
        for (const d of [0, 1]) expect(forecaster.expectAhead(steps)[d]).toBeCloseTo(wave(due, d), 6);
      }
    },
  );
});

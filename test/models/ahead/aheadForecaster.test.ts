import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { AheadForecaster, type AheadPrediction } from '../../../src/models/ahead/aheadForecaster.ts';
import type { AheadOptions } from '../../../src/models/ahead/aheadOptions.ts';
import { PathMixture } from '../../../src/models/ahead/pathMixture.ts';
import { StepBands } from '../../../src/models/ahead/stepBands.ts';
import type { ForecasterFactory, Observation } from '../../../src/models/forecaster.ts';
import { namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { SeasonalForecaster } from '../../../src/models/forecasters/seasonalForecaster.ts';
import { pretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { observed, throughText, untimed, WAVE_PERIOD, wave, waves } from '../../support/observations.ts';
import { real } from '../../support/real.ts';
import { SMALL } from '../../support/series.ts';
import { expectDamageRefused, expectRefused } from '../../support/snapshotChecks.ts';

const { warmUp: _warmUp, ...small } = SMALL;
const lastValue = namedForecasters.lastValue(1);
const lstm = namedForecasters.lstm(1, { ...small, horizons: [1, 4] });

function taught(
  observations: readonly Observation[],
  options: AheadOptions,
  dimensions = 1,
): AheadForecaster {
  const forecaster = new AheadForecaster({ dimensions, ...options });
  for (const observation of observations) forecaster.learn(observation, 1);
  return forecaster;
}

function expectSound(ahead: readonly AheadPrediction[], dimensions: number): void {
  for (const { expected, quantiles } of ahead) {
    expect(expected).toHaveLength(dimensions);
    for (const numbers of [expected, ...quantiles]) expect(numbers.every(Number.isFinite)).toBe(true);
    for (let k = 1; k < quantiles.length; k++)
      for (let d = 0; d < dimensions; d++)
        expect(quantiles[k][d]).toBeGreaterThanOrEqual(quantiles[k - 1][d]);
  }
}

/** Share of the values in the outer quantiles, and mean absolute error, by step. */
function outcome(
  values: readonly number[],
  options: AheadOptions,
  from: number,
): { readonly held: number[]; readonly error: number[] } {
  const steps = options.steps ?? 16;
  const forecaster = new AheadForecaster({ dimensions: 1, ...options });
  const made: (readonly AheadPrediction[])[] = [];
  const [held, error, count] = [0, 1, 2].map(() => new Array<number>(steps).fill(0));
  for (const [t, value] of values.entries()) {
    for (let h = 1; h <= steps && t - h >= from; h++) {
      const { expected, quantiles } = made[t - h][h - 1];
      if (value >= quantiles[0][0] && value <= quantiles.at(-1)![0]) held[h - 1]++;
      error[h - 1] += Math.abs(value - expected[0]);
      count[h - 1]++;
    }
    forecaster.learn(untimed(value), 1);
    made.push(forecaster.predictAhead());
  }
  return { held: held.map((n, h) => n / count[h]), error: error.map((sum, h) => sum / count[h]) };
}

describe('AheadForecaster', () => {
  it('says nothing before the first event, and something of every step from then on', () => {
    const forecaster = new AheadForecaster({ dimensions: 2, steps: 3, forecaster: lastValue });
    expect(forecaster.predictAhead()).toEqual(
      [1, 2, 3].map((step) => ({
        step,
        time: undefined,
        expected: [Number.NaN, Number.NaN],
        quantiles: new Array(3).fill([Number.NaN, Number.NaN]),
      })),
    );
    for (const observation of waves(60, 2)) {
      forecaster.learn(observation, 1);
      expectSound(forecaster.predictAhead(), 2);
    }
  });

  it('alone, iterates the forecaster: what is expected is what it expects of events without a value', () => {
    const observations = waves(80, 1);
    const forecaster = lstm(1);
    for (const observation of observations) forecaster.learn(observation, 1);
    const ahead = taught(observations, { steps: 5, forecaster: lstm, combine: false }).predictAhead();
    for (const { step, time, expected } of ahead) {
      expect(expected[0]).toBeCloseTo(forecaster.predict().expected[0], 10);
      forecaster.learn({ ...observed([Number.NaN], 79 + step), imputed: true }, 0);
      expect(time).toBe(observed([0], 79 + step).time);
    }
  });

  it('is made of its candidates, their mixture and its bands, which learn from each kept forecast when its event arrives', () => {
    const [D, steps, every] = [2, 50, 3];
    const horizons = [1, 4, 6];
    const lstm = namedForecasters.lstm(1, { ...small, horizons });
    const [keptEvery, halfLife] = [6, 200 / 6]; // at most 16 kept forecasts wait for their events
    const quantiles = [0.1, 0.5, 0.9];
    const ahead = new AheadForecaster({ dimensions: D, steps, every, quantiles, forecaster: lstm });
    const [live, copy] = [lstm(D), lstm(D)];
    const profile = new SeasonalForecaster({ dimensions: D });
    const size = steps * D;
    const C = 1 + 2 + 4; // the forecaster, its further horizons, and four simple expectations
    const mixture = new PathMixture(C, steps, D, halfLife);
    const bands = new StepBands(quantiles, steps, D, halfLife);
    const [last, mean, deviation, seen] = [Number.NaN, 0, 0, 0].map((x) => new Array<number>(D).fill(x));
    const isNegative = new Array<boolean>(D).fill(false);
    const known = new Array<number>(D).fill(0);
    const least = (d: number): number => (isNegative[d] || known[d]! < 100 ? Number.NEGATIVE_INFINITY : 0);
    // Events of half an hour that come late at times, all of them from some on, and some at the time of the one before.
    const clock = (t: number): { time: number; calendarTime: number } => {
      const minutes =
        30 * (t % 40 >= 20 && t % 40 < 25 ? t - (t % 40) + 19 : t) +
        (t % 40 < 20 && t % 5 === 2 ? 7 : 0) +
        (t > 100 ? 600 : 0);
      return { time: minutes * 60_000, calendarTime: (minutes + (t > 150 ? 60 : 0)) * 60_000 };
    };
    const gaps: number[] = [];
    let usualStep = 0;
    const forecast = (t: number) => {
      const paths = new Float64Array(C * size);
      copy.restore(live.snapshot());
      for (let h = 1; h <= steps; h++) {
        const { expected, earlier } = copy.predict();
        const [now, then] = [profile.expectAhead(0), profile.expectAhead(h)];
        for (let d = 0; d < D; d++) {
          const each = [
            expected[d]!,
            ...earlier!.map((made, k) => (h < horizons[k + 1]! ? Number.NaN : made.expected[d]!)),
            last[d]!,
            seen[d] === 0 ? Number.NaN : mean[d]!,
            then[d]!,
            last[d]! + (then[d]! - now[d]!),
          ];
          for (const [c, one] of each.entries()) paths[c * size + (h - 1) * D + d] = one;
        }
        const { time, calendarTime } = clock(t);
        const later = h * usualStep;
        const value = [Number.NaN, Number.NaN];
        copy.learn({ time: time + later, calendarTime: calendarTime + later, value, imputed: true }, 0);
      }
      const [mixed, units] = [new Float64Array(size), new Float64Array(size)];
      mixture.mix(paths, mixed);
      const expected = mixed.map((each, at) => Math.max(least(at % D), each));
      bands.units(expected, live.predict().scale, (d) => deviation[d]!, units);
      return { t, paths, expected, units, offsets: bands.offsets.slice() };
    };
    const kept: ReturnType<typeof forecast>[] = [];
    const random = new Random(9);
    expect(ahead.isDue).toBe(false);
    for (let t = 0; t < 320; t++) {
      const season = 2 * Math.sin((2 * Math.PI * t) / WAVE_PERIOD);
      const value = [
        Math.max(0, season + random.normal()),
        t % 7 === 3 ? Number.NaN : season - random.normal(),
      ];
      const weight = [0, 1, 0.5, 1][t % 4]!;
      for (const made of kept) {
        const h = t - made.t;
        for (let d = 0, at = (h - 1) * D; d < D && h <= steps; d++, at++) {
          mixture.learn(made.paths, at, value[d]!, weight);
          bands.learn(at, value[d]!, made.expected[at]!, made.units[at]!, made.offsets, weight);
        }
      }
      const observation = { ...clock(t), value, imputed: false };
      ahead.learn(observation, weight);
      live.learn(observation, weight);
      profile.learn({ ...observation, time: observation.calendarTime }, weight);
      const gap = t === 0 ? 0 : clock(t).time - clock(t - 1).time;
      if (gap > 0) gaps.push(gap);
      usualStep = gaps.slice(-9).sort((a, b) => a - b)[Math.min(9, gaps.length) >> 1] ?? 0;
      for (const [d, each] of value.entries()) {
        if (Number.isNaN(each)) continue;
        last[d] = each;
        isNegative[d] ||= each < 0;
        known[d]!++;
        if (weight === 0) continue;
        const rate = weight * Math.max(1 / 300, 1 / ++seen[d]!);
        if (seen[d]! > 1) deviation[d]! += rate * (Math.abs(each - mean[d]!) - deviation[d]!);
        mean[d]! += rate * (each - mean[d]!);
      }
      bands.note(live.predict().scale);
      expect(ahead.isDue).toBe(t % every === 0);
      if (t % keptEvery === 0) kept.push(forecast(t));
      if (t % 20 !== 13 && t % 40 !== 24 && t > 2) continue;
      const { expected, units } = forecast(t);
      for (const { step, ...made } of ahead.predictAhead()) {
        expect(made.time).toBe(clock(t).time + step * usualStep);
        for (let d = 0, at = (step - 1) * D; d < D; d++, at++) {
          expect(made.expected[d]).toBeCloseTo(expected[at]!, 9);
          const spread = bands.quantiles(at, expected[at]!, units[at]!);
          expect(made.quantiles.map((each) => each[d])).toEqual(
            spread.map((q) => expect.closeTo(Math.max(least(d), q), 9)),
          );
        }
      }
    }
  });

  it('has times by the usual time step, which a gap does not change', () => {
    const times = [0, 1, 2, 3, 4, 50, 51].map((hour) => hour * 3_600_000);
    const observations = times.map((time) => ({ time, value: [1], imputed: false }));
    const [next, second] = taught(observations, { steps: 2, forecaster: lastValue }).predictAhead();
    expect([next.time, second.time]).toEqual([52, 53].map((hour) => hour * 3_600_000));
  });

  it('learns the season of the day, though its forecaster knows none', () => {
    const days = waves(20 * WAVE_PERIOD, 1, 0.05);
    const ahead = taught(days, { steps: WAVE_PERIOD, forecaster: lastValue }).predictAhead();
    for (const { step, expected, quantiles } of ahead) {
      expect(Math.abs(expected[0] - wave(days.length - 1 + step, 0))).toBeLessThan(0.3);
      expect(quantiles[2][0] - quantiles[0][0]).toBeLessThan(1);
    }
  });

  it('goes by the clocks of the stream where it has a calendar of its own', () => {
    const days = waves(10 * WAVE_PERIOD, 1, 0.05);
    const summer = days.length / 2; // from there on, clocks are an hour ahead
    const shifted = days.map(({ time, ...rest }, t) => ({
      ...rest,
      time: time! - (t < summer ? 0 : 3_600_000),
      calendarTime: time,
    }));
    const options = { steps: 24, forecaster: lastValue };
    const [plain, local] = [days, shifted].map((each) => taught(each, options).predictAhead());
    expect(local.map(({ expected }) => expected)).toEqual(plain.map(({ expected }) => expected));
    expect(local.map(({ time }) => time)).toEqual(plain.map(({ time }) => time! - 3_600_000));
  });

  it.each([
    ['a random walk', (random: Random, before: number) => before + random.normal()],
    ['noise with outliers', (random: Random) => random.normal() * (random.normal() > 1.3 ? 8 : 1)],
    ['a skewed stream', (random: Random) => Math.exp(1.5 * random.normal())],
    ['a slow return to the mean', (random: Random, before: number) => 0.97 * before + random.normal()],
  ])('holds 80 %% at every step: %s', (_name, next) => {
    const random = new Random(5);
    let value = 0;
    const values = Array.from({ length: 4000 }, () => (value = next(random, value)));
    const { held } = outcome(values, { steps: 16, forecaster: lastValue }, 300);
    for (const share of held) {
      expect(share).toBeGreaterThan(0.77);
      expect(share).toBeLessThan(0.83);
    }
  });

  it('holds as much as the quantiles say', () => {
    const random = new Random(6);
    const values = Array.from({ length: 4000 }, () => random.normal());
    const wide = outcome(values, { steps: 3, quantiles: [0.025, 0.975], forecaster: lastValue }, 300).held;
    for (const share of wide) expect(Math.abs(share - 0.95)).toBeLessThan(0.015);
    const half = outcome(values, { steps: 3, quantiles: [0.25, 0.75], forecaster: lastValue }, 300).held;
    for (const share of half) expect(Math.abs(share - 0.5)).toBeLessThan(0.03);
  });

  it('combined, is as good as the best of its means within 5 %, whatever the stream is', () => {
    const random = new Random(7);
    const noise = Array.from({ length: 2000 }, () => random.normal());
    let level = 0;
    const walk = noise.map((step) => (level += step));
    const far = (values: readonly number[], combine: boolean): number =>
      outcome(values, { steps: 8, forecaster: lastValue, combine }, 300).error[7];
    expect(far(walk, true)).toBeLessThan(1.05 * far(walk, false));
    const meanError = noise.reduce((sum, value) => sum + Math.abs(value), 0) / noise.length;
    expect(far(noise, true)).toBeLessThan(1.05 * meanError);
    expect(far(noise, false)).toBeGreaterThan(1.3 * meanError);
  });

  it('expects nothing negative of a dimension that never was, from 100 values on', () => {
    const random = new Random(3);
    const counts = Array.from({ length: 200 }, (_, t) =>
      untimed(Math.max(0, Math.round(1 + 2 * random.normal())), -t % 3),
    );
    const ahead = taught(counts, { steps: 20, forecaster: lastValue }, 2).predictAhead();
    for (const { expected, quantiles } of ahead) {
      expect(Math.min(expected[0], quantiles[0][0])).toBeGreaterThanOrEqual(0);
      expect(quantiles[0][1]).toBeLessThan(0);
    }
  });

  it('forecasts a constant as itself', () => {
    const constant = Array.from({ length: 100 }, () => untimed(42));
    for (const { expected, quantiles } of taught(constant, { forecaster: lastValue }).predictAhead()) {
      expect(expected[0]).toBe(42);
      expect(quantiles[2][0] - quantiles[0][0]).toBeLessThan(1e-6);
    }
  });

  it('is never poisoned by missing values, wild ones and strange times', () => {
    const value = fc.oneof(
      fc.constantFrom(Number.NaN, 1e300, -1e300, 0, 5e-324),
      fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
    );
    const time = fc.option(real(-8.64e15, 8.64e15), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, time), { minLength: 30, maxLength: 60 }), (events) => {
        const forecaster = new AheadForecaster({ dimensions: 1, steps: 4, forecaster: lastValue });
        forecaster.learn(untimed(1), 1);
        for (const [number, moment] of events) {
          forecaster.learn({ time: moment, value: [number], imputed: false }, 1);
          const ahead = forecaster.predictAhead();
          expectSound(ahead, 1);
          for (const step of ahead)
            if (step.time !== undefined) expect(new Date(step.time).getTime()).not.toBeNaN();
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('asked often or never, it does the same to the same bits', () => {
    const options = { steps: 6, every: 2, forecaster: lstm };
    const silent = taught(waves(50, 2), options, 2);
    const asked = new AheadForecaster({ dimensions: 2, ...options });
    for (const observation of waves(50, 2)) {
      asked.learn(observation, 1);
      expect(asked.predictAhead()).toEqual(asked.predictAhead());
    }
    expect(asked.predictAhead()).toEqual(silent.predictAhead());
    expect(asked.snapshot()).toEqual(silent.snapshot());
  });

  describe.each<[string, () => ForecasterFactory | Promise<ForecasterFactory>]>([
    ['lastValue', () => lastValue],
    ['seasonal', () => namedForecasters.seasonal(1)],
    ['ema', () => namedForecasters.ema(1)],
    ['mean', () => namedForecasters.mean(1)],
    ['lstm', () => lstm],
    ['pretrained', () => pretrainedForecaster()],
  ])('with the forecaster %s', (_name, forecasterOf) => {
    it('continues from a snapshot bit for bit, in the middle of its forecasts', async () => {
      const forecaster = await forecasterOf();
      const options = { steps: 7, every: 2, forecaster };
      const all = waves(90, 2);
      const first = taught(all.slice(0, 61), options, 2);
      const second = new AheadForecaster({ dimensions: 2, ...options });
      second.restore(throughText(first.snapshot()));
      for (const observation of all.slice(61)) {
        expect(second.predictAhead()).toEqual(first.predictAhead());
        for (const each of [first, second]) each.learn(observation, 1);
      }
      expect(second.snapshot()).toEqual(first.snapshot());
      for (const each of [first, second]) each.dispose();
    });
  });

  it('refuses a snapshot of another configuration, of another forecaster, and a damaged one', () => {
    const options = { steps: 3, forecaster: lastValue };
    const forecaster = taught(waves(40, 1), options);
    const longer = taught(waves(40, 1), { ...options, steps: 4 });
    expectRefused(forecaster, longer.snapshot(), /config\.steps is 4 there and 3 here/);
    const other = taught(waves(40, 1), { ...options, forecaster: namedForecasters.ema(1) });
    expectRefused(forecaster, other.snapshot(), /EmaForecaster/);
    expectDamageRefused(forecaster, 40);
  });

  it.each([
    [{ steps: 0 }, 'AheadForecaster: expected steps to be a positive integer, got 0'],
    [
      { steps: 5000 },
      'AheadForecaster: expected steps to be at most 1024 (each is forecast from the one before), got 5000',
    ],
    [
      { quantiles: [0.5, 0.1] },
      'AheadForecaster: expected quantiles to be ascending numbers above 0 and below 1, 1 to 99 of them, got [0.5, 0.1]',
    ],
    [{ every: 1.5 }, 'AheadForecaster: expected every to be a positive integer, got 1.5'],
  ])('refuses %j', (options, message) => {
    expect(() => new AheadForecaster({ dimensions: 1, ...options })).toThrow(message);
  });
});

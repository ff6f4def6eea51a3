import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { CovariateForecaster, withCovariates } from '../../../src/models/covariates/covariateForecaster.ts';
import { unexplained } from '../../../src/models/covariates/unexplained.ts';
import type { Forecaster, ForecasterFactory } from '../../../src/models/forecaster.ts';
import { namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { pretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { type CovariateStream, type Effect, loadOf } from '../../support/covariateStreams.ts';
import { throughText } from '../../support/observations.ts';
import { real } from '../../support/real.ts';
import { expectDamageRefused, expectRefused } from '../../support/snapshotChecks.ts';

const lastValue = namedForecasters.lastValue(1);
const lstm = namedForecasters.lstm(1);

/** Mean absolute error from event 200 on, and the share of the values in the 95 % band. */
function outcome(forecaster: Forecaster, stream: readonly CovariateStream[]) {
  let [error, held, count] = [0, 0, 0];
  for (const [t, { covariates, value, time }] of stream.entries()) {
    const { expected, lower, upper } = forecaster.predict(covariates);
    if (t >= 200) {
      count++;
      error += Math.abs(value - expected[0]);
      if (value >= lower[0] && value <= upper[0]) held++;
    }
    forecaster.learn({ time, value: [value], imputed: false, covariates }, 1);
  }
  return { error: error / count, held: held / count };
}

/** The error with covariates by that without. */
function gain(factory: ForecasterFactory, stream: readonly CovariateStream[]): number {
  const with_ = outcome(withCovariates(factory, stream[0]!.covariates.length)(1), stream);
  expect(Math.abs(with_.held - 0.95)).toBeLessThan(0.02);
  return with_.error / outcome(factory(1), stream).error;
}

const EFFECTS: readonly (readonly [string, Effect, number])[] = [
  ['a temperature', (temperature) => 1.5 * temperature, 0.55],
  ['a promotion', (_, flag) => 30 * flag, 0.6],
  ['both', (temperature, flag) => 1.5 * temperature + 30 * flag, 0.4],
  ['heat alone, which is no straight line', (temperature) => 0.15 * Math.max(0, temperature - 12) ** 2, 0.95],
];

describe('CovariateForecaster', () => {
  it.each(EFFECTS)(
    'forecasts a load better that depends on %s, by any forecaster',
    async (_name, effect, most) => {
      const stream = loadOf(2500, effect);
      expect(gain(lstm, stream)).toBeLessThan(most);
      expect(gain(await pretrainedForecaster(), stream)).toBeLessThan(most);
    },
  );

  it.each([2, 3, 4])('is at most 1 %% worse where covariates say nothing (seed %d)', (seed) => {
    const random = new Random(seed);
    let walk = 0;
    const stream = loadOf(2500, () => 0, seed).map((event, t) => {
      walk += random.normal();
      return { ...event, covariates: [...event.covariates, random.normal(), walk, Math.sin(t / 7)] };
    });
    expect(gain(lstm, stream)).toBeLessThan(1.01);
  });

  it('recovers within some hundred events when a covariate means something else', () => {
    const one = loadOf(1500, (temperature) => 2 * temperature);
    const other = loadOf(3000, (temperature) => -2 * temperature).slice(1500);
    const forecaster = withCovariates(lstm, 2)(1);
    outcome(forecaster, one);
    outcome(forecaster, other.slice(0, 800));
    const plain = lstm(1);
    outcome(plain, one);
    outcome(plain, other.slice(0, 800));
    expect(outcome(forecaster, other.slice(800)).error).toBeLessThan(
      0.7 * outcome(plain, other.slice(800)).error,
    );
  });

  it('forecasts as the forecaster alone before the covariates are known, and where they never change', () => {
    const [corrected, plain] = [withCovariates(lstm, 1)(1), lstm(1)];
    for (const [t, { value, time }] of loadOf(300, () => 0).entries()) {
      expect(corrected.predict([7])).toEqual(plain.predict());
      for (const each of [corrected, plain]) {
        if (t === 150) each.boostLearningRate!();
        each.learn({ time, value: [value], imputed: false, covariates: [7] }, 1);
      }
    }
  });

  it('leaves to a scorer what the forecaster itself has expected, of all horizons, and what restarts it', () => {
    const forecaster = new CovariateForecaster(namedForecasters.lstm(1, { horizons: [1, 4] })(1), 2);
    outcome(
      forecaster,
      loadOf(800, (temperature, flag) => -900 + temperature + 40 * flag),
    );
    const covariates = [12, 1];
    const observation = { time: undefined, value: [5], imputed: false, covariates };
    const left = unexplained(forecaster, forecaster.predict(covariates), observation)!;
    const [effect] = forecaster.explained(covariates);
    expect(effect).toBeGreaterThan(20);
    expect(left.observation).toEqual({ ...observation, value: [5 - effect!] });
    const { expected, lower, upper, scale, earlier } = forecaster.inner.predict();
    const close = (values: readonly number[]): unknown[] => values.map((each) => expect.closeTo(each, 9));
    expect(left.prediction).toEqual({
      expected: close(expected),
      lower: close(lower),
      upper: close(upper),
      scale,
      earlier: earlier!.map((each) => ({ expected: close(each.expected), scale: each.scale })),
    });
    expect(forecaster.restartable).toBeDefined();
    expect(unexplained(forecaster.inner, forecaster.inner.predict(), observation)).toBeUndefined();
  });

  it('uses the covariates of the event itself, and those of the last one where they are not given or missing', () => {
    const forecaster = withCovariates(lastValue, 2)(1);
    const stream = loadOf(1500, (_, flag) => 40 * flag);
    outcome(forecaster, stream);
    const { covariates } = stream.at(-1)!;
    const [temperature, flag] = covariates as [number, number];
    const [same] = forecaster.predict(covariates).expected;
    const [other] = forecaster.predict([temperature, 1 - flag]).expected;
    expect((other! - same!) * (flag === 1 ? -1 : 1)).toBeGreaterThan(35);
    expect(forecaster.predict().expected[0]).toBe(same);
    expect(forecaster.predict([Number.NaN, Number.NaN]).expected[0]).toBe(same);
    expect(forecaster.explained!(covariates)).toHaveLength(1);
  });

  it('corrects each dimension, and forecasts of longer horizons, too', () => {
    const forecaster = new CovariateForecaster(namedForecasters.lstm(1, { horizons: [1, 4] })(2), 1);
    const random = new Random(3);
    const errors = [0, 0, 0];
    for (let t = 0; t < 1500; t++) {
      const x = random.below(2);
      const { expected, earlier } = forecaster.predict([x]);
      const value = [10 + 8 * x + 0.1 * random.normal(), 5 - 3 * x + 0.1 * random.normal()];
      if (t > 1000) {
        for (let d = 0; d < 2; d++) errors[d] += Math.abs(value[d]! - expected[d]!) / 499;
        errors[2] += Math.abs(value[0]! - earlier![0]!.expected[0]!) / 499;
      }
      forecaster.learn({ time: undefined, value, imputed: false, covariates: [x] }, 1);
    }
    for (const error of errors) expect(error).toBeLessThan(0.4);
  });

  it('is led little astray by an anomaly, and by a covariate that was misread', () => {
    const stream = loadOf(2000, (_, flag) => 30 * flag);
    const odd = stream.map((event, t) => {
      if (t === 1200) return { ...event, value: event.value + 500 };
      return t === 1250 ? { ...event, covariates: [1e9, event.covariates[1]!] } : event;
    });
    const [usual, after] = [stream, odd].map((events) => {
      const forecaster = withCovariates(lastValue, 2)(1);
      outcome(forecaster, events.slice(0, 1300));
      return outcome(forecaster, events.slice(1300)).error; // the 200 events after are not counted
    });
    expect(after).toBeLessThan(1.15 * usual!);
  });

  it('is never poisoned by covariates of absurd size, missing ones and weights', () => {
    const number = fc.oneof(
      fc.constantFrom(Number.NaN, 1e300, -1e300, 0, 5e-324, Number.POSITIVE_INFINITY),
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.integer({ min: -3, max: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, real(0, 1)), {
          minLength: 60,
          maxLength: 90,
        }),
        (events) => {
          const forecaster = withCovariates(lastValue, 2)(1);
          for (const [t, [x, y, weight]] of events.entries()) {
            const value = [Math.sin(t) + (Number.isFinite(x) ? Math.sign(x) : 0)];
            forecaster.learn({ time: undefined, value, imputed: false, covariates: [x, y] }, weight);
            const { expected, lower, upper, scale } = forecaster.predict([y, x]);
            for (const each of [expected, lower, upper, scale])
              expect(each.every(Number.isFinite)).toBe(true);
            expect(lower[0]).toBeLessThanOrEqual(expected[0]);
            expect(upper[0]).toBeGreaterThanOrEqual(expected[0]);
          }
          expect(() => forecaster.restore(forecaster.snapshot())).not.toThrow();
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('continues from a snapshot bit for bit, and refuses that of another number of covariates', () => {
    const stream = loadOf(400, (temperature, flag) => temperature + 20 * flag);
    const first = withCovariates(lstm, 2)(1);
    outcome(first, stream.slice(0, 250));
    const second = withCovariates(lstm, 2)(1);
    second.restore(throughText(first.snapshot()));
    expect(outcome(second, stream.slice(250))).toEqual(outcome(first, stream.slice(250)));
    expect(second.snapshot()).toEqual(first.snapshot());
    expectRefused(withCovariates(lstm, 1)(1), first.snapshot(), /config\.covariates is 2 there and 1 here/);
    expectDamageRefused(first, 20);
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import type { LstmOptions } from '../../../src/models/forecasters/lstmOptions.ts';
import { BAND } from '../../../src/models/scaling/laplaceBand.ts';
import { RobustScaler } from '../../../src/models/scaling/robustScaler.ts';
import { observed, untimed, wave, waves } from '../../support/observations.ts';

const SMALL = { dimensions: 1, hidden: 4, window: 8, stride: 2, lags: 2, horizons: [1] } as const;

function fed(forecaster: LstmForecaster, values: readonly number[], weight = 1): LstmForecaster {
  for (const value of values) forecaster.learn(untimed(value), weight);
  return forecaster;
}

describe('LstmForecaster', () => {
  it('begins as much like the last value: nine tenths of the way from the mean', () => {
    const forecaster = fed(
      new LstmForecaster({ ...SMALL, window: 100, hidden: 1 }),
      [9, 11, 9, 11, 9, 11, 10.5],
    );
    const { expected } = forecaster.predict();
    expect(Math.abs(expected[0] - 10.5)).toBeLessThan(1);
  });

  it('forecasts each horizon of a sine from now, and in `earlier` earlier forecasts of now', () => {
    const horizons = [1, 4, 12];
    const forecaster = new LstmForecaster({ dimensions: 1, hidden: 8, horizons });
    const ahead: number[][] = []; // what was predicted at t for t + each horizon
    let worst = 0;
    for (let t = 0; t < 2500; t++) {
      const { expected, earlier } = forecaster.predict();
      expect(earlier).toHaveLength(2);
      if (t > 2400) {
        for (const [k, h] of horizons.entries())
          worst = Math.max(worst, Math.abs(ahead[t - h][k] - wave(t, 0)));
        // The same outputs through a scaler that has moved on by so many events.
        expect(expected[0]).toBeCloseTo(ahead[t - 1][0], 9);
        for (const [k, h] of [4, 12].entries()) {
          expect(Math.abs(earlier![k].expected[0] - ahead[t - h][k + 1])).toBeLessThan(0.03);
        }
      }
      forecaster.learn(observed([wave(t, 0)], t), 1);
      ahead.push(forecaster.predictAhead().map((prediction) => prediction.expected[0]));
    }
    expect(worst).toBeLessThan(0.3);
  });

  it('says nothing in `earlier` before so many events, and leaves it out with one horizon', () => {
    const forecaster = new LstmForecaster({ ...SMALL, horizons: [1, 3] });
    fed(forecaster, [1, 2]);
    expect(forecaster.predict().earlier).toMatchObject([{ expected: [Number.NaN] }]);
    fed(forecaster, [3]);
    expect(Number.isFinite(forecaster.predict().earlier![0].expected[0])).toBe(true);
    expect(fed(new LstmForecaster(SMALL), [1, 2]).predict().earlier).toBeUndefined();
  });

  it('never moves its weights in a stream of weight 0', () => {
    const forecaster = new LstmForecaster(SMALL);
    const initial = forecaster.engine.readParameters();
    for (const observation of waves(100, 1)) forecaster.learn(observation, 0);
    expect(forecaster.engine.readParameters()).toEqual(initial);
    for (const observation of waves(20, 1)) forecaster.learn(observation, 1);
    expect(forecaster.engine.readParameters()).not.toEqual(initial);
  });

  it('first learns once a whole window and its targets are known, then every `stride` events', () => {
    const forecaster = new LstmForecaster({ ...SMALL, window: 8, stride: 3, horizons: [1, 4] });
    const updates: number[] = [];
    let before = forecaster.engine.readParameters();
    for (const [t, observation] of waves(22, 1).entries()) {
      forecaster.learn(observation, 1);
      const after = forecaster.engine.readParameters();
      if (after.some((weight, k) => weight !== before[k])) updates.push(t);
      before = after;
    }
    expect(updates).toEqual([12, 15, 18, 21]); // 8 + 4 − 1 events before the target of the last horizon
  });

  it('recalls across quiet steps what neither the value nor its lags tell, if its window reaches so far', () => {
    // Every eight events a pulse of either sign, and four events later its echo.
    const random = new Random(1);
    const stream: number[] = [];
    for (let t = 0; t < 8000; t++) {
      if (t % 8 === 0) stream.push(random.uniform() < 0.5 ? 1 : -1);
      else stream.push(t % 8 === 4 ? stream[t - 4] : 0);
    }
    const echoError = (window: number): number => {
      const options = { lags: 0, hidden: 8, loss: 'mse', learningRate: 0.005 } as const;
      const forecaster = new LstmForecaster({ ...SMALL, ...options, window });
      let sum = 0;
      for (const [t, value] of stream.entries()) {
        if (t >= 7000 && t % 8 === 4) sum += Math.abs(forecaster.predict().expected[0] - value);
        forecaster.learn(untimed(value), 1);
      }
      return sum / 125;
    };
    expect(echoError(12)).toBeLessThan(0.3);
    expect(echoError(1)).toBeGreaterThan(0.5); // what an untrained memory happens to hold
  });

  it('tells the time of day by the calendar, where noise hides it from the lags', () => {
    const error = (calendar: boolean): number => {
      const random = new Random(1);
      const forecaster = new LstmForecaster({ ...SMALL, lags: 0, calendar, loss: 'mse' });
      let sum = 0;
      for (let t = 0; t < 6000; t++) {
        const usual = 3 * Math.sin((2 * Math.PI * t) / 48);
        if (t >= 4000) sum += Math.abs(forecaster.predict().expected[0] - usual);
        forecaster.learn(observed([usual + 4 * random.normal()], t), 1);
      }
      return sum / 2000;
    };
    expect(error(true)).toBeLessThan(0.7 * error(false));
  });

  it('gives bands from a Laplace scale, in units of the value', () => {
    const forecaster = fed(
      new LstmForecaster(SMALL),
      Array.from({ length: 200 }, (_, t) => 100 + (t % 7)),
    );
    const { lower, upper } = forecaster.predict();
    expect(upper[0] - lower[0]).toBeLessThan(40);
  });

  it('predicts something sensible from the third observation on', () => {
    const random = new Random(3);
    const forecaster = new LstmForecaster({ dimensions: 1 });
    for (let t = 0; t < 100; t++) {
      const { expected } = forecaster.predict();
      if (t >= 2) expect(Math.abs(expected[0] - 50)).toBeLessThan(30); // of a deviation of 3
      forecaster.learn(untimed(50 + 3 * random.normal()), 1);
    }
  });

  it('calibrates the band, and leaves the scale as it is', () => {
    const values = Array.from({ length: 200 }, (_, t) => 100 + (t % 7));
    const { lower, upper, scale } = fed(new LstmForecaster({ ...SMALL, loss: 'mse' }), values).predict();
    const factor = (upper[0] - lower[0]) / (2 * BAND * scale[0]);
    // Each value within narrows the band by e^(−0.02 · 0.05), each outside widens it by e^(0.02 · 0.95).
    const steps = Math.log(factor) / 0.001;
    expect(Math.abs(steps)).toBeGreaterThan(1);
    expect(steps).toBeCloseTo(Math.round(steps), 6);
  });

  it('under cross-entropy gives a distribution of any shape: here two values and nothing between', () => {
    const random = new Random(1);
    const forecaster = fed(
      new LstmForecaster({ ...SMALL, loss: 'crossEntropy', learningRate: 0.005 }),
      Array.from({ length: 3000 }, () => 20 + (random.uniform() < 0.3 ? -3 : 3)),
    );
    const [classes] = forecaster.predictClasses();
    expect(classes).toHaveLength(50);
    expect(classes[0].from).toBe(Number.NEGATIVE_INFINITY);
    expect(classes.at(-1)!.to).toBe(Number.POSITIVE_INFINITY);
    for (const [k, { from, to }] of classes.entries()) {
      expect(from).toBeLessThan(to);
      if (k > 0) expect(from).toBe(classes[k - 1].to);
    }
    const share = (low: number, high: number): number =>
      classes.filter(({ from, to }) => to > low && from < high).reduce((sum, c) => sum + c.probability, 0);
    expect(share(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBeCloseTo(1, 12);
    expect(Math.abs(share(16, 18) - 0.3)).toBeLessThan(0.15);
    expect(Math.abs(share(22, 24) - 0.7)).toBeLessThan(0.15);
    expect(share(18.5, 21.5)).toBeLessThan(0.05);
    const { lower, upper } = forecaster.predict();
    expect(lower[0]).toBeLessThan(17.5);
    expect(upper[0]).toBeGreaterThan(22.5);
  });

  it('says nothing of classes or volatility before the first observation, and refuses where they are not learnt', () => {
    expect(new LstmForecaster({ ...SMALL, loss: 'crossEntropy' }).predictClasses()).toEqual([]);
    expect(new LstmForecaster({ ...SMALL, auxiliary: 'volatility' }).predictVolatility()).toEqual([
      Number.NaN,
    ]);
    expect(() => new LstmForecaster(SMALL).predictClasses()).toThrow(/loss to be 'crossEntropy'/);
    expect(() => new LstmForecaster(SMALL).predictVolatility()).toThrow(/auxiliary to be 'volatility'/);
  });

  it('predicts the next volatility from the same state: calm and wild weeks in turn', () => {
    const random = new Random(1);
    const forecaster = new LstmForecaster({ ...SMALL, hidden: 8, auxiliary: 'volatility' });
    const reported = { calm: 0, wild: 0 };
    for (let t = 0; t < 6000; t++) {
      const isWild = t % 200 >= 100;
      if (t >= 4000 && t % 100 >= 20)
        reported[isWild ? 'wild' : 'calm'] += forecaster.predictVolatility()[0] / 800;
      fed(forecaster, [50 + (isWild ? 4 : 0.5) * random.normal()]);
    }
    // The mean change of normal noise is 2σ/√π, its median 0.95 σ·√2.
    const [calm, wild] = [0.5, 4].map((sigma) => 0.67 * Math.SQRT2 * sigma);
    expect(reported.calm / calm).toBeGreaterThan(0.5);
    expect(reported.calm / calm).toBeLessThan(2);
    expect(reported.wild / wild).toBeGreaterThan(0.5);
    expect(reported.wild / wild).toBeLessThan(2);
  });

  it.each<[LstmOptions, string]>([
    [{}, 'wasm'],
    [{ gateActivation: 'sigmoid', attention: false, auxiliary: 'volatility' }, 'wasm'],
    [{ cell: 'gru' }, 'wasm'],
    [{ cell: 'peephole' }, 'wasm'],
    [{ cell: 'coupled' }, 'wasm'],
    [{ cell: 'budget' }, 'reference'],
    [{ gateActivation: 'hardSigmoid' }, 'reference'],
    [{ attention: { window: 4 } }, 'reference'],
    [{ loss: 'crossEntropy' }, 'reference'],
  ])('shows the engine that %j was given to: %s', (options, name) => {
    expect(new LstmForecaster({ ...SMALL, ...options }).engine.name).toBe(name);
  });

  it('drops an update that is not finite, counts it and continues', () => {
    const forecaster = fed(
      new LstmForecaster({ ...SMALL, loss: 'mse', engine: 'reference' }),
      Array.from({ length: 40 }, (_, t) => t % 5),
    );
    const state = forecaster.engine.save();
    const broken = forecaster.engine.readParameters().fill(1e200);
    forecaster.engine.writeParameters(broken);
    fed(forecaster, [1, 2]);
    expect(forecaster.droppedUpdates).toBe(1);
    expect(forecaster.engine.readParameters()).toEqual(broken);
    forecaster.engine.load(state);
    fed(forecaster, [1, 2]);
    expect(forecaster.droppedUpdates).toBe(1);
    expect(Number.isFinite(forecaster.predict().expected[0])).toBe(true);
  });

  it('is the same for the same seed, and another for another', () => {
    const stream = Array.from({ length: 100 }, (_, t) => Math.sin(t));
    const [one, same, other] = [1, 1, 2].map((seed) =>
      fed(new LstmForecaster({ ...SMALL, seed }), stream).predict(),
    );
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it('begins one dimension anew at all its horizons, and leaves the others as they are', () => {
    const forecaster = new LstmForecaster({ ...SMALL, dimensions: 2, horizons: [1, 4] });
    for (const observation of waves(80, 2)) forecaster.learn(observation, 1);
    expect(forecaster.predict().expected[0]).toBeLessThan(40);
    const { restartable } = forecaster;
    const [parked, other] = [restartable.park(0), restartable.park(1)] as Record<string, Float64Array>[];
    // Of errors and of changes: each the first dimension at either horizon.
    const usual = ['usual.0.0', 'usual.0.2', 'usual.1.0', 'usual.1.2'];
    expect(Object.keys(parked!).sort()).toEqual(['scaler', ...usual]);
    const scaler = new RobustScaler({ dimensions: 1 });
    for (const value of [50, 70, 60]) scaler.learn([value], 1);
    restartable.restart(0, scaler.part(0));
    const nothing = Object.fromEntries(usual.map((name) => [name, new Float64Array(2)]));
    expect(restartable.park(0)).toEqual({ ...nothing, scaler: scaler.part(0) });
    expect(restartable.park(1)).toEqual(other);
    expect(forecaster.predict().expected[0]).toBeGreaterThan(40); // read by the new scale at once
    restartable.prepareResume(0, parked)();
    expect(restartable.park(0)).toEqual(parked);
  });

  it('keeps the horizons it was made with', () => {
    const horizons = [1, 2];
    const forecaster = new LstmForecaster({ ...SMALL, horizons });
    horizons.push(50);
    expect(fed(forecaster, [1, 2, 3]).predictAhead()).toHaveLength(2);
  });

  it.each<[object, string]>([
    [{ dimensions: 1.5 }, 'expected dimensions to be a positive integer, got 1.5'],
    [{ hidden: 0 }, 'expected hidden to be a positive integer, got 0'],
    [{ hidden: -3 }, 'expected hidden to be a positive integer, got -3'],
    [{ layers: 0 }, 'expected layers to be a positive integer, got 0'],
    [
      { cell: 'gpt' },
      `expected cell to be one of 'lstm', 'gru', 'peephole', 'coupled', 'budget', 'ema', 'rnn', got "gpt"`,
    ],
    [{ window: 0 }, 'expected window to be a positive integer, got 0'],
    [{ stride: 2.5 }, 'expected stride to be a positive integer, got 2.5'],
    [{ horizons: [] }, 'expected horizons to be ascending positive integers that begin with 1, got []'],
    [{ horizons: [2] }, 'expected horizons to be ascending positive integers that begin with 1, got [2]'],
    [
      { horizons: [1, 4, 4] },
      'expected horizons to be ascending positive integers that begin with 1, got [1, 4, 4]',
    ],
    [{ horizons: 1 }, 'expected horizons to be ascending positive integers that begin with 1, got 1'],
    [{ lags: -1 }, 'expected lags to be an integer of 0 or more, got -1'],
    [{ calendar: 'yes' }, 'expected calendar to be true or false, got "yes"'],
    [{ skip: 1 }, 'expected skip to be true or false, got 1'],
    [
      { loss: 'mae' },
      `expected loss to be one of 'laplace', 'gaussian', 'mse', 'huber', 'crossEntropy', got "mae"`,
    ],
    [{ gateActivation: 'relu' }, `expected gateActivation to be one of 'sigmoid', 'hardSigmoid', got "relu"`],
    [
      { cell: 'rnn', gateActivation: 'hardSigmoid' },
      `expected gateActivation to be left out where cell is 'rnn', which has no gates, got "hardSigmoid"`,
    ],
    [{ attention: 8 }, 'expected attention to be false or { window }, got 8'],
    [{ attention: { window: 0 } }, 'expected attention.window to be a positive integer, got 0'],
    [{ attention: { size: 3 } }, 'unknown option size; the options are window'],
    [
      { cell: 'rnn', engine: 'wasm' },
      `expected cell to be one of 'lstm', 'gru', 'peephole', 'coupled' where engine is 'wasm', got "rnn"`,
    ],
    [
      { attention: { window: 4 }, engine: 'wasm' },
      `expected attention to be left out where engine is 'wasm', got 4`,
    ],
    [
      { loss: 'crossEntropy', engine: 'wasm' },
      `expected loss to be other than 'crossEntropy' where engine is 'wasm', got "crossEntropy"`,
    ],
    [{ classes: 2 }, 'expected classes to be at least 3, got 2'],
    [{ auxiliary: 'mood' }, `expected auxiliary to be one of 'none', 'volatility', got "mood"`],
    [{ optimizer: 'lion' }, `expected optimizer to be one of 'adam', 'rmsprop', 'sgd', got "lion"`],
    [{ learningRate: 0 }, 'expected learningRate to be a positive number, got 0'],
    [{ clipNorm: Number.POSITIVE_INFINITY }, 'expected clipNorm to be a positive number, got Infinity'],
    [{ forgetBias: Number.NaN }, "expected forgetBias to be a number or 'chrono', got NaN"],
    [{ seed: 0.5 }, 'expected seed to be an integer, got 0.5'],
    [{ hiden: 8 }, 'unknown option hiden; did you mean hidden? the options are dimensions, hidden, '],
  ])('refuses %j', (options, message) => {
    expect(() => new LstmForecaster({ dimensions: 1, ...options })).toThrow(`LstmForecaster: ${message}`);
  });
});

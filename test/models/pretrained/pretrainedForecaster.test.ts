import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { ablatedWeights } from '../../../src/lab/forecast/ablatedWeights.ts';
import { simulateSeries } from '../../../src/lab/pretrain/simulate/simulateSeries.ts';
import { HORIZONS, INPUTS } from '../../../src/models/pretrained/contextInputs.ts';
import { toHalfFloats } from '../../../src/models/pretrained/halfFloats.ts';
import {
  PretrainedForecaster,
  type PretrainedOptions,
  pretrainedForecaster,
} from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { pretrainedNetwork } from '../../../src/models/pretrained/pretrainedNetwork.ts';
import { loadPretrainedWeights, readWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { sharedNetwork } from '../../../src/models/pretrained/sharedNetwork.ts';
import { PRETRAINED } from '../../../src/models/pretrained/weights/weights.ts';
import { RobustScaler } from '../../../src/models/scaling/robustScaler.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import { createParameters } from '../../../src/numerics/parameters.ts';
import { inArena } from '../../../src/numerics/pooled.ts';
import { observed, throughText, WAVE_PERIOD, wave, waves } from '../../support/observations.ts';

const weights = await loadPretrainedWeights();
/** Of the shared network, from a state of zeros. */
const firstOutput = (): Float64Array => {
  const network = sharedNetwork(weights, 'wasm');
  const output = new Float64Array(2 * HORIZONS.length);
  const state = new Float32Array(network.stateSize);
  network.advanceInto(output, state, 0, Int32Array.of(0), new Float64Array(INPUTS).fill(0.5), 1);
  return output;
};
const create = (dimensions = 1, options: PretrainedOptions = {}): PretrainedForecaster =>
  new PretrainedForecaster(weights, { dimensions, ...options });

describe('the weights of the package', () => {
  it('are at most 150 kB, and are loaded once', async () => {
    expect(PRETRAINED.weights.length).toBeLessThan(150_000);
    expect(await loadPretrainedWeights()).toBe(weights);
    expect(weights.parameters.every(Number.isFinite)).toBe(true);
  });

  it('are refused where they do not fit the shape', () => {
    expect(() => readWeights({ ...PRETRAINED, hidden: 32 })).toThrow(
      /expected \d+ for 32 units of lstm, got \d+/,
    );
  });
});

describe('PretrainedForecaster', () => {
  it('comes as a factory that refuses unknown options', async () => {
    const factory = await pretrainedForecaster({ engine: 'reference' });
    expect(factory(3).dimensions).toBe(3);
    await expect(pretrainedForecaster({ engine: 'gpu' as never })).rejects.toThrow(/engine/);
    await expect(pretrainedForecaster({ hidden: 3 } as never)).rejects.toThrow(/hidden/);
  });

  it('forecasts 1, 4 and 16 events ahead: a wave, from its third cycle on', () => {
    const forecaster = create();
    const errors = [0, 0, 0];
    const events = 2 * WAVE_PERIOD;
    for (let t = 0; t < 2 * events; t++) {
      forecaster.learn(observed([wave(t, 0)], t), 1);
      const ahead = forecaster.predictAhead();
      for (const [k, steps] of HORIZONS.entries())
        if (t >= events) errors[k] += Math.abs(ahead[k].expected[0] - wave(t + steps, 0)) / events;
    }
    // A constant is off by 0.64, the last value by 0.08, 0.33 and 1.1.
    expect(errors[0]).toBeLessThan(0.04);
    expect(errors[1]).toBeLessThan(0.1);
    expect(errors[2]).toBeLessThan(0.2);
  });

  it('reports with each observation what was forecast for it earlier', () => {
    const forecaster = create();
    const made: (readonly number[])[] = [];
    for (const [t, observation] of waves(60, 1).entries()) {
      const { expected, earlier } = forecaster.predict();
      if (t >= 16) {
        expect(expected[0]).toBe(made[t - 1][0]);
        expect(earlier!.map((each) => each.expected[0])).toEqual([made[t - 4][1], made[t - 16][2]]);
      }
      forecaster.learn(observation, 1);
      made.push(forecaster.predictAhead().map((each) => each.expected[0]));
    }
  });

  it('runs each dimension as a series of its own, also where others are missing', () => {
    const [several, first, second] = [create(2), create(), create()];
    for (const [t, observation] of waves(200, 2).entries()) {
      const value = [t % 7 === 3 || t < 5 ? Number.NaN : observation.value[0], observation.value[1]];
      several.learn({ ...observation, value }, 1);
      first.learn({ ...observation, value: [value[0]] }, 1);
      second.learn({ ...observation, value: [value[1]] }, 1);
    }
    const { expected, lower, upper, scale } = several.predict();
    const alone = [first.predict(), second.predict()];
    expect(expected).toEqual(alone.flatMap((each) => each.expected));
    expect(lower).toEqual(alone.flatMap((each) => each.lower));
    expect(upper).toEqual(alone.flatMap((each) => each.upper));
    expect(scale).toEqual(alone.flatMap((each) => each.scale));
  });

  it('gives the same on WASM as on the reference, within 1e-3 of a deviation', () => {
    const [fast, exact] = [create(1, { engine: 'wasm' }), create(1, { engine: 'reference' })];
    for (const observation of waves(400, 1)) {
      fast.learn(observation, 1);
      exact.learn(observation, 1);
      const [one, other] = [fast.predictAhead(), exact.predictAhead()];
      for (let k = 0; k < one.length; k++)
        expect(Math.abs(one[k].expected[0] - other[k].expected[0])).toBeLessThan(1e-3);
    }
  });

  it('never changes its weights, and forecasters do not affect each other', () => {
    const before = firstOutput();
    const [one, other, busy] = [create(), create(), create()];
    for (const [t, observation] of waves(100, 1).entries()) {
      one.learn(observation, 1);
      busy.learn(observed([t % 5], t), 1);
      other.learn(observation, 1);
    }
    expect(other.predict()).toEqual(one.predict());
    expect(firstOutput()).toEqual(before);
  });

  it.each([
    ['none', 6],
    ['head', 10],
  ] as const)('adapting %s has a state of at most %i kB, all of it', (adapt, most) => {
    const forecaster = create(1, { adapt });
    for (const observation of waves(1000, 1)) forecaster.learn(observation, 1);
    expect(encodeSnapshot(forecaster.snapshot()).length).toBeLessThan(most * 1024);
  });

  it('refuses the state of other weights', () => {
    const other = new PretrainedForecaster(ablatedWeights(weights, 'memory'), { dimensions: 1 });
    expect(() => create().restore(other.snapshot())).toThrow(/another configuration: config\.weights/);
  });

  it('follows a stream that has become another once its scale begins anew, and takes the old one up again', () => {
    const [restarted, held] = [create(2), create(2)];
    const far = (t: number): number[] => [1e6 + 1000 * Math.sin(t / 5), 0];
    for (const [t, observation] of waves(300, 2).entries()) {
      for (const each of [restarted, held]) each.learn(observation, t < 290 ? 1 : 0);
    }
    const parked = restarted.restartable.park(0);
    const scaler = new RobustScaler({ dimensions: 1 });
    for (let t = 0; t < 100; t++) scaler.learnOne(0, far(t)[0], 1);
    restarted.restartable.restart(0, scaler.part(0));
    const errors = [0, 0];
    for (let t = 300; t < 600; t++) {
      for (const [at, each] of [restarted, held].entries()) {
        if (t > 400) errors[at] += Math.abs(each.predict().expected[0] - far(t)[0]);
        each.learn(observed(far(t), t), at === 0 ? 1 : 0);
      }
    }
    expect(errors[0]).toBeLessThan(0.7 * errors[1]);
    restarted.restartable.prepareResume(0, parked)();
    expect(restarted.restartable.park(0)).toEqual(parked);
    expect(() => restarted.restartable.prepareResume(0, { scaler: Float64Array.of(1) })).toThrow(/snapshot/);
  });

  it('runs a GRU, whose state is h alone', () => {
    const shape = { cell: 'gru', hidden: 8 } as const;
    const { flat } = createParameters(pretrainedNetwork(shape, 1, 1));
    const random = new Random(1);
    const gru = readWeights({ ...shape, weights: toHalfFloats(flat.map(() => 0.2 * random.normal())) });
    const [one, two] = [1, 2].map(() => new PretrainedForecaster(gru, { dimensions: 2 }));
    const stream = waves(100, 2);
    for (const observation of stream.slice(0, 60)) one.learn(observation, 1);
    two.restore(throughText(one.snapshot()));
    for (const observation of stream.slice(60)) {
      expect(two.predict()).toEqual(one.predict());
      for (const each of [one, two]) each.learn(observation, 1);
    }
  });

  it('has all that it remembers in the vectors of an arena', () => {
    const { made: one, arena } = inArena(() => create(2));
    const stream = waves(80, 2);
    for (const observation of stream.slice(0, 50)) one.learn(observation, 1);
    const vectors = [
      arena.bytes,
      ...arena.tailed.map(({ vector }) => vector),
      ...arena.asides.map(({ aside }) => aside.vector as Float32Array),
    ];
    const saved = vectors.map((vector) => vector.slice());
    const rest = stream.slice(50).map((observation) => {
      one.learn(observation, 1);
      return one.predict();
    });
    for (const [k, vector] of vectors.entries()) vector.set(saved[k]);
    const again = stream.slice(50).map((observation) => {
      one.learn(observation, 1);
      return one.predict();
    });
    expect(again).toEqual(rest);
  });
});

describe('its memory', () => {
  /** Mean error one event ahead over simulated series, by that of the last value. */
  const ratioOf = (ablated: typeof weights): number => {
    let log = 0;
    const count = 30;
    for (let seed = 1; seed <= count; seed++) {
      const { values } = simulateSeries(1e9 + seed, 700);
      const forecaster = new PretrainedForecaster(ablated, { dimensions: 1, adapt: 'none' });
      let [error, last] = [0, 0];
      for (let t = 0; t < values.length; t++) {
        if (t >= 100) {
          error += Math.abs(values[t] - forecaster.predict().expected[0]);
          last += Math.abs(values[t] - values[t - 1]);
        }
        forecaster.learn({ time: undefined, value: [values[t]], imputed: false }, 1);
      }
      if (last > 0) log += Math.log(Math.max(1e-6, error / last)) / count;
    }
    return Math.exp(log);
  };

  it('does the work: without it the error rises by at least 12 %', () => {
    const whole = ratioOf(weights);
    expect(whole).toBeLessThan(0.9);
    expect(ratioOf(ablatedWeights(weights, 'memory')) / whole).toBeGreaterThan(1.12);
    expect(ratioOf(ablatedWeights(weights, 'layer')) / whole).toBeGreaterThan(1.12);
  });
});

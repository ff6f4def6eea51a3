import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { STRIDE, WINDOW } from '../../../src/models/pretrained/adaptedNetwork.ts';
import { HORIZONS } from '../../../src/models/pretrained/contextInputs.ts';
import { PretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import { observed } from '../../support/observations.ts';

const weights = await loadPretrainedWeights();

/** Mean absolute error one event ahead from `from` on, with each way of adapting. */
function errors(values: readonly number[], from: number): Record<'all' | 'head' | 'none', number> {
  const all = (['all', 'head', 'none'] as const).map((adapt) => {
    const forecaster = new PretrainedForecaster(weights, { dimensions: 1, adapt });
    let sum = 0;
    for (const [t, value] of values.entries()) {
      if (t >= from) sum += Math.abs(forecaster.predict().expected[0] - value);
      forecaster.learn(observed([value], t), 1);
    }
    forecaster.dispose();
    return [adapt, sum / (values.length - from)] as const;
  });
  return Object.fromEntries(all) as Record<'all' | 'head' | 'none', number>;
}

/** The logistic map, of which every value is a function of the one before that no average shows. */
function chaos(count: number): number[] {
  const values = [0.3];
  while (values.length < count) values.push(3.8 * values.at(-1)! * (1 - values.at(-1)!));
  return values;
}

describe('weights that go on learning', () => {
  it('learn what the simulated series had not: the logistic map', () => {
    const { all, head, none } = errors(chaos(6000), 3000);
    expect(all).toBeLessThan(0.7 * head);
    expect(all).toBeLessThan(0.7 * none);
  });

  it('do not make noise worse by 1 %', () => {
    const random = new Random(5);
    const { all, none } = errors(
      Array.from({ length: 6000 }, () => random.normal()),
      500,
    );
    expect(all).toBeLessThan(1.01 * none);
  });

  it('leave those of other streams as they were, and nothing unlearnt once they are disposed of', () => {
    const [learning, other] = (['all', 'none'] as const).map(
      (adapt) => new PretrainedForecaster(weights, { dimensions: 1, adapt }),
    );
    const values = chaos(400);
    const alone = new PretrainedForecaster(weights, { dimensions: 1, adapt: 'none' });
    for (const [t, value] of values.entries()) {
      learning.learn(observed([value], t), 1);
      other.learn(observed([value], t), 1);
    }
    learning.dispose();
    for (const [t, value] of values.entries()) alone.learn(observed([value], t), 1);
    expect(other.predict()).toEqual(alone.predict());
  });

  it('learn nothing of events of weight 0', () => {
    const values = chaos(WINDOW + HORIZONS.at(-1)! + 5 * STRIDE);
    const [unlearnt, head] = (['all', 'head'] as const).map(
      (adapt) => new PretrainedForecaster(weights, { dimensions: 1, adapt }),
    );
    for (const [t, value] of values.entries())
      for (const each of [unlearnt, head]) each.learn(observed([value], t), t < 1 ? 1 : 0);
    const [a, b] = [unlearnt, head].map((each) => each.predict().expected[0]);
    expect(a).toBeCloseTo(b, 4); // the same network, in another order of sums
  });

  it('forecast a dimension that begins late, and miss values', () => {
    const forecaster = new PretrainedForecaster(weights, { dimensions: 2, adapt: 'all' });
    const values = chaos(2000);
    for (const [t, value] of values.entries()) {
      const late = t < 700 || t % 7 === 0 ? Number.NaN : value;
      forecaster.learn(observed([Math.sin(t / 5), late], t), 1);
      const { expected, lower, upper } = forecaster.predict();
      expect(Number.isNaN(expected[1])).toBe(t < 701);
      if (t >= 701) expect(lower[1] <= expected[1] && expected[1] <= upper[1]).toBe(true);
    }
  });

  it('have a state of at most 500 kB', () => {
    const forecaster = new PretrainedForecaster(weights, { dimensions: 1, adapt: 'all' });
    for (const [t, value] of chaos(300).entries()) forecaster.learn(observed([value], t), 1);
    expect(encodeSnapshot(forecaster.snapshot()).length).toBeLessThan(500 * 1024);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { ChangeScale } from '../../../src/models/forecasters/changeScale.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import { untimed } from '../../support/observations.ts';

import { real } from '../../support/real.ts';

describe('ChangeScale', () => {
  it('is the usual size of a change, each target its own', () => {
    const random = new Random(1);
    const scale = new ChangeScale(2);
    for (let t = 0; t < 5000; t++) {
      scale.learn(0, 1, 1 + 0.3 * random.normal(), 1);
      scale.learn(1, 0, random.uniform() < 0.5 ? 1 : -1, 1);
    }
    expect(scale.of(0)).toBeGreaterThan(0.2); // mean |normal| is √(2/π): 0.24
    expect(scale.of(0)).toBeLessThan(0.28);
    expect(scale.of(1)).toBeCloseTo(1, 9);
  });

  it('is a standard deviation while nothing has changed', () => {
    const scale = new ChangeScale(1);
    scale.learn(0, 2, 2, 1);
    expect(scale.of(0)).toBe(1);
  });

  it('is always above 0 and finite, whatever comes', () => {
    const compressed = fc.oneof(real(-6, 6), fc.constantFrom(Number.NaN, 0));
    fc.assert(
      fc.property(fc.array(fc.tuple(compressed, compressed, fc.constantFrom(0, 0.5, 1))), (changes) => {
        const scale = new ChangeScale(1);
        for (const [from, to, weight] of changes) scale.learn(0, from, to, weight);
        expect(scale.of(0)).toBeGreaterThanOrEqual(0.001);
        expect(scale.of(0)).toBeLessThanOrEqual(1.5);
      }),
      { seed: 1 },
    );
  });
});

describe('an LSTM that predicts changes', () => {
  /** Mean |residual| of the second half over that of the last value. */
  function errorAgainstLastValue(values: readonly number[]): number {
    const [lstm, naive] = [
      new LstmForecaster({ dimensions: 1 }),
      new LastValueForecaster({ dimensions: 1 }),
    ].map((forecaster) => {
      let error = 0;
      for (const [t, value] of values.entries()) {
        if (t >= values.length / 2) error += Math.abs(value - forecaster.predict().expected[0]);
        forecaster.learn(untimed(value), 1);
      }
      forecaster.dispose();
      return error;
    });
    return lstm / naive;
  }

  function streamOf(next: (t: number, before: number, normal: () => number) => number): number[] {
    const random = new Random(5);
    const values = [100];
    for (let t = 1; t < 4000; t++) values.push(next(t, values[t - 1], () => random.normal()));
    return values;
  }

  it('is hardly worse than the last value where nothing can be predicted: a walk with steps far below its range', () => {
    expect(errorAgainstLastValue(streamOf((_, before, normal) => before + 0.3 * normal()))).toBeLessThan(1.1);
  });

  it('is much better where the next step can be predicted, small as it is', () => {
    const wave = streamOf((t, _, normal) => 100 * Math.sin(t / 400) + Math.sin(t / 3) + 0.02 * normal());
    expect(errorAgainstLastValue(wave)).toBeLessThan(0.5);
  });

  it('is better than the last value on noise, which goes back to its mean', () => {
    expect(errorAgainstLastValue(streamOf((_, __, normal) => 50 + normal()))).toBeLessThan(0.85);
  });
});

// In a process of its own: nothing has loaded the weights yet.
import { describe, expect, it } from 'vitest';
import { namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { namedScorers } from '../../../src/models/scorers/namedScorers.ts';

const unloaded = catchFrom(() => namedForecasters.pretrained(1)); // before anything has loaded them
await loadPretrainedWeights();

function catchFrom(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

describe('the scorers and forecasters by name', () => {
  it.each(Object.entries(namedScorers))('%s is a scorer that calls itself so', (name, create) => {
    expect(create()(3).name).toBe(name);
  });

  it.each(Object.entries(namedForecasters))('%s is a forecaster that calls itself so', (name, create) => {
    const forecaster = create(7)(3);
    expect([forecaster.name, forecaster.dimensions]).toEqual([name, 3]);
    forecaster.dispose();
  });

  it('passes options on to the class, which refuses what it does not know', () => {
    for (const create of Object.values(namedScorers))
      expect(() => create({ nonsense: 1 })(1)).toThrow(/nonsense/);
    for (const create of Object.values(namedForecasters)) {
      expect(() => create(1, { nonsense: 1 })(1)).toThrow(/nonsense/);
    }
  });

  it('says how the weights of the pre-trained network are loaded', () => {
    expect(unloaded).toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('await pretrainedForecaster() first'),
    });
  });

  it('gives the LSTM its seed', () => {
    const config = (seed: number) => namedForecasters.lstm(seed)(1).snapshot().config;
    expect(config(5)).toMatchObject({ seed: 5 });
  });
});

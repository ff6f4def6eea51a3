import { beforeAll, describe, expect, it } from 'vitest';
import { adaptationOf, evaluateAdaptation } from '../../../src/lab/forecast/adaptation.ts';
import type { ForecastErrors } from '../../../src/lab/forecast/forecastErrors.ts';
import { simulatedCollection } from '../../../src/lab/forecast/readCollection.ts';
import { ADAPTING, LEARNING } from '../../../src/lab/forecast/subjects.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { everydayCollection } from '../../experiments/everyday/everydayCollection.js';

const weights = await loadPretrainedWeights();

// On real series: realStreams.test.ts.
describe.each([
  ['simulated, not learnt from', simulatedCollection(100)],
  ['everyday', everydayCollection(11, 6000)],
])('adapting harms no series: %s', (_, collection) => {
  let found: ReturnType<typeof evaluateAdaptation>;
  beforeAll(() => {
    found = evaluateAdaptation(collection, weights);
  });

  it.each([ADAPTING, LEARNING] as const)('%s', (how) => {
    const { horizons, ages } = found[how];
    for (const [k, { worst, of, mean }] of horizons.entries()) {
      // Sixteen events ahead the weights of 5 in 100 short series learn what is not there: 1.5 % at worst.
      expect(worst, of).toBeLessThan(how === LEARNING && k === 2 ? 1.02 : 1.01);
      expect(mean).toBeLessThan(0.99);
    }
    for (const { mean } of ages) expect(mean).toBeLessThan(1.01);
  });
});

describe('adaptationOf', () => {
  it('names the worst series and counts those that are more than 1 % worse', () => {
    const made = (...errors: [number, number, number]): ForecastErrors => ({
      horizons: Float64Array.from(errors),
      ages: Float64Array.from(errors),
      banded: 0,
      within: 0,
    });
    const { horizons } = adaptationOf(
      ['a', 'b', 'c'],
      [
        { frozen: made(1, 1, 0), adapting: made(1.02, 0.5, 0) },
        { frozen: made(2, 1, 1), adapting: made(2.1, 2, 1) },
        { frozen: made(1, 1, 1), adapting: made(1.005, 1, 1) },
      ],
    );
    expect(horizons[0]).toMatchObject({ worst: 1.05, of: 'b', harmed: 2 });
    expect(horizons[1]).toMatchObject({ mean: 1, worst: 2, of: 'b', harmed: 1 });
    expect(horizons[2]).toMatchObject({ mean: 1, worst: 1, harmed: 0 }); // a ratio of nothing does not count
  });
});

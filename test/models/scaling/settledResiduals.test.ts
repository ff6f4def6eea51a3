import { describe, expect, it } from 'vitest';
import { laplaceBand, noPrediction } from '../../../src/models/scaling/laplaceBand.ts';
import { SettledResiduals } from '../../../src/models/scaling/settledResiduals.ts';
import { untimed } from '../../support/observations.ts';

const { NaN: none } = Number;

describe('SettledResiduals', () => {
  it('leaves out the first fifty of each dimension, counted from when it begins', () => {
    const residuals = new SettledResiduals(2);
    const prediction = laplaceBand([1, 1], [2, 2]);
    residuals.learn(noPrediction(2), untimed(5, 5));
    for (let t = 0; t < 90; t++) {
      const observation = untimed(5, t < 30 ? none : 7);
      expect(residuals.of(prediction, observation, 0)).toBe(t < 50 ? none : 2);
      expect(residuals.of(prediction, observation, 1)).toBe(t < 80 ? none : 3);
      expect(residuals.has(prediction, observation)).toBe(t >= 50);
      residuals.learn(prediction, observation);
    }
    expect(residuals.has(prediction, untimed(none, none))).toBe(false);
    expect(residuals.has(noPrediction(2), untimed(5, 5))).toBe(false);
  });
});

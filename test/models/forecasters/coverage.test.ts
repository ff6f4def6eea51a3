import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import type { LstmOptions } from '../../../src/models/forecasters/lstmOptions.ts';
import { laplaceNoise } from '../../support/distributions.ts';
import { observed, WAVE_PERIOD } from '../../support/observations.ts';

const EVENTS = 20_000;
const LEARNT = 2000;
const NOISES: Readonly<Record<string, (random: Random) => number>> = {
  Gaussian: (random) => random.normal(),
  Laplace: laplaceNoise,
  'Student t of 4': (random) => random.studentT(4),
};

/** Percentage of values within the band after the first 2,000, in AR(1) + sine. */
function coverage(noise: (random: Random) => number, loss: NonNullable<LstmOptions['loss']>): number {
  const forecaster = new LstmForecaster({
    dimensions: 1,
    hidden: 6,
    window: 12,
    stride: 6,
    lags: 2,
    horizons: [1],
    loss,
  });
  const random = new Random(7);
  let autoregression = 0;
  let within = 0;
  for (let t = 0; t < EVENTS; t++) {
    autoregression = 0.7 * autoregression + noise(random);
    const value = 20 + autoregression + 3 * Math.sin((2 * Math.PI * t) / WAVE_PERIOD);
    const { lower, upper } = forecaster.predict();
    if (t >= LEARNT && value >= lower[0] && value <= upper[0]) within++;
    forecaster.learn(observed([value], t), 1);
  }
  return (100 * within) / (EVENTS - LEARNT);
}

describe('the 95 % band of the LSTM', () => {
  describe.each(Object.entries(NOISES))('under %s noise', (_, noise) => {
    it.each(['laplace', 'gaussian', 'mse', 'huber'] as const)(
      'holds 94 to 96 in 100 of what comes (loss %s)',
      (loss) => {
        const percentage = coverage(noise, loss);
        expect(percentage).toBeGreaterThan(94);
        expect(percentage).toBeLessThan(96);
      },
    );
  });
});

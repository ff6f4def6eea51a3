import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { RunningMeanForecaster } from '../../../src/models/forecasters/runningMeanForecaster.ts';
import { SeasonalForecaster } from '../../../src/models/forecasters/seasonalForecaster.ts';
import { describeForecaster } from '../../contracts/forecasterContract.ts';
import { WAVE_PERIOD } from '../../support/observations.ts';

const learnt = (forecaster: { predict(): { readonly scale: readonly number[] } }) =>
  forecaster.predict().scale;

describeForecaster('the last value', {
  create: (dimensions) => new LastValueForecaster({ dimensions }),
  createOther: (dimensions) => new LastValueForecaster({ dimensions, halfLife: 10 }),
  createStranger: (dimensions) => new EmaForecaster({ dimensions }),
  learnt,
  sineError: 0.1, // the mean step: 2π / 48 · 2 / π
  sineEvents: 10,
});

describeForecaster('the moving average', {
  create: (dimensions) => new EmaForecaster({ dimensions }),
  createOther: (dimensions) => new EmaForecaster({ dimensions, alpha: 0.2 }),
  createStranger: (dimensions) => new LastValueForecaster({ dimensions }),
  learnt,
  sineError: 0.64, // the mean of |sin|: what a constant would do
  sineEvents: 200,
});

describeForecaster('no forecaster', {
  create: (dimensions) => new RunningMeanForecaster({ dimensions }),
  createOther: (dimensions) => new RunningMeanForecaster({ dimensions, halfLife: 10 }),
  createStranger: (dimensions) => new LastValueForecaster({ dimensions }),
  learnt,
  sineError: 0.64, // the mean of |sin|
  sineEvents: 200,
});

for (const [period, seasons] of [
  [WAVE_PERIOD, 4],
  ['day', 4],
  ['week', 14],
] as const) {
  describeForecaster(`the seasonal profile by ${period}`, {
    create: (dimensions) => new SeasonalForecaster({ dimensions, period }),
    createOther: (dimensions) => new SeasonalForecaster({ dimensions, period: 7 }),
    createStranger: (dimensions) => new LastValueForecaster({ dimensions }),
    learnt,
    sineError: 1e-9,
    sineEvents: seasons * WAVE_PERIOD,
  });
}

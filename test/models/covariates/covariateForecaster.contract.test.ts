import { CovariateForecaster } from '../../../src/models/covariates/covariateForecaster.ts';
import type { Observation } from '../../../src/models/forecaster.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import { describeForecaster } from '../../contracts/forecasterContract.ts';

const SMALL = { hidden: 4, window: 8, stride: 2, lags: 2, horizons: [1, 4] };

/** With a flag and a number that follow from the time of each observation, and are missing without one. */
class Timed extends CovariateForecaster {
  override learn(observation: Observation, weight: number): void {
    const { time } = observation;
    const minutes = time === undefined ? Number.NaN : time / 60_000;
    super.learn({ ...observation, covariates: [Math.sin(minutes), minutes % 5 === 0 ? 1 : 0] }, weight);
  }
}

describeForecaster('the last value with covariates', {
  create: (dimensions) => new Timed(new LastValueForecaster({ dimensions }), 2),
  createOther: (dimensions) => new CovariateForecaster(new LastValueForecaster({ dimensions }), 1),
  createStranger: (dimensions) => new LastValueForecaster({ dimensions }),
  learnt: (forecaster) => forecaster.predict().scale,
  sineError: 0.1,
  sineEvents: 200,
});

describeForecaster('an LSTM with covariates', {
  create: (dimensions) => new Timed(new LstmForecaster({ dimensions, ...SMALL }), 2),
  createOther: (dimensions) => new Timed(new LstmForecaster({ dimensions, ...SMALL }), 3),
  createStranger: (dimensions) => new LstmForecaster({ dimensions, ...SMALL }),
  learnt: (forecaster) => {
    const { inner } = forecaster as CovariateForecaster;
    return [...(inner as LstmForecaster).engine.readParameters()];
  },
  sineError: 0.1,
  sineEvents: 2000,
});

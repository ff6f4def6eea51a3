import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import type { LstmOptions } from '../../../src/models/forecasters/lstmOptions.ts';
import { describeForecaster } from '../../contracts/forecasterContract.ts';

/** Small enough that a suite takes a second; what is tested does not depend on size. */
const SMALL: LstmOptions = { hidden: 4, window: 8, stride: 2, lags: 2, horizons: [1] };

const CONFIGURATIONS: readonly (readonly [string, LstmOptions])[] = [
  ['a small LSTM', {}],
  ['an LSTM of Gaussian loss', { loss: 'gaussian' }],
  ['an LSTM of squared loss', { loss: 'mse' }],
  ['an LSTM of Huber loss', { loss: 'huber' }],
  ['an LSTM under RMSprop', { optimizer: 'rmsprop' }],
  ['an LSTM under SGD', { optimizer: 'sgd', learningRate: 0.01 }],
  ['an LSTM of two layers', { layers: 2 }],
  ['a GRU', { cell: 'gru' }],
  ['an LSTM with peepholes', { cell: 'peephole' }],
  ['an LSTM with coupled gates', { cell: 'coupled' }],
  ['an LSTM on a budget', { cell: 'budget' }],
  ['a moving average with gates', { cell: 'ema' }],
  ['a plain RNN', { cell: 'rnn' }],
  ['an LSTM with gates that shut', { gateActivation: 'hardSigmoid' }],
  ['an LSTM with attention', { attention: { window: 5 } }],
  ['an LSTM of classes', { loss: 'crossEntropy' }],
  ['an LSTM that predicts volatility too', { auxiliary: 'volatility' }],
  ['an LSTM with horizons 1, 4 and 16', { horizons: [1, 4, 16] }],
  ['an LSTM without skip, calendar and lags', { skip: false, calendar: false, lags: 0, learningRate: 0.005 }],
];

for (const [title, options] of CONFIGURATIONS) {
  describeForecaster(title, {
    create: (dimensions) => new LstmForecaster({ dimensions, ...SMALL, ...options }),
    createOther: (dimensions) => new LstmForecaster({ dimensions, ...SMALL, ...options, seed: 2 }),
    createStranger: (dimensions) => new EmaForecaster({ dimensions }),
    learnt: (forecaster) =>
      forecaster instanceof LstmForecaster ? [...forecaster.engine.readParameters()] : [],
    sineError: 0.1,
    sineEvents: 2000,
  });
}

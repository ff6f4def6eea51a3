import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { PretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { describeForecaster } from '../../contracts/forecasterContract.ts';

const weights = await loadPretrainedWeights();

for (const [engine, adapt, other] of [
  ['wasm', 'head', { engine: 'wasm', adapt: 'none' }],
  ['wasm', 'none', { engine: 'reference', adapt: 'none' }],
  ['reference', 'head', { engine: 'wasm', adapt: 'head' }],
  ['wasm', 'all', { engine: 'wasm', adapt: 'head' }],
] as const) {
  describeForecaster(`the pre-trained network on ${engine}, adapting ${adapt}`, {
    create: (dimensions) => new PretrainedForecaster(weights, { dimensions, engine, adapt }),
    createOther: (dimensions) => new PretrainedForecaster(weights, { dimensions, ...other }),
    createStranger: (dimensions) => new EmaForecaster({ dimensions }),
    learnt: (forecaster) =>
      forecaster instanceof PretrainedForecaster
        ? [...forecaster.usualErrors(), ...forecaster.corrections().flatMap((each) => [...each])]
        : [],
    sineError: 0.1,
    sineEvents: 500,
  });
}

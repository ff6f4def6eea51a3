import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { PretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { describeForecaster } from '../../contracts/forecasterContract.ts';

const weights = await loadPretrainedWeights();

for (const [engine, other] of [
  ['wasm', 'reference'],
  ['reference', 'wasm'],
] as const) {
  describeForecaster(`the pre-trained network on ${engine}`, {
    create: (dimensions) => new PretrainedForecaster(weights, { dimensions, engine }),
    createOther: (dimensions) => new PretrainedForecaster(weights, { dimensions, engine: other }),
    createStranger: (dimensions) => new EmaForecaster({ dimensions }),
    learnt: (forecaster) => (forecaster instanceof PretrainedForecaster ? [...forecaster.usualErrors()] : []),
    sineError: 0.1,
    sineEvents: 500,
  });
}

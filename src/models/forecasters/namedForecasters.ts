import { factoryOf, requireFactoryOptions } from '../../core/optionSet.ts';
import type { ForecasterFactory } from '../forecaster.ts';
import { pretrainedFactory } from '../pretrained/pretrainedForecaster.ts';
import { pretrainedWeights } from '../pretrained/pretrainedWeights.ts';
import { EmaForecaster, emaOptions } from './emaForecaster.ts';
import { LastValueForecaster, lastValueOptions } from './lastValueForecaster.ts';
import { lstmFactory } from './lstmForecaster.ts';
import { lstmOptions } from './lstmOptions.ts';
import { RunningMeanForecaster, runningMeanOptions } from './runningMeanForecaster.ts';
import { SeasonalForecaster, seasonalOptions } from './seasonalForecaster.ts';

/** Name of a forecaster on the command line and in configurations. */
export type ForecasterName = 'lstm' | 'lastValue' | 'ema' | 'seasonal' | 'mean' | 'pretrained';

/**
 * Every forecaster by name: `seed` is that of the initial weights, where there are any; `options` are those of its
 * class except the dimensions, its defaults where left out.
 *
 * @throws RxAnomalyError BAD_OPTION for unknown options, and for wrong ones when the factory is called; `pretrained` also
 *   before its weights were loaded, by `await pretrainedForecaster()`
 */
export const namedForecasters: Readonly<
  Record<ForecasterName, (seed: number, options?: object) => ForecasterFactory>
> = {
  lstm: (seed, options = {}) => {
    requireFactoryOptions('LstmForecaster', lstmOptions, options);
    return lstmFactory({ seed, ...options });
  },
  lastValue: (_seed, options = {}) =>
    factoryOf('LastValueForecaster', lastValueOptions, options, (all) => new LastValueForecaster(all)),
  ema: (_seed, options = {}) =>
    factoryOf('EmaForecaster', emaOptions, options, (all) => new EmaForecaster(all)),
  seasonal: (_seed, options = {}) =>
    factoryOf('SeasonalForecaster', seasonalOptions, options, (all) => new SeasonalForecaster(all)),
  mean: (_seed, options = {}) =>
    factoryOf('RunningMeanForecaster', runningMeanOptions, options, (all) => new RunningMeanForecaster(all)),
  pretrained: (_seed, options) => pretrainedFactory(pretrainedWeights(), options),
};

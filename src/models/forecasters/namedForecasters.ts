import type { ForecasterFactory } from '../forecaster.ts';
import { EmaForecaster } from './emaForecaster.ts';
import { LastValueForecaster } from './lastValueForecaster.ts';
import { LstmForecaster } from './lstmForecaster.ts';
import { RunningMeanForecaster } from './runningMeanForecaster.ts';
import { SeasonalForecaster } from './seasonalForecaster.ts';

/** Name of a forecaster on the command line and in configurations. */
export type ForecasterName = 'lstm' | 'lastValue' | 'ema' | 'seasonal' | 'mean';

/**
 * Every forecaster by name: `seed` is that of the initial weights, where there are any; `options` are those of its
 * class except the dimensions, its defaults where left out.
 *
 * @throws RxAnomalyError BAD_OPTION from the factory, when it is called
 */
export const namedForecasters: Readonly<
  Record<ForecasterName, (seed: number, options?: object) => ForecasterFactory>
> = {
  lstm: (seed, options) => (dimensions) => new LstmForecaster({ seed, ...options, dimensions }),
  lastValue: (_seed, options) => (dimensions) => new LastValueForecaster({ ...options, dimensions }),
  ema: (_seed, options) => (dimensions) => new EmaForecaster({ ...options, dimensions }),
  seasonal: (_seed, options) => (dimensions) => new SeasonalForecaster({ ...options, dimensions }),
  mean: (_seed, options) => (dimensions) => new RunningMeanForecaster({ ...options, dimensions }),
};

import type { ForecasterFactory } from '../forecaster.ts';
import { EmaForecaster } from './emaForecaster.ts';
import { LastValueForecaster } from './lastValueForecaster.ts';
import { LstmForecaster } from './lstmForecaster.ts';
import { NoForecaster } from './noForecaster.ts';
import { SeasonalForecaster } from './seasonalForecaster.ts';

/** What a forecaster is called on the command line: its `name`. */
export type ForecasterName = 'lstm' | 'lastValue' | 'ema' | 'seasonal' | 'none';

/** Every forecaster with its defaults, by name: `seed` is that of the initial weights, where there are any. */
export const namedForecasters: Readonly<Record<ForecasterName, (seed: number) => ForecasterFactory>> = {
  lstm: (seed) => (dimensions) => new LstmForecaster({ dimensions, seed }),
  lastValue: () => (dimensions) => new LastValueForecaster({ dimensions }),
  ema: () => (dimensions) => new EmaForecaster({ dimensions }),
  seasonal: () => (dimensions) => new SeasonalForecaster({ dimensions }),
  none: () => (dimensions) => new NoForecaster({ dimensions }),
};

import type { Value } from '../../core/reading.ts';
import { namedForecasters } from '../../models/forecasters/namedForecasters.ts';
import { namedScorers } from '../../models/scorers/namedScorers.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import type { ModelOptions } from './options.ts';

/** The models of these names as options of a detector. The LSTM is the detector's own, which a checkpoint of it says. */
export function namedModels({
  forecaster,
  scorer,
  seed,
}: ModelOptions): Pick<StreamDetectorOptions<unknown, Value>, 'seed' | 'forecaster' | 'scorer'> {
  return {
    ...(forecaster === 'lstm' ? { seed } : { forecaster: namedForecasters[forecaster](seed) }),
    scorer: namedScorers[scorer](),
  };
}

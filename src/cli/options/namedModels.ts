import type { Value } from '../../core/reading.ts';
import type { ForecasterFactory } from '../../models/forecaster.ts';
import { type ForecasterName, namedForecasters } from '../../models/forecasters/namedForecasters.ts';
import { namedScorers } from '../../models/scorers/namedScorers.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import type { ModelOptions } from './options.ts';

/** The named models as options of a detector; the LSTM is its default, so that only its seed is needed. */
export function namedModels({
  forecaster,
  scorer,
  seed,
  adapt,
  fleet = false,
}: ModelOptions & { readonly fleet?: boolean }): Pick<
  StreamDetectorOptions<unknown, Value>,
  'seed' | 'forecaster' | 'scorer' | 'fleet'
> {
  if (fleet) return { fleet }; // which has models of its own
  return {
    ...(forecaster === 'lstm' ? { seed } : { forecaster: forecasterOf({ forecaster, seed, adapt }) }),
    scorer: namedScorers[scorer](),
  };
}

/** The forecaster with that name. */
export function forecasterOf({
  forecaster,
  seed,
  adapt,
}: Pick<ModelOptions, 'forecaster' | 'seed'> & {
  readonly adapt: ModelOptions['adapt'] | undefined;
}): ForecasterFactory {
  return namedForecasters[forecaster](
    seed,
    forecaster === 'pretrained' && adapt !== undefined ? { adapt } : {},
  );
}

/** Baselines that any forecaster should beat. */
const BASELINES: readonly ForecasterName[] = ['lastValue', 'seasonal', 'ema'];

export function baselinesFor(forecaster: ForecasterName): ForecasterName[] {
  return BASELINES.filter((baseline) => baseline !== forecaster);
}

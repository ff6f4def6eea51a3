import type { ForecasterName } from '../../models/forecasters/namedForecasters.ts';

/** What any forecaster must beat to be worth its cost. */
const BASELINES: readonly ForecasterName[] = ['lastValue', 'seasonal', 'ema'];

export function baselinesFor(forecaster: ForecasterName): ForecasterName[] {
  return BASELINES.filter((baseline) => baseline !== forecaster);
}

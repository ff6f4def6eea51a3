import type { Forecaster, Observation } from './forecaster.ts';
import type { Scorer } from './scorer.ts';

/** Observations after which little is left of those before: as many as lags, horizons and window of the LSTM reach. */
const REACH = 32;

/**
 * Shows models that have learnt on another stream where this one is, as if it had stood at its first observation before.
 * Nothing is learnt from it; what was remembered of the other one's newest values passes.
 */
export function arrive(forecaster: Forecaster, scorer: Scorer, observation: Observation): void {
  const shown = { ...observation, imputed: true };
  for (let k = 0; k < REACH; k++) forecaster.learn(shown, 0);
  scorer.learn(forecaster.predict(), observation, 0);
}

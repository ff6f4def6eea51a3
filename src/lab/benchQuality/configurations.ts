import { namedForecasters } from '../../models/forecasters/namedForecasters.ts';
import { namedScorers } from '../../models/scorers/namedScorers.ts';
import type { DetectorSettings } from '../quality/detectSeries.ts';

/** A way to set up the detector; a function where more than the network's weights depends on the seed. */
export type Configuration = DetectorSettings | ((seed: number) => DetectorSettings);

/**
 * The configurations that come with the command, by name, as a file would give them: each differs from the default in
 * one part, the forecaster or the scorer, and is called as that is. `ewZScore`, exponentially weighted mean and deviation
 * with half-lives of 500 records, differs in both.
 */
export const CONFIGURATIONS: Readonly<Record<string, object>> = {
  default: {},
  ...Object.fromEntries(
    Object.keys(namedForecasters)
      .filter((forecaster) => forecaster !== 'lstm')
      .map((forecaster) => [forecaster, { forecaster }]),
  ),
  ...Object.fromEntries(
    Object.keys(namedScorers)
      .filter((scorer) => scorer !== 'evidence')
      .map((scorer) => [scorer, { scorer }]),
  ),
  ewZScore: { forecaster: { name: 'ema', alpha: 1 - 2 ** (-1 / 500), halfLife: 500 }, scorer: 'zScore' },
};

/** Whether runs with other seeds differ: there is a network, or the configuration uses the seed. */
export function isSeeded(configuration: Configuration): boolean {
  if (typeof configuration === 'function') return true;
  return configuration.forecaster === undefined && configuration.seed === undefined;
}

/** The settings for a seed. */
export function settingsOf(configuration: Configuration, seed: number): DetectorSettings {
  if (typeof configuration === 'function') return configuration(seed);
  return isSeeded(configuration) ? { ...configuration, seed } : configuration;
}

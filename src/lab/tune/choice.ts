import { DEFAULT_MODELS } from '../../cli/options/options.ts';
import type { Recurring } from '../../models/decision/recurrence.ts';
import { thresholdOf } from '../../models/decision/thresholdOptions.ts';
import { type ForecasterName, namedForecasters } from '../../models/forecasters/namedForecasters.ts';
import { namedScorers, type ScorerName } from '../../models/scorers/namedScorers.ts';

/** The options that are tuned, except the threshold, which needs no run of its own. */
export interface Choice {
  readonly forecaster: ForecasterName;
  readonly scorer: ScorerName;
  readonly recurring: Recurring;
}

export const DEFAULT_CHOICE: Choice = {
  forecaster: DEFAULT_MODELS.forecaster,
  scorer: DEFAULT_MODELS.scorer,
  recurring: 'normal',
};

export const DEFAULT_THRESHOLD: number = thresholdOf('medium');

/** Thresholds that are tried, ascending. */
export const THRESHOLDS: readonly number[] = [
  0.3,
  0.35,
  0.4,
  0.45,
  DEFAULT_THRESHOLD,
  0.55,
  0.6,
  0.65,
  0.7,
  0.8,
];

/**
 * The values to try for each option, in the order in which they are fixed: one after the other, not every
 * combination.
 */
export const ALTERNATIVES: { readonly [K in keyof Choice]: readonly Choice[K][] } = {
  forecaster: Object.keys(namedForecasters) as ForecasterName[],
  scorer: Object.keys(namedScorers) as ScorerName[],
  recurring: ['normal', 'anomalous'],
};

/** Every choice that differs from this one in the option. */
export function neighbours(choice: Choice, option: keyof Choice): Choice[] {
  return ALTERNATIVES[option]
    .filter((value) => value !== choice[option])
    .map((value) => ({ ...choice, [option]: value }));
}

/** How many choices are tried in all, the default included. */
export const MOST_TRIALS: number =
  1 + Object.values(ALTERNATIVES).reduce((sum, values) => sum + values.length - 1, 0);

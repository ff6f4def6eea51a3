import { badOption } from '../../core/options.ts';
import type { Forecaster } from '../../models/forecaster.ts';
import { EmaForecaster } from '../../models/forecasters/emaForecaster.ts';
import { LastValueForecaster } from '../../models/forecasters/lastValueForecaster.ts';
import { SeasonalForecaster } from '../../models/forecasters/seasonalForecaster.ts';
import type { Scorer } from '../../models/scorer.ts';
import { EvidenceScorer } from '../../models/scorers/evidenceScorer.ts';
import { TailScorer } from '../../models/scorers/tailScorer.ts';
import { ZScoreScorer } from '../../models/scorers/zScoreScorer.ts';

/** Makes a part of a detector, with options of its class other than the dimensions. */
export type Part<T> = (dimensions: number, options?: object) => T;

/** Forecasters that a configuration may give by name. */
export const FORECASTERS: Readonly<Record<string, Part<Forecaster>>> = {
  'last-value': (dimensions, options) => new LastValueForecaster({ ...options, dimensions }),
  ema: (dimensions, options) => new EmaForecaster({ ...options, dimensions }),
  seasonal: (dimensions, options) => new SeasonalForecaster({ ...options, dimensions }),
};

/** Scorers that a configuration may give by name. */
export const SCORERS: Readonly<Record<string, Part<Scorer>>> = {
  evidence: (dimensions, options) => new EvidenceScorer({ ...options, dimensions }),
  tail: (dimensions, options) => new TailScorer({ ...options, dimensions }),
  'z-score': (dimensions, options) => new ZScoreScorer({ ...options, dimensions }),
};

/**
 * A part as a configuration gives it: a factory, a name, or an object with the name and options of the part.
 *
 * @param where which configuration, for the message
 * @throws RxAnomalyError BAD_OPTION where it is none of them; what is wrong with options, the part itself says
 */
export function partOf<T>(
  where: string,
  kind: string,
  known: Readonly<Record<string, Part<T>>>,
  given: unknown,
): (dimensions: number) => T {
  if (typeof given === 'function') return given as (dimensions: number) => T;
  const fields = typeof given === 'object' && given !== null ? given : { name: given };
  const { name, ...options } = { name: undefined, ...fields } as { name: unknown };
  const make = typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
  if (make === undefined) {
    const names = Object.keys(known).map((each) => `'${each}'`);
    throw badOption(where, kind, `${names.join(', ')}, or an object with such a name`, name ?? given);
  }
  return (dimensions) => make(dimensions, options);
}

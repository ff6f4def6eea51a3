import { HORIZONS } from '../../models/pretrained/contextInputs.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { AGES, type ForecastErrors, forecastErrors } from './forecastErrors.ts';
import { ratioOf } from './forecastResults.ts';
import type { Collection } from './readCollection.ts';
import { ADAPTING, allSubjects, FROZEN, LEARNING } from './subjects.ts';

/** What adapting does to the errors of the pre-trained network at one horizon: ratios to those without, below 1 is better. */
export interface AdaptationAt {
  /** Geometric mean over the series. */
  readonly mean: number;
  /** The greatest of a series, and its name. */
  readonly worst: number;
  readonly of: string;
  /** Series that are more than 1 % worse. */
  readonly harmed: number;
}

export interface Adaptation {
  readonly series: number;
  /** (K) from record 100 on. */
  readonly horizons: readonly AdaptationAt[];
  /** (AGES) one event ahead, by age of the series. */
  readonly ages: readonly AdaptationAt[];
}

const HARM = 1.01;

/** Runs the pre-trained network over every series, once without adaptation and once for each way of it; by their names. */
export function evaluateAdaptation(
  { series }: Collection,
  weights: PretrainedWeights,
): Readonly<Record<typeof ADAPTING | typeof LEARNING, Adaptation>> {
  const all = allSubjects(weights, 1);
  const subjects = new Map([FROZEN, ADAPTING, LEARNING].map((subject) => [subject, all.get(subject)!]));
  const errors = series.map((each) => forecastErrors(each, subjects));
  const names = series.map(({ name }) => name);
  const of = (how: number): Adaptation =>
    adaptationOf(
      names,
      errors.map((each) => ({ frozen: each[0], adapting: each[how] })),
    );
  return { [ADAPTING]: of(1), [LEARNING]: of(2) };
}

/** @param errors of each series, in the order of its names */
export function adaptationOf(
  names: readonly string[],
  errors: readonly { readonly frozen: ForecastErrors; readonly adapting: ForecastErrors }[],
): Adaptation {
  const at = (of: (errors: ForecastErrors) => number): AdaptationAt => {
    const ratios = errors.map(({ frozen, adapting }) => of(adapting) / of(frozen));
    const finite = ratios.filter(Number.isFinite);
    const worst = Math.max(...finite);
    return {
      mean: ratioOf(ratios).mean,
      worst,
      of: names[ratios.indexOf(worst)],
      harmed: finite.filter((ratio) => ratio > HARM).length,
    };
  };
  return {
    series: errors.length,
    horizons: HORIZONS.map((_, k) => at(({ horizons }) => horizons[k])),
    ages: AGES.map((_, age) => at(({ ages }) => ages[age])),
  };
}

/** Heads and rows of a table, by collection and horizon. */
export function adaptationTable(
  results: readonly {
    readonly collection: string;
    readonly adaptations: Readonly<Record<string, Adaptation>>;
  }[],
): { heads: string[]; rows: string[][] } {
  const heads = [
    'by frozen',
    'collection',
    'events ahead',
    'error',
    'worst',
    'more than 1 % worse',
    'worst series',
  ];
  const each = results.flatMap(({ collection, adaptations }) =>
    Object.entries(adaptations).map(([how, adaptation]) => ({ collection, how, ...adaptation })),
  );
  const rows = each.flatMap(({ collection, how, series, horizons, ages }) =>
    [
      ...horizons.map((at, k) => ({ at, ahead: `${HORIZONS[k]}` })),
      { at: ages[0], ahead: `${HORIZONS[0]}, records ${AGES[0].join('–')}` },
    ].map(({ at: { mean, worst, harmed, of }, ahead }) => [
      ...[how, collection, ahead, mean.toFixed(4), worst.toFixed(3)],
      ...[`${harmed} of ${series}`, of],
    ]),
  );
  return { heads, rows };
}

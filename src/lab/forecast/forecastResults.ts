import { medianOf } from '../../core/math/median.ts';
import { HORIZONS } from '../../models/pretrained/contextInputs.ts';
import { AGES, type ForecastErrors } from './forecastErrors.ts';

/** Ratios of a forecaster's errors to the first's over the series of a collection. */
export interface Ratio {
  /** Geometric mean; NaN where no series had errors. */
  readonly mean: number;
  readonly median: number;
  /** Series. */
  readonly count: number;
}

/** One forecaster over one collection. */
export interface SubjectResult {
  readonly subject: string;
  /** (K) by horizon, from record 100 on. */
  readonly horizons: readonly Ratio[];
  /** (AGES) one event ahead, by age of the series. */
  readonly ages: readonly Ratio[];
  /** Share of the values from record 200 on that the 95 % band holds. */
  readonly within: number;
}

export interface CollectionResult {
  readonly collection: string;
  readonly series: number;
  readonly subjects: readonly SubjectResult[];
}

const LEAST = 1e-9; // a ratio whose logarithm still counts

/** @param errors (series, subjects) of `forecastErrors`; the first subject is what the others are measured by */
export function collectionResult(
  collection: string,
  subjects: readonly string[],
  errors: readonly (readonly ForecastErrors[])[],
): CollectionResult {
  const ratio = (at: number, of: (errors: ForecastErrors) => number): Ratio =>
    ratioOf(errors.map((each) => of(each[at]) / of(each[0])));
  return {
    collection,
    series: errors.length,
    subjects: subjects.map((subject, at) => ({
      subject,
      horizons: HORIZONS.map((_, k) => ratio(at, ({ horizons }) => horizons[k])),
      ages: AGES.map((_, age) => ratio(at, ({ ages }) => ages[age])),
      within: sum(errors.map((each) => each[at].within)) / sum(errors.map((each) => each[at].banded)),
    })),
  };
}

/** Of those that are finite. */
export function ratioOf(all: readonly number[]): Ratio {
  const ratios = all.filter(Number.isFinite);
  const count = ratios.length;
  const mean = Math.exp(sum(ratios.map((ratio) => Math.log(Math.max(LEAST, ratio)))) / count);
  return { mean, median: medianOf(Float64Array.from(ratios)), count };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

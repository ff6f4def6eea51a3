import { HORIZONS } from '../../models/pretrained/contextInputs.ts';
import { compress } from '../../models/scaling/laplaceBand.ts';
import { RobustScaler } from '../../models/scaling/robustScaler.ts';
import type { Subjects } from './subjects.ts';

/** One series of one dimension. */
export interface ForecastSeries {
  readonly name: string;
  readonly values: Float64Array;
  /** Milliseconds since 1970; undefined without times. */
  readonly times: Float64Array | undefined;
}

/** Ages of a series that are reported: records from … to, the latter excluded. */
export const AGES: readonly (readonly [from: number, to: number])[] = [
  [30, 100],
  [100, 500],
  [500, Number.POSITIVE_INFINITY],
];

/** Of one forecaster over one series: sums of absolute errors, standardised and compressed. */
export interface ForecastErrors {
  readonly horizons: Float64Array; // (K) from record 100 on
  readonly ages: Float64Array; // (AGES) at the first horizon
  /** Values from record 200 on, and those of them within the 95 % band. */
  readonly banded: number;
  readonly within: number;
}

const FROM = 100; // records
const BANDED_FROM = 200;

/**
 * Runs every forecaster over a series. An error is that of standardised and compressed values, as the forecasters see them:
 * by mean and deviation of all before. Nothing counts before there is a deviation.
 *
 * @returns (subjects) in their order
 */
export function forecastErrors({ values, times }: ForecastSeries, subjects: Subjects): ForecastErrors[] {
  return [...subjects.values()].map((create) => {
    const { forecaster, ahead } = create();
    const scaler = new RobustScaler({ dimensions: 1 });
    const made: (readonly number[])[] = [];
    const horizons = new Float64Array(HORIZONS.length);
    const ages = new Float64Array(AGES.length);
    let [banded, within] = [0, 0];
    for (let t = 0; t < values.length; t++) {
      const value = values[t];
      if (t >= BANDED_FROM && !Number.isNaN(value)) {
        const { lower, upper } = forecaster.predict();
        banded++;
        if (value >= lower[0] && value <= upper[0]) within++;
      }
      if (scaler.hasSpread(0) && !Number.isNaN(value)) {
        const x = compress(scaler.standardise(0, value));
        for (const [k, steps] of HORIZONS.entries()) {
          const expected = made[t - steps]?.[k] ?? Number.NaN;
          if (Number.isNaN(expected)) continue;
          const error = Math.abs(x - compress(scaler.standardise(0, expected)));
          if (t >= FROM) horizons[k] += error;
          const age = k > 0 ? -1 : AGES.findIndex(([from, to]) => t >= from && t < to);
          if (age >= 0) ages[age] += error;
        }
      }
      forecaster.learn({ time: times?.[t], value: [value], imputed: false }, 1);
      scaler.learnOne(0, value, 1);
      made.push(ahead());
    }
    forecaster.dispose();
    return { horizons, ages, banded, within };
  });
}

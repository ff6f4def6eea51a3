import type { RecordedStream } from '../streamRecorder.ts';

/** Errors of one forecaster on one stream. */
export interface ForecastErrors {
  /** (D) mean of |value − expected|, in units of the value; NaN without records. */
  readonly meanAbsolute: readonly number[];
  /** Share of the values within the 95 % band, 0 … 1; null without records. */
  readonly within: number | null;
}

/** The errors of several forecasters on the same records of one stream. */
export interface ForecastComparison {
  /** Records that were compared. */
  readonly records: number;
  /** (forecasters) */
  readonly errors: readonly ForecastErrors[];
}

/** Records at the start that are not compared: the forecasters have not adapted yet, and the detector flags nothing. */
const WARM_UP = 100;

/**
 * The errors of several forecasters on one stream, over the records for which all had a forecast. Left out are the
 * first 100 records, imputed values, and labelled windows: a forecaster need not predict anomalies.
 *
 * @param runs the same stream, detected with each forecaster
 */
export function forecastErrors(runs: readonly RecordedStream[]): ForecastComparison {
  const [{ dimensions, scores, imputed, labels = [] }] = runs as [RecordedStream];
  const isCompared = new Uint8Array(scores.length).fill(1, WARM_UP);
  for (const at of imputed) isCompared[at] = 0;
  for (const { first, last } of labels) isCompared.fill(0, first, last + 1);
  for (const run of runs) {
    for (const { value, expected } of run.dimensions) {
      for (let at = 0; at < value.length; at++) {
        if (!Number.isFinite(value[at]! - expected[at]!)) isCompared[at] = 0;
      }
    }
  }
  const records = isCompared.reduce((sum, one) => sum + one, 0);
  return {
    records,
    errors: runs.map((run) => {
      let inside = 0;
      const meanAbsolute = run.dimensions.map(({ value, expected, lower, upper }) => {
        let sum = 0;
        for (let at = 0; at < value.length; at++) {
          if (isCompared[at] === 0) continue;
          sum += Math.abs(value[at]! - expected[at]!) / records; // divided first: values may be near 1e300
          if (value[at]! >= lower[at]! && value[at]! <= upper[at]!) inside++;
        }
        return records > 0 ? sum : Number.NaN;
      });
      return { meanAbsolute, within: records > 0 ? inside / (records * dimensions.length) : null };
    }),
  };
}

import type { RecordWindow } from '../../backtest/recordWindows.ts';
import type { TransformName } from '../../models/transform.ts';

/** A recorded stream with its labels, as columns that threads can share. n records of D dimensions. */
export interface LabelledSeries {
  readonly name: string;
  /** (D) their names. */
  readonly dimensions: readonly string[];
  /** (n, D) row by row; NaN where a value is missing. */
  readonly values: Float64Array;
  /** (n) milliseconds since 1970, NaN where unknown; undefined for a series without times. */
  readonly times: Float64Array | undefined;
  /** Labelled windows, ascending and disjoint; empty for a clean series. */
  readonly windows: readonly RecordWindow[];
  /** Records whose scores, flags and alerts do not count: around a joint of two recordings. @default none */
  readonly unscored?: RecordWindow | undefined;
  /** The transform of the values: a property of the data, the same for every configuration. */
  readonly transform: TransformName;
}

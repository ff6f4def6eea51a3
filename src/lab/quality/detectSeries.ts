import type { StreamOutcome } from '../../backtest/metrics/incidentMetrics.ts';
import type { RecordWindow } from '../../backtest/recordWindows.ts';
import { StreamRecorder } from '../../backtest/streamRecorder.ts';
import type { Value } from '../../core/reading.ts';
import { StreamDetector } from '../../models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import type { TransformName } from '../../models/transform.ts';

/** The options of a detector except those for reading events and for keys. */
export type DetectorSettings = Omit<
  StreamDetectorOptions<SeriesRecord, Value>,
  | 'value'
  | 'time'
  | 'key'
  | 'transform'
  | 'maxKeys'
  | 'idleTimeout'
  | 'clock'
  | 'onEvict'
  | 'onReturn'
  | 'onProblem'
>;

/** One record of a {@link LabelledSeries}, as the detector receives it. */
export interface SeriesRecord {
  readonly value: Value;
  readonly time: number | undefined;
}

/** The results of a detector on a series, and its labels. n records. */
export interface DetectedSeries extends StreamOutcome {
  readonly name: string;
  /** (n) 0 … 1; 0 for a record without a verdict. */
  readonly scores: Float64Array;
  /** (n) the scores that could have raised an alert, as in `RecordedStream`. */
  readonly alertScores: Float64Array;
}

/**
 * Runs a fresh detector over a series, from its first record to its last: one pass, in which each record is scored by
 * what came before it. Results for `unscored` records are dropped; the detector sees the records all the same.
 *
 * @throws RxAnomalyError BAD_OPTION, and BAD_DATA under the policy `'error'`
 */
export function detectSeries(series: LabelledSeries, settings: DetectorSettings): DetectedSeries {
  const { name, dimensions, values, times, windows, unscored, transform } = series;
  const width = dimensions.length;
  const records = values.length / width;
  const detector = new StreamDetector<SeriesRecord, Value>(
    { ...settings, transform, value: (record) => record.value, time: (record) => record.time },
    'detectSeries',
  );
  const recorder = new StreamRecorder(name, dimensions, settings);
  const detected: number[] = []; // the record of each verdict
  try {
    for (let at = 0; at < records; at++) {
      const value = width === 1 ? values[at]! : [...values.subarray(at * width, (at + 1) * width)];
      const verdict = detector.process({ value, time: times?.[at] });
      if (verdict === undefined) continue;
      recorder.add(verdict);
      detected.push(at);
    }
  } finally {
    detector.dispose();
  }
  const { scores, alertScores, flags, alerts } = recorder.finish(windows);
  const isUnscored = (at: number): boolean =>
    unscored !== undefined && at >= unscored.first && at <= unscored.last;
  const recordsOf = (verdicts: readonly number[]): number[] =>
    verdicts.map((verdict) => detected[verdict]!).filter((at) => !isUnscored(at));
  const spread = (column: Float64Array): Float64Array => {
    const all = new Float64Array(records);
    for (const [verdict, at] of detected.entries()) all[at] = isUnscored(at) ? 0 : column[verdict]!;
    return all;
  };
  return {
    name,
    records,
    windows,
    scores: spread(scores),
    alertScores: spread(alertScores),
    flags: recordsOf(flags),
    alerts: recordsOf(alerts),
    ...(times === undefined ? {} : { times }),
  };
}

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

import { type LabelWindow, type RecordWindow, recordWindows, windowsOfFlags } from '../../backtest/index.ts';
import type { FoundTable } from '../../cli/run/table/findTables.ts';
import { openTable } from '../../cli/run/table/openTable.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { TransformName } from '../../models/transform.ts';
import type { CsvOptions } from '../../sources/index.ts';
import type { LabelledSeries } from '../quality/detectSeries.ts';

/** The series of a table. */
export interface TableSeries {
  readonly labelled: readonly LabelledSeries[];
  /** Series without labels. */
  readonly leftOut: number;
}

/** The columns of one series. */
interface Columns {
  readonly values: number[];
  readonly times: number[];
  readonly flags: boolean[];
}

/**
 * Reads the series of a table, one or one for each key, into columns in shared memory, which all threads use without a copy.
 *
 * @param windowsOf labelled windows by time of a series; without them the label column counts
 * @param chosen columns that are named, not guessed
 * @param unscored records of the only series whose results do not count
 * @throws RxAnomalyError BAD_INPUT
 */
export async function readSeries(
  { path, name }: FoundTable,
  windowsOf: (key: string | undefined) => readonly LabelWindow[] | undefined,
  transform: TransformName,
  signal: AbortSignal,
  chosen: CsvOptions = {},
  unscored?: RecordWindow,
): Promise<TableSeries> {
  const table = await openTable(path, chosen, signal);
  const { columns } = table;
  const all = new Map<string | undefined, Columns>();
  for await (const rows of table.batches()) {
    for (const { key, value, time, label } of rows) {
      let series = all.get(key);
      if (series === undefined) {
        series = { values: [], times: [], flags: [] };
        all.set(key, series);
      }
      series.values.push(...value);
      series.times.push(time ?? Number.NaN);
      series.flags.push(label === true);
    }
    signal.throwIfAborted();
  }
  const labelled: LabelledSeries[] = [];
  for (const [key, { values, times, flags }] of all) {
    const windows = windowsOf(key);
    if (windows === undefined && columns.label === undefined) continue;
    if (windows !== undefined && columns.time === undefined)
      throw new RxAnomalyError('BAD_INPUT', `${path}: labels by time need a time column`);
    labelled.push({
      name: key === undefined ? name : `${name} ${key}`,
      dimensions: columns.value,
      values: shared(values),
      times: columns.time === undefined ? undefined : shared(times),
      windows: windows === undefined ? windowsOfFlags(flags) : recordWindows(times, windows),
      unscored: all.size === 1 ? unscored : undefined,
      transform,
    });
  }
  return { labelled, leftOut: all.size - labelled.length };
}

function shared(numbers: readonly number[]): Float64Array {
  const column = new Float64Array(new SharedArrayBuffer(8 * numbers.length));
  column.set(numbers);
  return column;
}

import { type LabelWindow, type RecordWindow, recordWindows, windowsOfFlags } from '../../backtest/index.ts';
import type { FoundTable } from '../../cli/run/table/findTables.ts';
import { openTable } from '../../cli/run/table/openTable.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { TransformName } from '../../models/transform.ts';
import type { CsvOptions } from '../../sources/index.ts';
import type { LabelledSeries } from '../quality/detectSeries.ts';

/**
 * Reads a table into columns in shared memory, which all threads use without a copy.
 *
 * @param windows labelled windows by time; without them the label column counts
 * @param chosen columns that are named, not guessed
 * @param unscored records whose results do not count
 * @returns undefined for a table without labels
 * @throws RxAnomalyError BAD_INPUT
 */
export async function readSeries(
  { path, name }: FoundTable,
  windows: readonly LabelWindow[] | undefined,
  transform: TransformName,
  signal: AbortSignal,
  chosen: CsvOptions = {},
  unscored?: RecordWindow,
): Promise<LabelledSeries | undefined> {
  const table = await openTable(path, chosen, signal);
  const { columns } = table;
  if (windows === undefined && columns.label === undefined) {
    await table.close();
    return undefined;
  }
  if (windows !== undefined && columns.time === undefined)
    throw new RxAnomalyError('BAD_INPUT', `${path}: labels by time need a time column`);
  const values: number[] = [];
  const times: number[] = [];
  const flags: boolean[] = [];
  for await (const rows of table.batches()) {
    for (const { value, time, label } of rows) {
      values.push(...value);
      times.push(time ?? Number.NaN);
      flags.push(label === true);
    }
    signal.throwIfAborted();
  }
  return {
    name,
    dimensions: columns.value,
    values: shared(values),
    times: columns.time === undefined ? undefined : shared(times),
    windows: windows === undefined ? windowsOfFlags(flags) : recordWindows(times, windows),
    unscored,
    transform,
  };
}

function shared(numbers: readonly number[]): Float64Array {
  const column = new Float64Array(new SharedArrayBuffer(8 * numbers.length));
  column.set(numbers);
  return column;
}

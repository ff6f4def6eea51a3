import { RxAnomalyError } from '../../core/errors.ts';
import type { CheckpointStore } from '../../models/durable/checkpointStore.ts';
import { trusted } from '../../models/snapshot.ts';
import type { CsvOptions } from '../../sources/index.ts';
import type { ColumnOptions } from '../options/options.ts';
import { columnsGoneOnWith } from './columns.ts';
import type { OpenDetection } from './detection.ts';
import { type FoundTable, findTables } from './findTables.ts';
import { openTable } from './openTable.ts';
import type { Persistence } from './persistence.ts';
import type { DetectionOptions } from './rowOptions.ts';
import type { RunConfig } from './runConfig.ts';
import { recordedStream, stateOf } from './tableDetection.ts';

/**
 * The tables that are named, or in folders that are named, opened one after another.
 *
 * @throws RxAnomalyError BAD_INPUT where there is none, or two would be the same stream
 */
export async function* recordedStreams(
  paths: readonly string[],
  options: ColumnOptions & { readonly speed: number },
  detectionOptions: DetectionOptions,
  persistence: Persistence,
  signal: AbortSignal,
): AsyncGenerator<OpenDetection, void, void> {
  const found: FoundTable[] = [];
  for (const path of paths) found.push(...(await findTables(path)));
  const files = new Map<string, string>();
  for (const { path, name: file } of found) {
    const name = file.replace(/\.csv(\.gz)?$/i, '');
    const other = files.get(name);
    if (other !== undefined)
      throw new RxAnomalyError('BAD_INPUT', `${path}: a stream is called ${name} already, of ${other}`);
    files.set(name, path);
    const columns = await csvOptions(options, persistence.store, stateOf(name));
    const table = await openTable(path, columns, signal);
    try {
      yield await recordedStream(table, name, options.speed, detectionOptions, persistence);
    } catch (error) {
      await table.close();
      throw error;
    }
  }
}

/** The columns of a table whose state is kept under that name. */
async function csvOptions(
  options: ColumnOptions,
  store: CheckpointStore,
  state: string,
): Promise<CsvOptions> {
  const snapshot = await store.load(state);
  const saved = trusted<{ readonly given?: Partial<RunConfig> } | undefined>(snapshot?.config);
  return columnsGoneOnWith(options, saved?.given);
}

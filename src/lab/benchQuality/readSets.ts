import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { type Labels, parseLabels, type RecordWindow, windowsFor } from '../../backtest/index.ts';
import type { Progress } from '../../cli/output/progress.ts';
import { type FoundTable, findTables } from '../../cli/run/table/findTables.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { TransformName } from '../../models/transform.ts';
import type { CsvOptions } from '../../sources/index.ts';
import type { LabelledSeries } from '../quality/detectSeries.ts';
import { readSeries } from './readSeries.ts';

/** A folder of labelled series. */
export interface SeriesSet {
  /** The folder's name. */
  readonly name: string;
  /** Whether it has the layout of NAB, so that NAB's score applies. */
  readonly isNab: boolean;
  readonly series: readonly LabelledSeries[];
}

/** What a user may specify instead of having it detected. */
export interface SetOptions {
  /** Windows by file. */
  readonly labels?: Labels | undefined;
  readonly columns?: CsvOptions;
  readonly transform?: TransformName;
  /** Updated with every table that was read. */
  readonly progress?: Progress;
}

/**
 * Reads a folder of labelled series, or one file. Labels are looked for in this order:
 * - NAB's layout: `data/<category>/<file>.csv` and `labels/combined_windows.json`;
 * - `labels.json` in the folder of a table or in one above it, up to the given folder;
 * - a column of 0 and 1 called label, is_anomaly …
 *
 * A `catalogue.json` in the folder, as in the fixtures, lists which files are prices to be modelled as log-returns; a
 * `joints.json`, `{ "<table>": row }`, the row at which a table's second recording begins: the joint is not an
 * anomaly, so that row and the 60 after it do not count. Series without labels are left out and reported.
 *
 * @param log gets a line for each table that is left out
 * @throws RxAnomalyError BAD_INPUT for a folder without a labelled table
 */
export async function readSet(
  path: string,
  log: (line: string) => void,
  signal: AbortSignal,
  { labels: given, columns, transform = 'none', progress }: SetOptions = {},
): Promise<SeriesSet> {
  const windows = join(path, 'labels', 'combined_windows.json');
  const isNab = existsSync(windows) && existsSync(join(path, 'data'));
  const root = isNab ? join(path, 'data') : path;
  const tables = await findTables(root);
  const read = labelReader();
  const transforms = await readCatalogue(path);
  const joints = await readJoints(path);
  const series: LabelledSeries[] = [];
  let records = 0;
  for (const [at, table] of tables.entries()) {
    progress?.update(at / tables.length, records, table.name);
    const file = isNab ? windows : labelFile(table, root);
    const known = given ?? (file === undefined ? undefined : await read(file));
    const windowsOf = (key: string | undefined) => known && windowsFor(known, table.path, key);
    const unscored = joints.get(parse(table.name).name);
    const modelled = transforms.get(table.name) ?? transform;
    const { labelled, leftOut } = await readSeries(table, windowsOf, modelled, signal, columns, unscored);
    series.push(...labelled);
    for (const { values, dimensions } of labelled) records += values.length / dimensions.length;
    if (leftOut === 0) continue;
    progress?.clear();
    const of = labelled.length + leftOut;
    log(`left out: ${table.path}: ${of === 1 ? 'no labels' : `${leftOut} of ${of} series have no labels`}`);
  }
  progress?.clear();
  if (series.length === 0) throw new RxAnomalyError('BAD_INPUT', `${path}: holds no labelled series`);
  return { name: basename(resolve(path)), isNab, series };
}

/** Reads each file of labels once. */
function labelReader(): (file: string) => Promise<Labels> {
  const known = new Map<string, Promise<Labels>>();
  return (file) => {
    const labels = known.get(file) ?? readFile(file, 'utf8').then((text) => parseLabels(text, file));
    known.set(file, labels);
    return labels;
  };
}

/** The nearest `labels.json` from the table's folder up to the searched one. */
function labelFile({ path }: FoundTable, root: string): string | undefined {
  for (let folder = resolve(dirname(path)); ; folder = dirname(folder)) {
    const file = join(folder, 'labels.json');
    if (existsSync(file)) return file;
    if (folder === resolve(root) || folder === dirname(folder)) return undefined;
  }
}

async function readCatalogue(path: string): Promise<ReadonlyMap<string, TransformName>> {
  const file = join(path, 'catalogue.json');
  if (!existsSync(file)) return new Map();
  const entries = JSON.parse(await readFile(file, 'utf8')) as { file: string; transform: TransformName }[];
  return new Map(entries.map(({ file: name, transform }) => [name, transform]));
}

/** Records around the joints, by table without its folder and ending. */
async function readJoints(path: string): Promise<ReadonlyMap<string, RecordWindow>> {
  const file = join(path, 'joints.json');
  if (!existsSync(file)) return new Map();
  const rows = Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>);
  return new Map(
    rows.map(([name, row]) => {
      if (typeof row === 'number' && Number.isSafeInteger(row) && row >= 0)
        return [name, { first: row, last: row + AFTER_JOINT }];
      const expected = 'expected the row at which the second recording begins, from 0';
      throw new RxAnomalyError('BAD_INPUT', `${file}: ${name}: ${expected}, got ${JSON.stringify(row)}`);
    }),
  );
}

const AFTER_JOINT = 60; // records until the second recording counts as normal

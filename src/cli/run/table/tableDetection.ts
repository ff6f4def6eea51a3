import { basename } from 'node:path';
import { RxAnomalyError } from '../../../core/errors.ts';
import { badOption } from '../../../core/options.ts';
import type { AbsenceOptions } from '../../../models/decision/absenceWatch.ts';
import type { CsvRow, CsvTable } from '../../../sources/index.ts';
import type { ColumnOptions } from '../../options/options.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { openDetection, type StreamNames } from '../openDetection.ts';
import type { Persistence } from '../persistence.ts';
import { readSavedPosition, type SavedPosition } from '../resume/resumePosition.ts';
import { type DetectionOptions, rowOptions } from '../rowOptions.ts';
import { detectorConfig, readOf, savedConfig } from '../runConfig.ts';
import { columnsResumedWith, savedColumns } from './columns.ts';
import { columnsRead, derivationOf } from './derivedTable.ts';
import { findTables, TABLE } from './findTables.ts';
import { History } from './history.ts';
import { NewRows } from './newRows.ts';
import { openTable } from './openTable.ts';

/** A state of the only table there is, whatever its name: by it a log that begins a new file every day is one stream. */
export const ONLY = 'table';
/** A live pipe should not have to deliver hundreds of rows before the first verdict. */
const SAMPLE_ROWS_OF_A_PIPE = 20;

/**
 * One table, read as fast as it can be. Its state is that of its name where `serve` has made one, else that of the folder.
 *
 * @param path - for standard input
 */
export async function tableDetection(
  path: string,
  columns: ColumnOptions,
  options: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const own = stateOf(nameOf(basename(path)));
  const isServed = path !== '-' && (await context.persistence.peek(own)) !== undefined;
  if (path === '-') await warnOfUnused(context);
  return await openState(path, isServed ? own : ONLY, columns, options, context);
}

/**
 * The tables that are named, or in folders that are named, opened one after another and replayed at speed. Each is a
 * stream of its file's name; streams of its keys are `name/key`.
 *
 * @throws RxAnomalyError BAD_INPUT where there is none, or two would be the same stream
 */
export async function* replayedTables(
  paths: readonly string[],
  columns: ColumnOptions & { readonly speed: number },
  options: DetectionOptions,
  context: DetectionContext,
): AsyncGenerator<OpenDetection, void, void> {
  const found = (await Promise.all(paths.map(findTables))).flat();
  if (context.history?.history !== undefined && found.length !== 1)
    throw badOption(
      'serve',
      '--history',
      `given with one table, which it is the past of, not ${found.length}`,
      context.history.history,
    );
  const files = new Map<string, string>();
  for (const { path, name: file } of found) {
    const name = nameOf(file);
    const other = files.get(name);
    if (other !== undefined)
      throw new RxAnomalyError('BAD_INPUT', `${path}: a stream is called ${name} already, of ${other}`);
    files.set(name, path);
    if (found.length > 1 && files.size === 1 && (await context.persistence.peek(ONLY)) !== undefined)
      context.log(
        `${context.persistence.path(ONLY)} is the state of a single table and is not used for several; ` +
          'serve that table alone to resume from it',
      );
    const state = await stateToResume(name, found.length === 1, context.persistence);
    yield await openState(path, state, columns, options, context, { name, speed: columns.speed });
  }
}

/** Standard input has no name, so that a state which `serve` made of a named table cannot be its. */
async function warnOfUnused({ persistence, log }: DetectionContext): Promise<void> {
  if ((await persistence.peek(ONLY)) !== undefined) return;
  const unused = (await persistence.filesOf(stateOf(''))).map((file) => `"${file}"`);
  if (unused.length > 0)
    log(
      `standard input starts without a state: ${unused.join(', ')} belong to tables by name; read the file by its name to resume`,
    );
}

/** Its own state; that of `detect` where there is no other, and no other table that it may be of. */
async function stateToResume(name: string, isAlone: boolean, { peek }: Persistence): Promise<string> {
  const own = stateOf(name);
  if (!isAlone || (await peek(own)) !== undefined) return own;
  return (await peek(ONLY)) === undefined ? own : ONLY;
}

function stateOf(name: string): string {
  return `${ONLY}.${name}`;
}

/** `pump` for pump.csv.gz. */
function nameOf(file: string): string {
  return file.replace(TABLE, '');
}

async function openState(
  path: string,
  state: string,
  columns: ColumnOptions,
  options: DetectionOptions,
  context: DetectionContext,
  replayed?: { readonly name: string; readonly speed: number },
): Promise<OpenDetection> {
  const { persistence } = context;
  const saved = await persistence.peek(state);
  const resumed = readOf(persistence.path(state), () => savedColumns(savedConfig(saved)));
  const csvOptions = {
    ...columnsResumedWith(columns, resumed),
    ...(path === '-' ? { sampleRows: SAMPLE_ROWS_OF_A_PIPE } : {}),
  };
  const table = await openTable(path, csvOptions, context.signal);
  try {
    const history =
      context.history?.history === undefined ? undefined : new History(table, columns, options, context);
    return await openRows(table, state, options, context, replayed, path === '-', history);
  } catch (error) {
    await table.close();
    throw error;
  }
}

async function openRows(
  table: CsvTable,
  state: string,
  options: DetectionOptions,
  context: DetectionContext,
  replayed: { readonly name: string; readonly speed: number } | undefined,
  isLive: boolean,
  history: History | undefined,
): Promise<OpenDetection> {
  const { persistence } = context;
  const { time = null, value, key = null, covariates = null } = columnsRead(table);
  const isKept = persistence.store !== undefined;
  const rows = new NewRows(table, options, context, history);
  const names = replayed === undefined ? undefined : namesUnder(replayed.name);
  const { onEvict, ...reading } = rowOptions(
    table,
    options,
    context.counts.problems.ofTable(table.name, context.command),
  );
  const detect = { ...reading, ...absencesOf(table, options, isLive) };
  return await openDetection<CsvRow, SavedPosition>(
    {
      name: state,
      config: {
        rare: null,
        time,
        value,
        key,
        covariate: covariates,
        ...derivationOf(table),
        ...detectorConfig(options),
      },
      detect: isKept || onEvict === undefined ? detect : { ...detect, onEvict }, // those that are kept come back
      readPosition: readSavedPosition,
      ...(history === undefined ? {} : { warmUp: (detector) => history.teach(detector) }),
      source: (position) => rows.from(position, replayed?.speed),
      place: (row) => rows.place(row),
      onWaiting: (change) => rows.onWaiting(change),
      owns: (stream) =>
        replayed === undefined ||
        stream === replayed.name ||
        (key !== null && stream?.startsWith(`${replayed.name}/`) === true),
      ...(names === undefined ? {} : { names }),
      notes: table.guessed,
      dimensions: () => table.columns.value,
      ...(derivationOf(table).population === null
        ? {}
        : { revise: (await import('./peerTable.ts')).withOutlier }),
      share: () => table.share(),
      close: () => table.close(),
    },
    context,
  );
}

/** Whoever writes to standard input writes now; a file was recorded at any time. */
function absencesOf(
  { columns, name }: CsvTable,
  { absentAfter }: DetectionOptions,
  isLive: boolean,
): AbsenceOptions {
  if (absentAfter === undefined) return {};
  if (!isLive && columns.time === undefined)
    throw badOption(name, '--absent-after', 'given with a table that has times', absentAfter);
  return { absentAfter, absentBy: isLive ? 'clock' : 'time' };
}

/** The streams of a table under its name: a state does not have it, so that another file may continue it. */
function namesUnder(name: string): StreamNames {
  return {
    nameOf: (key) => (key === undefined ? name : `${name}/${key}`),
    keyOf: (stream) => (stream === name ? undefined : stream?.slice(name.length + 1)),
  };
}

import { asyncScheduler } from 'rxjs';
import { RxAnomalyError } from '../../../core/errors.ts';
import { thresholdOptions } from '../../../models/decision/thresholdOptions.ts';
import { DurableRare } from '../../../models/durable/durableRare.ts';
import type { DurableVerdict } from '../../../models/durable/durableState.ts';
import type { ExtraTree } from '../../../models/durable/extraParts.ts';
import { rareTable } from '../../../models/rare/rareOptions.ts';
import { asJson, fields } from '../../../models/snapshot/state.ts';
import { CheckpointSaver } from '../../../operators/durable/checkpointSaver.ts';
import { durableVerdicts } from '../../../operators/durable/durableVerdicts.ts';
import { type ByteSource, readBytes } from '../../../sources/csv/bytes/readBytes.ts';
import { inputError } from '../../../sources/csv/inputError.ts';
import type { CsvRow, CsvTable } from '../../../sources/index.ts';
import { openLog } from '../../../sources/log/openLog.ts';
import { type ColumnOptions, TABLE_FLAGS } from '../../options/options.ts';
import { type RareFlags, requireRarePolicy } from '../../options/rareFlags.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { afterWriting, NOTHING } from '../openDetection.ts';
import { readSavedPosition } from '../resume/resumePosition.ts';
import type { DetectionOptions } from '../rowOptions.ts';
import { type RunConfig, readOf, requireSameConfig, savedConfig } from '../runConfig.ts';
import { columnsOf, savedColumns } from '../table/columns.ts';
import { TABLE } from '../table/findTables.ts';
import { NewRows } from '../table/newRows.ts';
import { abortable, openTable } from '../table/openTable.ts';
import { ONLY } from '../table/tableDetection.ts';

/** The options of {@link rareDetection}. */
type RareOptions = RareFlags & { readonly rare: string | true };

/**
 * The categories of a column of a table, or the lines of a log, read as fast as it can be.
 *
 * @param path - for standard input
 * @throws RxAnomalyError BAD_OPTION, BAD_INPUT; BAD_SNAPSHOT when the state is damaged, or of another configuration
 */
export async function rareDetection(
  path: string,
  columns: ColumnOptions & RareOptions,
  options: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  requireRarePolicy(options);
  const { persistence } = context;
  const saved = await persistence.peek(ONLY);
  const resumed = readOf(persistence.path(ONLY), () => savedConfig(saved));
  const table = await openCategories(path, columns, resumed, context);
  try {
    const config = configOf(context.command, table, columns, options);
    if (saved !== undefined) requireSameConfig(persistence.path(ONLY), saved, config);
    return await openRows(table, config, columns, options, context);
  } catch (error) {
    await table.close();
    throw error;
  }
}

async function openCategories(
  path: string,
  options: ColumnOptions & RareOptions,
  saved: RunConfig,
  { signal, log, persistence }: DetectionContext,
): Promise<CsvTable> {
  const { rare } = options;
  let input: string | ByteSource = path;
  if (typeof rare === 'string') {
    const source = readBytes(path);
    input = source;
    if (!(await isJson(source, signal))) {
      const known = saved.rare === rare ? savedColumns(saved) : {};
      const table = columnsOf({
        ...options,
        time: options.time ?? known.time ?? undefined,
        key: options.key ?? (known.key === null ? [] : known.key),
      });
      return await openTable(source, { ...table, category: rare }, signal);
    }
    await requireFields(options, source);
  }
  const { timeZone, encoding, strict, quiet } = options;
  if (rare === true && TABLE.test(path))
    log(`${path} is read as a log, whose lines are text; --rare COLUMN finds rare categories of a column`);
  const warn =
    quiet === true ? ('silent' as const) : (line: string): void => console.error(`warning: ${line}`);
  const note = (line: string): void => {
    if (quiet !== true) console.error(line);
  };
  const opening = openLog(
    input,
    {
      ...(typeof rare === 'string' ? { field: rare, keys: [options.key ?? []].flat() } : {}),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(encoding === undefined ? {} : { encoding }),
      ...(strict === undefined ? {} : { strict }),
      ...(saved.rare === rare ? { hasTimes: saved.time !== null } : {}),
      leavesOpen: persistence.store !== undefined,
      onWarning: warn,
    },
    note,
  );
  return await abortable(opening, signal);
}

/** Whether what is read has lines of JSON, or JSON that is no table either. */
async function isJson(source: ByteSource, signal: AbortSignal): Promise<boolean> {
  try {
    const head = await abortable(source.begin(), signal);
    return /^\s*(?:\{\s*"|\[\s*\{)/.test(head.toString('utf8'));
  } catch (error) {
    await source.close();
    throw inputError(source.name, error);
  }
}

/** @throws RxAnomalyError BAD_OPTION where an option is of tables alone */
async function requireFields(options: ColumnOptions, source: ByteSource): Promise<void> {
  const flag = TABLE_FLAGS.find(
    (name) => !OF_FIELDS.includes(name) && options[name] !== undefined && options[name] !== false,
  );
  if (flag === undefined) return;
  await source.close();
  const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new RxAnomalyError(
    'BAD_OPTION',
    `--${name} has no effect with --rare FIELD of lines of JSON, which have their times in a field of their own; leave it out`,
  );
}

/** Options of tables that lines of JSON have, too. */
const OF_FIELDS: readonly (keyof ColumnOptions)[] = ['key', 'encoding', 'strict'];

/** What the verdicts depend on in addition to the events, by the names of the options. */
function configOf(
  command: string,
  { columns: { time, key } }: CsvTable,
  { rare, template = rare === true, timeOfDay = true, repeat = rareTable.repeat.default }: RareOptions,
  { timeZone = 'UTC', suppress, ...policy }: DetectionOptions,
): RunConfig {
  const { threshold } = thresholdOptions.resolvePart(command, policy);
  return {
    ...{ rare, time: time ?? null, key: key ?? null, template: template || null, threshold },
    ...{ 'time-zone': timeZone, 'no-time-of-day': !timeOfDay || null, repeat: repeat ?? null },
    policy: asJson({ suppress }),
  };
}

async function openRows(
  table: CsvTable,
  config: RunConfig,
  { rare, template = rare === true, timeOfDay, repeat }: RareOptions,
  options: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { command, persistence, counts, stop, pause } = context;
  const { threshold, sensitivity, suppress, timeZone, maxKeys } = options;
  const { store, every, onSaveFailed } = persistence;
  const owns = (): boolean => true;
  const detector = await DurableRare.open<CsvRow>(
    command,
    {
      value: ({ text }) => text.value[0] || undefined,
      time: ({ time }) => time,
      key: ({ key }) => key,
      // Of a column or a field the category may be a level itself.
      level: ({ text }) => text.level ?? text.value[0],
      template,
      ...(timeOfDay === undefined ? {} : { timeOfDay }),
      ...(repeat === undefined ? {} : { repeat }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(sensitivity === undefined ? {} : { sensitivity }),
      ...(suppress === undefined ? {} : { suppress }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(maxKeys === undefined ? {} : { maxKeys }),
      // What is wrong with a row is counted where it is read.
      onProblem: ({ kind, message }) => {
        if (kind === 'evictedEarly') counts.problems.add(kind, `${table.name}: ${message}`);
      },
    },
    {
      ...{ store, name: ONLY, config: asJson(config) },
      extraState: (): ExtraTree => ({ ...restored, ...persistence.extraState(owns) }),
    },
  );
  const { position, extraState = {} } = detector;
  const restored = readOf(persistence.path(ONLY), () => fields(extraState));
  const start =
    position === undefined ? undefined : readOf(persistence.path(ONLY), () => readSavedPosition(position));
  const rows = new NewRows(table, options, context, undefined);
  const captured = store === undefined ? NOTHING : afterWriting(detector, persistence);
  const saver = new CheckpointSaver(captured, every, asyncScheduler, onSaveFailed);
  const verdicts$ = durableVerdicts<CsvRow, number, DurableVerdict<CsvRow, number>>(detector, saver, {
    source: () => rows.from(start, undefined),
    place: (row) => rows.place(row),
    onWaiting: (change) => rows.onWaiting(change),
    ...{ every, signal: stop, pause, scheduler: asyncScheduler },
  });
  const refuse = async (): Promise<never> => {
    throw new Error('rare categories take no feedback');
  };
  return {
    verdicts$: verdicts$ as OpenDetection['verdicts$'],
    notes: table.guessed,
    isKept: store !== undefined,
    resumed: position !== undefined,
    restored,
    get open() {
      return detector.open as OpenDetection['open'];
    },
    owns,
    dimensions: () => [table.columns.category!],
    detector: () => undefined,
    share: () => table.share(),
    takeFeedback: refuse,
    recallFeedback: refuse,
    changed: () => saver.changed(),
    save: async () => {
      saver.changed();
      await saver.save();
    },
    close: async () => {
      try {
        await saver.save();
      } finally {
        await detector.close();
        await table.close();
      }
    },
  };
}

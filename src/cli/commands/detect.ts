import { Command, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import type { BadDataPolicy } from '../../core/reading.ts';
import type { AheadPlan } from '../../models/ahead/aheadOptions.ts';
import type { ChangeTracker } from '../../models/changes/changeTracker.ts';
import type { AbsentAfter } from '../../models/decision/absenceWatch.ts';
import type { TransformName } from '../../models/transform.ts';
import { runConfigured } from '../config/runConfigured.ts';
import { isGiven } from '../options/given.ts';
import {
  LIVE,
  type LiveFlags,
  type LiveSource,
  liveOptions,
  NOUNS,
  readLive,
  rulesOfTables,
} from '../options/liveSources.ts';
import {
  absentAfterOption,
  type ColumnOptions,
  checkpointEveryOption,
  type HistoryOptions,
  keyOption,
  type ModelOptions,
  quietOption,
  timeOption,
  valueOption,
} from '../options/options.ts';
import { path } from '../options/parsers.ts';
import { hasHolidays, type PolicyFlags, policyOptions, readPolicy } from '../options/policy.ts';
import { type RareFlags, rareOptions, requireFile, rulesOfRare } from '../options/rareFlags.ts';
import { tableOptions } from '../options/tableOptions.ts';
import { addTopics, historyOptions, modelOptions } from '../options/topics.ts';
import { adaptRule, refuseWithoutEffect, ruleOfFleets, seedRule } from '../options/withoutEffect.ts';
import { StandardOutput } from '../output/standardOutput.ts';
import { type WriteOptions, writeVerdicts } from '../output/writeVerdicts.ts';
import type { DetectionContext } from '../run/detection.ts';
import { liveDerivation, openLive } from '../run/live/openLive.ts';
import { openPersistence } from '../run/persistence.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { RunCounts } from '../run/runCounts.ts';
import { createYield } from '../run/yieldToEventLoop.ts';

interface DetectOptions
  extends ColumnOptions,
    ModelOptions,
    PolicyFlags,
    LiveFlags,
    WriteOptions,
    RareFlags,
    HistoryOptions {
  readonly transform: TransformName;
  readonly onBadData: BadDataPolicy;
  readonly maxKeys?: number;
  readonly fleet?: boolean;
  readonly ahead?: AheadPlan;
  readonly absentAfter?: AbsentAfter;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly quiet: boolean;
}

export function detectCommand(): Command {
  const command = new Command('detect')
    .description(
      'Reads a table or another source, forecasts each row before it is seen and writes a verdict on it. Progress and a ' +
        'summary go to standard error.',
    )
    .argument('[file]', 'path of the table, or - for standard input')
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(new Option('--format <name>', 'of output').choices(['ndjson', 'csv']).default('ndjson'))
    .addOption(
      new Option('--output <what>', 'a verdict for every row, or ended incidents, or lasting changes')
        .choices(['verdicts', 'incidents', 'changes'])
        .default('verdicts'),
    )
    .option(
      '--checkpoint <dir>',
      'resume from the state saved there; save it while running, at the end and on interruption',
      path,
    )
    .addOption(quietOption());
  return addTopics(
    command,
    {
      table: tableOptions(),
      rare: rareOptions(),
      policy: [...policyOptions(), absentAfterOption()],
      model: [...modelOptions(), ...historyOptions()],
      ...liveOptions('detect'),
      verdicts: [checkpointEveryOption()],
    },
    ['--sensitivity'],
    EXAMPLES,
  ).action(async (file: string | undefined, options: DetectOptions) => {
    const source = sourceOf(file, command, options);
    await runConfigured(command, (signal) => detect(source, options, signal));
  });
}

const NOT_IN_CSV =
  'without verdicts as JSON: leave --format and --output out, or forecast the end of a table with rx-anomaly forecast';

const EXAMPLES = `
Examples:
  rx-anomaly detect prices.csv --value close --output incidents
  tail -n +1 -F sensors.csv | rx-anomaly detect - --key sensor --checkpoint state
  rx-anomaly detect --influx http://localhost:8086 --database plant \\
      --measurement pumps --field rpm --follow --write-back pump_verdicts
  rx-anomaly detect --mqtt mqtt://localhost --topic 'plant/+/temperature'`;

/** What is read: a table by its path, - for standard input, or another source. */
type Source = string | LiveSource;

/** @throws RxAnomalyError BAD_OPTION where no source is named, or several */
function sourceOf(file: string | undefined, command: Command, options: DetectOptions): Source {
  const bad = (what: string): RxAnomalyError => new RxAnomalyError('BAD_OPTION', `detect: ${what}`);
  const named = LIVE.find((flag) => isGiven(command, flag.slice(2)));
  if (named !== undefined && file !== undefined) throw bad(`name a table or ${named}, not both; got ${file}`);
  const live = readLive('detect', command, options);
  const source = file ?? live;
  if (source === undefined) requireFile('detect', options);
  if (source === undefined)
    throw bad(`nothing to read; name a table, - for standard input, or one of ${LIVE.join(', ')}`);
  refuseWithoutEffect(command, [
    ['without --checkpoint', options.checkpoint !== undefined, ['checkpointEvery']],
    ...rulesOfTables(live, live === undefined, `with --${live?.kind}`),
    [`with --${live?.kind}: of tables and logs`, live === undefined, ['rare']],
    ...rulesOfRare(options, options.output),
    ['without --history', options.history !== undefined, ['passes']],
    ruleOfFleets(options),
    ['with --write-back', options.writeBack === undefined, ['format', 'output', 'ahead']],
    [NOT_IN_CSV, options.format === 'ndjson' && options.output === 'verdicts', ['ahead']],
    ['without --holidays or --policy', hasHolidays(options), ['holidaysAs']],
    seedRule(options),
    ...(options.fleet ? [] : [adaptRule(options)]),
  ]);
  return source;
}

async function detect(source: Source, options: DetectOptions, signal: AbortSignal): Promise<void> {
  const log = (line: string): void => {
    if (!options.quiet) console.error(line);
  };
  const detectionOptions = await readDetectionOptions(options);
  const output = new StandardOutput();
  const counts = new RunCounts(log);
  const stop = AbortSignal.any([signal, output.gone]);
  const yieldToEventLoop = createYield();
  const persistence = openPersistence(
    options,
    (line) => {
      if (!output.gone.aborted) log(line); // a state cannot be saved of what nobody has read
    },
    { written: () => output.written() },
  );
  const context: DetectionContext = {
    ...{ command: 'detect', persistence, counts, log, signal, stop },
    history: options,
    pause: () => output.room() ?? yieldToEventLoop(),
    ...(options.output === 'changes' ? { changes: await newChanges(options.maxKeys) } : {}),
  };
  const isTable = typeof source === 'string';
  const { rare } = options;
  const noun = !isTable ? NOUNS[source.kind] : rare === true ? 'line' : 'row';
  const detection = isTable
    ? rare === undefined
      ? await (await import('../run/table/tableDetection.ts')).tableDetection(
          source,
          options,
          detectionOptions,
          context,
        )
      : await (await import('../run/rare/rareDetection.ts')).rareDetection(
          source,
          { ...options, rare },
          detectionOptions,
          context,
        )
    : await openLive(source, detectionOptions, { ...context, ...liveDerivation(options) });
  for (const line of detection.notes) log(line);
  if (detection.resumed) log(`resuming from ${options.checkpoint}`);
  await writeVerdicts(detection, counts, output, options, noun, log, stop);
  await persistence.close();
  signal.throwIfAborted();
}

/** What finds change points, of as many keys as have models, or more. */
async function newChanges(maxKeys = 0): Promise<ChangeTracker> {
  const { ChangeTracker, minCertaintySpec } = await import('../../models/changes/changeTracker.ts');
  return new ChangeTracker({ minCertainty: minCertaintySpec.default, maxKeys: Math.max(10_000, maxKeys) });
}

async function readDetectionOptions(options: DetectOptions): Promise<DetectionOptions> {
  const { forecaster, scorer, seed, adapt, transform, onBadData, maxKeys, fleet, absentAfter, ahead } =
    options;
  const keys = {
    ...(fleet === undefined ? {} : { fleet }),
    ...(adapt === undefined ? {} : { adapt }),
    ...(maxKeys === undefined ? {} : { maxKeys }),
    ...(absentAfter === undefined ? {} : { absentAfter }),
    ...(ahead === undefined ? {} : { ahead }),
  };
  return { forecaster, scorer, seed, transform, onBadData, ...keys, ...(await readPolicy(options)) };
}

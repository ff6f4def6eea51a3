import { Command, Option } from 'commander';
import { badOption } from '../../core/options.ts';
import type { BadDataPolicy } from '../../core/reading.ts';
import type { AbsentAfter } from '../../models/decision/absenceWatch.ts';
import type { TransformName } from '../../models/transform.ts';
import {
  dashed,
  givenHere,
  type InfluxFlags,
  type InfluxOptions,
  influxOptions,
  readInfluxOptions,
} from '../options/influxOptions.ts';
import {
  absentAfterOption,
  type ColumnOptions,
  checkpointEveryOption,
  forecasterOption,
  keyOption,
  type ModelOptions,
  maxKeysOption,
  onBadDataOption,
  quietOption,
  scorerOption,
  seedOption,
  timeOption,
  transformOption,
  valueOption,
} from '../options/options.ts';
import { type PolicyFlags, policyOptions, readPolicy } from '../options/policy.ts';
import { addTableOptions } from '../options/tableOptions.ts';
import { StandardOutput } from '../output/standardOutput.ts';
import { type WriteOptions, writeVerdicts } from '../output/writeVerdicts.ts';
import type { DetectionContext, OpenDetection } from '../run/detection.ts';
import { interruptible } from '../run/interrupt.ts';
import { openPersistence } from '../run/persistence.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { RunCounts } from '../run/runCounts.ts';
import { createYield } from '../run/yieldToEventLoop.ts';

interface DetectOptions extends ColumnOptions, ModelOptions, PolicyFlags, InfluxFlags, WriteOptions {
  readonly transform: TransformName;
  readonly onBadData: BadDataPolicy;
  readonly maxKeys?: number;
  readonly absentAfter?: AbsentAfter;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly quiet: boolean;
}

export function detectCommand(): Command {
  const command = new Command('detect')
    .description(
      'Reads a table in CSV (plain or gzip) or an InfluxDB, forecasts every row before it is seen, and writes a verdict ' +
        'for each, in order, to standard output. Learns from every row. Progress and a summary go to standard error.',
    )
    .argument('[file]', 'path of the table, or - for standard input; none with --influx')
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(new Option('--format <name>', 'of the output').choices(['ndjson', 'csv']).default('ndjson'))
    .addOption(
      new Option('--output <what>', 'a verdict for every row, or incidents when they have ended')
        .choices(['verdicts', 'incidents'])
        .default('verdicts'),
    )
    .addOption(transformOption())
    .addOption(forecasterOption())
    .addOption(scorerOption())
    .addOption(onBadDataOption())
    .addOption(seedOption())
    .addOption(maxKeysOption())
    .addOption(absentAfterOption())
    .option(
      '--checkpoint <dir>',
      'resume from the state saved there; save it while running, at the end and on interruption',
    )
    .addOption(checkpointEveryOption())
    .addOption(quietOption());
  for (const option of [...policyOptions(), ...influxOptions('detect')]) command.addOption(option);
  return addTableOptions(command)
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: DetectOptions) => {
      const source = sourceOf(file, command, options);
      await interruptible((signal) => detect(source, options, signal));
    });
}

const HELP = `
Fields of a verdict: time (ISO 8601, UTC), key, value, expected, lower, upper
(the forecast's 95 % band), residual, score (0 to 1), severity (none, low,
medium, high, critical), isAnomaly, warmingUp, imputed, startOfIncident,
drift (true where a change of the process was detected), suppressed (the rule
that suppressed an anomaly), absence (with --absent-after: began in a line of
its own where a key falls silent, ended where it returns), attribution. With
several value columns the numeric ones are arrays (in CSV: a column each). A
column whose name holds a comma is named in quotes, as in CSV.

With --checkpoint, rows that an earlier run has processed are skipped, by
time and by count at equal times: both the same file grown longer and the next
file continue the stream as if it had never been interrupted. serve resumes from
the same state. After a crash (SIGKILL, loss of power) the verdicts since the
last state come again: the same ones, so that standard output may have them
twice; --write-back overwrites them, so that InfluxDB has each once.

A policy is a JSON object, such as
  {"sensitivity": "high", "suppress": [
    {"name": "maintenance", "weekly": {"days": ["sun"], "from": "02:00",
     "to": "04:00", "timeZone": "Europe/Berlin"}},
    {"name": "small", "below": 0.5, "keys": ["pump-7"]}]}

With --influx the points of a measurement are read instead. INFLUX_TOKEN,
INFLUX_USERNAME and INFLUX_PASSWORD keep secrets off the command line.

Examples:
  rx-anomaly detect data.csv > verdicts.ndjson
  rx-anomaly detect prices.csv.gz --value close --transform logReturn --output incidents
  tail -n +1 -F sensors.csv | rx-anomaly detect - --key sensor --value temp,rpm --checkpoint state
  rx-anomaly detect --influx http://localhost:8086 --database plant --measurement pumps --field rpm \\
      --group-by pump --follow --write-back pump_verdicts --checkpoint state`;

/** The path of a table, - for standard input, or an InfluxDB. @throws RxAnomalyError BAD_OPTION where both are given, or neither */
function sourceOf(
  file: string | undefined,
  command: Command,
  options: DetectOptions,
): string | InfluxOptions {
  const isInflux = options.influx !== undefined;
  if (isInflux === (file !== undefined))
    throw badOption('detect', '--influx', 'given, or a file instead', isInflux ? 'both' : 'neither');
  const column = isInflux ? givenHere(command, ['time', 'value', 'key'] as const) : undefined;
  if (column !== undefined)
    throw badOption('detect', dashed(column), 'left out with --influx', options[column]);
  return readInfluxOptions('detect', command, options) ?? file!;
}

async function detect(
  source: string | InfluxOptions,
  options: DetectOptions,
  signal: AbortSignal,
): Promise<void> {
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
    // What `serve` shows is of the events that it has seen itself.
    { written: () => output.written(), extraState: () => ({ shown: null }) },
  );
  const context: DetectionContext = {
    ...{ command: 'detect', persistence, counts, log, signal, stop },
    pause: () => output.room() ?? yieldToEventLoop(),
  };
  const isTable = typeof source === 'string';
  const detection = await open(source, options, detectionOptions, context);
  for (const line of detection.notes) log(line);
  if (detection.resumed) log(`resuming from ${options.checkpoint}`);
  await writeVerdicts(detection, counts, output, options, isTable ? 'row' : 'point', log, stop);
  await persistence.close();
  signal.throwIfAborted();
}

/** Only what reads this kind of source is loaded. */
async function open(
  source: string | InfluxOptions,
  columns: ColumnOptions,
  options: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  if (typeof source !== 'string') {
    const { influxDetection } = await import('../run/influxDetection.ts');
    return await influxDetection(source, options, context);
  }
  const { tableDetection } = await import('../run/tableDetection.ts');
  return await tableDetection(source, columns, options, context);
}

async function readDetectionOptions(options: DetectOptions): Promise<DetectionOptions> {
  const { forecaster, scorer, seed, transform, onBadData, maxKeys, absentAfter } = options;
  const keys = {
    ...(maxKeys === undefined ? {} : { maxKeys }),
    ...(absentAfter === undefined ? {} : { absentAfter }),
  };
  return { forecaster, scorer, seed, transform, onBadData, ...keys, ...(await readPolicy(options)) };
}

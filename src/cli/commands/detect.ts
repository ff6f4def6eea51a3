import { Command, Option } from 'commander';
import type { BadDataPolicy } from '../../core/reading.ts';
import { asJson, fields, type Json, type Snapshot, seal, trusted, unseal } from '../../models/snapshot.ts';
import type { TransformName } from '../../models/transform.ts';
import type { CsvOptions } from '../../sources/index.ts';
import { FileCheckpointStore, unreadable } from '../../stores/fileCheckpointStore.ts';
import { influxSourceOptions, requireOneSource } from '../options/influxSourceOptions.ts';
import {
  type ColumnOptions,
  forecasterOption,
  keyOption,
  type ModelOptions,
  quietOption,
  scorerOption,
  seedOption,
  timeOption,
  transformOption,
  valueOption,
} from '../options/options.ts';
import { type PolicyFlags, policyOptions, readPolicy } from '../options/policy.ts';
import { openIncidents, runSummary } from '../output/runSummary.ts';
import { StandardOutput } from '../output/standardOutput.ts';
import type { OutputFormat } from '../output/verdictFormat.ts';
import { writeVerdicts } from '../output/writeVerdicts.ts';
import { columnsGoneOnWith } from '../run/columns.ts';
import { type DetectInfluxOptions, detectInflux } from '../run/detectInflux.ts';
import { DetectRun } from '../run/detectRun.ts';
import { interruptible } from '../run/interrupt.ts';
import { openTable } from '../run/openTable.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { type RunConfig, requireSameConfig, runConfig } from '../run/runConfig.ts';

interface DetectOptions extends ColumnOptions, ModelOptions, PolicyFlags {
  readonly format: OutputFormat;
  readonly output: 'verdicts' | 'incidents';
  readonly transform: TransformName;
  readonly onBadData: BadDataPolicy;
  readonly checkpoint?: string;
  readonly quiet: boolean;
}

/** Of the state in its folder, and of what is in it. */
const NAME = 'detect';
const KIND = 'Checkpoint';

/** A live pipe should not have to deliver hundreds of rows before the first verdict. */
const SAMPLE_ROWS_OF_A_PIPE = 20;

export function detectCommand(): Command {
  const command = new Command('detect')
    .summary('flag anomalies in a table, a verdict for every row')
    .description(
      'Reads a table in CSV (plain or gzip), forecasts every row before it is seen, and writes a verdict for each, ' +
        'in order, to standard output. Learns as it goes. Progress and a summary go to standard error.',
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
    .addOption(
      new Option(
        '--on-bad-data <policy>',
        'missing or unusable values: put in the forecast, leave the row out, or stop',
      )
        .choices(['impute', 'skip', 'error'])
        .default('impute'),
    )
    .addOption(seedOption())
    .option(
      '--checkpoint <dir>',
      'go on from the state saved there, and save it at the end and on interruption',
    )
    .addOption(quietOption());
  for (const option of [...policyOptions(), ...influxSourceOptions()]) command.addOption(option);
  return command
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: DetectOptions & DetectInfluxOptions) => {
      requireOneSource(file, command);
      await interruptible(async (signal) =>
        file === undefined
          ? await detectInflux(options, await readDetectionOptions(options), signal)
          : await detect(file, options, signal),
      );
    });
}

const HELP = `
Fields of a verdict: time (ISO 8601, UTC), key, value, expected, lower, upper
(the forecast's 95 % band), residual, score (0 to 1), severity (none, low,
medium, high, critical), isAnomaly, warmingUp, imputed, startOfIncident,
drift (true where a change of the process became clear), suppressed (the rule
by which an anomaly was left alone), attribution. With several value columns
the numeric ones are arrays (in CSV: a column each). A column whose name holds
a comma is named in quotes, as in CSV.

With --checkpoint, rows that an earlier run has judged are passed over, by time
and by count at equal times: both the same file grown longer and the next file
continue the stream as if it had never been interrupted.

A policy is a JSON object, such as
  {"sensitivity": "high", "suppress": [
    {"name": "maintenance", "weekly": {"days": ["sun"], "from": "02:00",
     "to": "04:00", "timeZone": "Europe/Berlin"}},
    {"name": "small", "below": 0.5, "keys": ["pump-7"]}]}

With --influx the points of a measurement are read instead. Its checkpoints are
saved while it runs too: after a crash the verdicts since the last one come
again, which --write-back overwrites with the same. INFLUX_TOKEN,
INFLUX_USERNAME and INFLUX_PASSWORD keep secrets off the command line.

Examples:
  rx-anomaly detect data.csv > verdicts.ndjson
  rx-anomaly detect prices.csv.gz --value close --transform logReturn --output incidents
  tail -n +1 -f sensors.csv | rx-anomaly detect - --key sensor --value temp,rpm --checkpoint state
  rx-anomaly detect --influx http://localhost:8086 --database plant --measurement pumps --field rpm \\
      --group-by pump --follow --write-back pump_verdicts --checkpoint state`;

async function detect(file: string, options: DetectOptions, signal: AbortSignal): Promise<void> {
  const log = (line: string): void => {
    if (!options.quiet) console.error(line);
  };
  const detectionOptions = await readDetectionOptions(options);
  const store =
    options.checkpoint === undefined
      ? undefined
      : new FileCheckpointStore(options.checkpoint, { onDamaged: log });
  const path = store?.path(NAME) ?? '';
  const saved = savedRun(path, await store?.load(NAME));
  const table = await openTable(file, csvOptions(file, options, saved?.config), signal);
  try {
    for (const line of table.guessed) log(line);
    const run = new DetectRun(table, detectionOptions, store !== undefined);
    const config = runConfig(table, detectionOptions);
    if (saved !== undefined) {
      resumeFrom(path, saved, run, config);
      log(`going on from ${path}`);
    }
    const started = performance.now();
    const output = new StandardOutput();
    try {
      await writeVerdicts(table, run, output, { ...options, isOver: store === undefined }, signal);
    } finally {
      // Also after a fault further down the file: what was judged was handed on and must not be judged again.
      if (!output.gone.aborted) {
        const isWorthIt = saved !== undefined || run.newRows > 0;
        if (isWorthIt) await store?.save(NAME, sealedRun(config, run));
        for (const line of runSummary(run, (performance.now() - started) / 1000)) log(line);
        if (isWorthIt && store !== undefined) {
          for (const line of openIncidents(run.open)) log(line);
          log(`state saved in ${path}`);
        }
      }
    }
  } finally {
    await table.close();
  }
  signal.throwIfAborted();
}

interface SavedRun {
  readonly config: RunConfig;
  readonly run: Json;
}

/** @throws RxAnomalyError BAD_SNAPSHOT when what was saved is no run */
function savedRun(path: string, saved: Snapshot | undefined): SavedRun | undefined {
  if (saved === undefined) return undefined;
  try {
    const { config, run } = fields(unseal(saved, KIND, 1, null));
    return { config: trusted(config), run: trusted(run) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function sealedRun(config: RunConfig, run: DetectRun): Snapshot {
  return seal(KIND, 1, null, asJson({ config, run: run.save() }));
}

/** @throws RxAnomalyError BAD_SNAPSHOT that names the checkpoint */
function resumeFrom(path: string, saved: SavedRun, run: DetectRun, config: RunConfig): void {
  requireSameConfig(path, saved.config, config);
  try {
    run.resume(saved.run);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function csvOptions(file: string, options: DetectOptions, saved: RunConfig | undefined): CsvOptions {
  return {
    ...columnsGoneOnWith(options, saved),
    ...(file === '-' ? { sampleRows: SAMPLE_ROWS_OF_A_PIPE } : {}),
  };
}

async function readDetectionOptions(options: DetectOptions): Promise<DetectionOptions> {
  const { forecaster, scorer, seed, transform, onBadData } = options;
  return { forecaster, scorer, seed, transform, onBadData, ...(await readPolicy(options)) };
}

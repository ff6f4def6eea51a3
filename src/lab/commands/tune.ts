import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { findLabels } from '../../cli/backtest/findLabels.ts';
import {
  type ColumnOptions,
  keyOption,
  quietOption,
  resultFormatOption,
  seedOption,
  timeOption,
  transformOption,
  valueOption,
} from '../../cli/options/options.ts';
import { fraction, naturalNumber } from '../../cli/options/parsers.ts';
import { createProgress } from '../../cli/output/progress.ts';
import { StandardOutput } from '../../cli/output/standardOutput.ts';
import { interruptible } from '../../cli/run/interrupt.ts';
import { columnsOf } from '../../cli/run/table/columns.ts';
import { VERSION } from '../../cli/version.ts';
import type { TransformName } from '../../models/transform.ts';
import { recordsOf } from '../benchQuality/qualityRun.ts';
import { readSet } from '../benchQuality/readSets.ts';
import { runTune } from '../tune/tuneRun.ts';
import { fingerprintOf, TuneState } from '../tune/tuneState.ts';
import { code, commandLine, sizeText, tuneText } from '../tune/tuneText.ts';

interface TuneCommandOptions extends ColumnOptions {
  readonly labels?: string;
  readonly transform: TransformName;
  readonly split: number;
  readonly seed: number;
  readonly threads: number;
  readonly state: string;
  readonly format: 'text' | 'json';
  readonly quiet: boolean;
}

export function tuneCommand(): Command {
  return new Command('tune')
    .description(
      'Tries forecasters, scorers, recurrence and thresholds on the first part of every labelled table, reports what ' +
        'the best of them do on the rest, and states the confidence. Results are kept in a file: stopped with ' +
        'Ctrl-C, the same command resumes.',
    )
    .argument('<path>', 'a folder of tables, or one table; a table may have several series')
    .addOption(
      new Option(
        '--labels <file|column>',
        'known anomalies, as backtest has them (default: labels.json, the layout of NAB, or a column called label, is_anomaly …)',
      ),
    )
    .addOption(
      new Option('--split <share>', 'share of the records of each series to tune on, from the start')
        .argParser(fraction)
        .default(0.6),
    )
    .addOption(new Option('--state <file>', 'file for the results so far').default('rx-anomaly-tune.json'))
    .addOption(
      new Option('--threads <n>', 'series processed in parallel')
        .argParser(naturalNumber)
        .default(availableParallelism(), 'one for each core'),
    )
    .addOption(resultFormatOption())
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(transformOption())
    .addOption(seedOption())
    .addOption(quietOption())
    .addHelpText('after', HELP)
    .action((path: string, options: TuneCommandOptions) =>
      interruptible((signal) => tune(path, options, signal)),
    );
}

const HELP = `
Options are fixed one after the other; a change is accepted only if it is ahead
in 90 % of resamples of the first part: few labels mean few changes. F1 counts
alerts: one that falls in a labelled incident finds it, the others are false.

Example:
  rx-anomaly tune streams/ --labels windows.json`;

async function tune(path: string, options: TuneCommandOptions, signal: AbortSignal): Promise<void> {
  const { split: share, seed, threads, quiet, format, transform } = options;
  const log = (line: string): void => {
    if (!quiet) console.error(line);
  };
  const { labels, column } = options.labels === undefined ? {} : await findLabels(path, options.labels, log);
  const set = await readSet(path, log, signal, {
    labels,
    columns: columnsOf(options, column),
    transform,
    progress: createProgress(quiet),
  });
  const { series } = set;
  const state = await TuneState.open(options.state, fingerprintOf(series, share));
  log(sizeText(series.length, recordsOf(set)));
  if (state.size > 0) log(`resuming: ${options.state} has ${state.size} finished runs`);
  try {
    const result = await runTune({ series, share, seed, threads }, state, createProgress(quiet), signal);
    const output = new StandardOutput();
    await output.write(
      format === 'text'
        ? tuneText(result, share, transform)
        : `${JSON.stringify({ version: VERSION, split: share, seed, ...result, commandLine: commandLine(result, transform), code: code(result, transform) }, null, 2)}\n`,
    );
    await output.end();
  } catch (error) {
    if (signal.aborted) log(`stopped; the same command resumes from ${options.state}`);
    throw signal.aborted ? signal.reason : error;
  }
}

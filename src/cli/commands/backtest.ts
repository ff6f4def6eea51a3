import { basename, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { compareFiles } from '../../lab/compare/compareFiles.ts';
import type { AheadPlan } from '../../models/ahead/aheadOptions.ts';
import { resolveStreamDetector } from '../../models/streamDetectorOptions.ts';
import type { TransformName } from '../../models/transform.ts';
import { backtestJson } from '../backtest/backtestJson.ts';
import { type BacktestJob, type BacktestResult, runBacktest } from '../backtest/backtestRun.ts';
import { fileText, summaryText } from '../backtest/backtestText.ts';
import { findLabels } from '../backtest/findLabels.ts';
import { writeReport } from '../backtest/writeReport.ts';
import { runConfigured } from '../config/runConfigured.ts';
import { baselinesFor } from '../options/namedModels.ts';
import {
  type ColumnOptions,
  keyOption,
  type ModelOptions,
  quietOption,
  resultFormatOption,
  TABLE_FLAGS,
  timeOption,
  valueOption,
} from '../options/options.ts';
import { hasHolidays, type PolicyFlags, policyOptions, readPolicy } from '../options/policy.ts';
import { tableOptions } from '../options/tableOptions.ts';
import { addTopics, modelOptions } from '../options/topics.ts';
import { adaptRule, refuseWithoutEffect, seedRule } from '../options/withoutEffect.ts';
import { createProgress } from '../output/progress.ts';
import { requireWritable, StandardOutput } from '../output/standardOutput.ts';
import { columnsOf } from '../run/table/columns.ts';
import { findTables } from '../run/table/findTables.ts';

interface BacktestOptions extends ColumnOptions, ModelOptions, PolicyFlags {
  readonly labels?: string;
  readonly report?: string;
  readonly compare?: readonly string[];
  readonly baselines: boolean;
  readonly format: 'text' | 'json';
  readonly transform: TransformName;
  readonly ahead?: AheadPlan;
  readonly quiet: boolean;
}

export function backtestCommand(): Command {
  const command = new Command('backtest')
    .description(
      'Runs the detector over recorded tables, each from its first row with a fresh model that sees only the ' +
        'past, prints every incident, and compares with the labels.',
    )
    .argument('[path]', 'a table, or a folder that is searched for .csv and .tsv, packed or not')
    .addOption(
      new Option(
        '--labels <file|column>',
        'known anomalies: a JSON file of windows in the form of NAB, or a column of 0 and 1 ' +
          '(default: labels.json in the folder, or a column called label, is_anomaly …)',
      ),
    )
    .addOption(
      new Option('--report <file>', 'write charts and tables to this HTML file, which needs no network'),
    )
    .addOption(
      new Option(
        '--compare <files...>',
        'run nothing; compare two results of --format json, on standard output and in the report',
      ),
    )
    .option('--no-baselines', 'do not run simpler forecasters for comparison in the report')
    .addOption(resultFormatOption())
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(quietOption())
    .action(async (path: string | undefined, options: BacktestOptions) => {
      const { compare, report, format } = options;
      refuseWithoutEffect(command, [
        ['without --report', report !== undefined, ['baselines', 'ahead']],
        ['without --holidays or --policy', hasHolidays(options), ['holidaysAs']],
        seedRule(options),
        adaptRule(options),
        ['with --compare', compare === undefined, WITHOUT_COMPARISON],
      ]);
      await runConfigured(command, async (signal) => {
        if (compare !== undefined) await compareFiles(requireTwo(command, path, compare), report, format);
        else if (path === undefined) command.error("error: missing required argument 'path'");
        else await backtest(path, options, signal);
      });
    });
  const model = modelOptions().filter(({ long }) => !OF_MANY_KEYS.includes(long ?? ''));
  return addTopics(
    command,
    { table: tableOptions(), policy: policyOptions(), model },
    ['--sensitivity'],
    HELP,
  );
}

/** Of no use where tables are detected one after another, or where bad data are always imputed. */
const OF_MANY_KEYS = ['--on-bad-data', '--max-keys', '--fleet'];

/** What a run has and a comparison of runs has not. */
const WITHOUT_COMPARISON = [
  ...TABLE_FLAGS,
  ...[
    'labels',
    'sensitivity',
    'suppressBelow',
    'suppressDirection',
    'confirm',
    'recurring',
    'threshold',
    'policy',
  ],
  ...['holidays', 'timeZone', 'transform', 'forecaster', 'adapt', 'scorer', 'seed', 'ahead'],
];

const HELP = `
The form of NAB, times in UTC:
  {"folder/file.csv": [["2026-01-10 03:00:00", "2026-01-10 05:00:00"], …], …}
An incident counts as found when a row is flagged within its window or at most
5 rows after. Files that cannot be read are reported and left out; the exit code
is then 1.

Examples:
  rx-anomaly backtest streams/ --labels windows.json --report report.html
  rx-anomaly backtest sensor.csv --labels is_anomaly --format json > a.json
  rx-anomaly backtest --compare a.json b.json --report both.html`;

function requireTwo(
  command: Command,
  path: string | undefined,
  [a, b, ...more]: readonly string[],
): [string, string] {
  if (path !== undefined || a === undefined || b === undefined || more.length > 0)
    command.error('error: --compare takes two files, and no path');
  return [a, b];
}

async function backtest(path: string, options: BacktestOptions, signal: AbortSignal): Promise<void> {
  const { report, forecaster, scorer, seed, adapt, transform, ahead, quiet } = options;
  const policy = await readPolicy(options);
  const { threshold } = resolveStreamDetector('backtest', policy).threshold;
  const detectionOptions = { forecaster, scorer, seed, ...(adapt && { adapt }), threshold, policy };
  const log = (line: string): void => {
    if (!quiet) console.error(line);
  };
  await requireWritable(report);
  const tables = await findTables(path);
  const { labels, column } = await findLabels(path, options.labels, log);
  const jobs = tables.map(
    (table): BacktestJob => ({ ...table, transform, ...(labels === undefined ? {} : { labels }) }),
  );
  const output = new StandardOutput();
  const progress = createProgress(quiet);
  const asText = options.format === 'text';
  const result = await runBacktest(
    jobs,
    {
      columns: columnsOf(options, column),
      ...detectionOptions,
      ...(ahead === undefined ? {} : { ahead }),
      baselines: report === undefined || !options.baselines ? [] : baselinesFor(forecaster),
    },
    {
      log,
      onFile: async (file) => {
        if (asText) await output.write(fileText(file, policy.timeZone));
      },
      progress,
    },
    // Without a report there is nothing left to do once nobody reads.
    report === undefined ? AbortSignal.any([signal, output.gone]) : signal,
  );
  await output.write(
    asText ? summaryText(result) : `${JSON.stringify(backtestJson(result, detectionOptions), null, 2)}\n`,
  );
  await output.end();
  if (report !== undefined) {
    progress.update(undefined, recordsOf(result), 'report');
    await writeReport(report, basename(resolve(path)), result, { ...detectionOptions, data: path });
    progress.clear();
    log(`report: ${resolve(report)}`);
  }
  signal.throwIfAborted();
  requireAll(result, path);
}

function recordsOf({ files }: BacktestResult): number {
  return files.flatMap(({ streams }) => streams).reduce((sum, { scores }) => sum + scores.length, 0);
}

/** @throws RxAnomalyError BAD_INPUT where files were left out */
function requireAll({ failed }: BacktestResult, path: string): void {
  if (failed.length === 0) return;
  const [{ message }] = failed;
  const what =
    failed.length === 1 ? message : `${failed.length} files could not be read; the first: ${message}`;
  throw new RxAnomalyError('BAD_INPUT', failed.length === 1 ? what : `${path}: ${what}`);
}

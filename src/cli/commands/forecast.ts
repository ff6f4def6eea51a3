import { basename, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { aheadTable } from '../../models/ahead/aheadOptions.ts';
import type { ForecasterName } from '../../models/forecasters/namedForecasters.ts';
import { runConfigured } from '../config/runConfigured.ts';
import { forecastReport } from '../forecast/forecastReport.ts';
import { forecastTable } from '../forecast/forecastTable.ts';
import { forecastLines, outcomeText } from '../forecast/forecastText.ts';
import { forecasterOf } from '../options/namedModels.ts';
import { takes } from '../options/optionForm.ts';
import {
  adaptOption,
  type ColumnOptions,
  forecasterOption,
  keyOption,
  type ModelOptions,
  quietOption,
  seedOption,
  tableOption,
  timeOption,
  valueOption,
} from '../options/options.ts';
import { path } from '../options/parsers.ts';
import { tableOptions } from '../options/tableOptions.ts';
import { addTopics } from '../options/topics.ts';
import { adaptRule, refuseWithoutEffect, seedRule } from '../options/withoutEffect.ts';
import { createProgress } from '../output/progress.ts';
import { requireWritable, StandardOutput, writeReportFile } from '../output/standardOutput.ts';
import type { OutputFormat } from '../output/verdictFormat.ts';
import { ProblemCounts } from '../run/problemCounts.ts';
import { columnsOf } from '../run/table/columns.ts';
import { openTable } from '../run/table/openTable.ts';
import { counted } from '../text/formatText.ts';
import { VERSION } from '../version.ts';

interface ForecastOptions extends ColumnOptions {
  readonly steps: number;
  readonly quantiles: readonly number[];
  readonly forecaster: ForecasterName;
  readonly adapt?: ModelOptions['adapt'];
  readonly seed: number;
  readonly format: OutputFormat;
  readonly report?: string;
  readonly quiet: boolean;
}

export function forecastCommand(): Command {
  const command = new Command('forecast')
    .description(
      'Reads a table and forecasts the rows that will follow, with quantiles, to standard output. How well earlier ' +
        'forecasts of the same table did goes to standard error.',
    )
    .argument('<file>', 'path of the table, or - for standard input')
    .addOption(tableOption('--steps <n>', aheadTable.steps))
    .addOption(
      new Option(
        '--quantiles <list>',
        'quantiles of each forecast, ascending, separated by commas (above 0 and below 1; default: 0.1,0.5,0.9)',
      )
        .argParser(quantileList)
        .default(aheadTable.quantiles.default, '0.1,0.5,0.9'),
    )
    .addOption(forecasterOption('pretrained'))
    .addOption(adaptOption())
    .addOption(new Option('--format <name>', 'of the output').choices(['csv', 'ndjson']).default('csv'))
    .option(
      '--report <file>',
      'draw last values and forecast in this HTML file, which needs no network',
      path,
    )
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(seedOption())
    .addOption(quietOption())
    .action((file: string, options: ForecastOptions) => {
      refuseWithoutEffect(command, [seedRule(options), adaptRule(options)]);
      return runConfigured(command, (signal) => forecast(file, options, signal));
    });
  return addTopics(command, { table: tableOptions() }, [], HELP);
}

const HELP = `
A line has key, step (1 for the next row), time (by the usual time between two
rows), expected, and each quantile. Intervals are calibrated for each step by
how earlier forecasts of that step turned out. --forecaster lstm learns from
this table alone.

Examples:
  rx-anomaly forecast load.csv --steps 96 --report forecast.html
  rx-anomaly forecast fleet.csv --key pump --quantiles 0.025,0.5,0.975`;

async function forecast(file: string, options: ForecastOptions, signal: AbortSignal): Promise<void> {
  const { steps, quantiles, forecaster, adapt, seed, format, report, quiet } = options;
  const log = (line: string): void => {
    if (!quiet) console.error(line);
  };
  await requireWritable(report);
  const table = await openTable(file, columnsOf(options, undefined), signal);
  for (const line of table.guessed) log(line);
  const names = table.columns.value;
  const problems = new ProblemCounts();
  const progress = createProgress(quiet);
  const { timeZone } = options;
  const ahead = { steps, quantiles, timeZone, forecaster: forecasterOf({ forecaster, seed, adapt }) };
  let rows = 0;
  const onPause = (share: number | undefined, read: number): void => progress.update(share, read);
  const all = await forecastTable(table, ahead, problems, onPause, signal).finally(() => progress.clear());
  for (const { rows: read } of all) rows += read;
  const forecasts = all.filter(({ unknown }) => unknown.length < names.length);
  if (forecasts.length === 0) {
    const problem = problems.lines()[0];
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${table.name}: nothing can be forecast: none of its rows has a value of use${problem === undefined ? '' : `; ${problem}`}`,
    );
  }
  const output = new StandardOutput();
  await output.write(forecastLines(forecasts, quantiles, names, format));
  await output.end();
  for (const line of problems.lines()) log(line);
  for (const { key, rows: read, unknown } of all) {
    if (unknown.length === 0) continue;
    const columns = unknown.map((d) => JSON.stringify(names[d])).join(', ');
    const where = key === undefined ? '' : ` of ${JSON.stringify(key)}`;
    log(`warning: no forecast${where} of column ${columns}: ${counted(read, 'row')} without a value of use`);
  }
  log(outcomeText(forecasts, quantiles));
  if (report === undefined) return;
  const title = `Forecast: ${file === '-' ? 'standard input' : basename(resolve(file))}`;
  const run: [string, string][] = [
    ['rx-anomaly', VERSION],
    ['rows', counted(rows, 'row')],
    ['steps', String(steps)],
    ['forecaster', forecaster],
    ...(forecaster === 'lstm' ? [['seed', String(seed)] as [string, string]] : []),
  ];
  await writeReportFile(report, forecastReport(title, forecasts, quantiles, names, run, timeZone));
  log(`report: ${resolve(report)}`);
}

const PROBABILITY = { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 } as const;
const QUANTILES = { type: 'array', items: PROBABILITY, minItems: 1 } as const;

const quantileList = takes({ schema: QUANTILES, list: 'joined' }, (text: string): number[] => {
  const list = text.split(',').map((part) => Number(part.trim() || 'none'));
  const expected = aheadTable.quantiles.kind.expected(list);
  if (expected !== undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
  return list;
});

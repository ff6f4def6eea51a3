import { basename, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { badOption } from '../../core/options.ts';
import { renderInspection } from '../../inspect/index.ts';
import { thresholdTable } from '../../models/decision/thresholdOptions.ts';
import { lstmTable } from '../../models/forecasters/lstmOptions.ts';
import type { TransformName } from '../../models/transform.ts';
import { CELL_NAMES, type CellName } from '../../numerics/cells/cell.ts';
import { GATE_ROWS } from '../../numerics/cells/gateRows.ts';
import { runConfigured } from '../config/runConfigured.ts';
import { inspectTable } from '../inspect/inspectRun.ts';
import { inspectText } from '../inspect/inspectText.ts';
import { takes } from '../options/optionForm.ts';
import {
  type ColumnOptions,
  keyOption,
  quietOption,
  seedOption,
  tableOption,
  timeOption,
  transformOption,
  valueOption,
} from '../options/options.ts';
import { tableOptions } from '../options/tableOptions.ts';
import { addTopics } from '../options/topics.ts';
import { createProgress } from '../output/progress.ts';
import { requireWritable, StandardOutput, writeReportFile } from '../output/standardOutput.ts';
import { ProblemCounts } from '../run/problemCounts.ts';
import { columnsOf } from '../run/table/columns.ts';
import { openTable } from '../run/table/openTable.ts';
import { VERSION } from '../version.ts';

interface InspectOptions extends ColumnOptions {
  readonly stream?: string;
  readonly report?: string;
  readonly cell: CellName;
  readonly hidden: number;
  readonly layers: number;
  readonly season?: number;
  readonly ablation: boolean;
  readonly transform: TransformName;
  readonly threshold?: number;
  readonly seed: number;
  readonly quiet: boolean;
}

const GATED = CELL_NAMES.filter((name) => GATE_ROWS[name] !== undefined);

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description(
      'Runs the detector over one recorded stream and shows what its network remembers and for how long, how far the ' +
        'gradient reaches, what each gate contributes, what can be read from the state, and every incident in words.',
    )
    .argument('<file>', 'path of the table, or - for standard input')
    .addOption(new Option('--report <file>', 'write the pictures to this HTML file, which needs no network'))
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(new Option('--stream <name>', 'which stream of a table with --key to look into'))
    .addOption(onlyLstmOption())
    .addOption(tableOption('--cell <name>', lstmTable.cell).choices(GATED))
    .addOption(tableOption('--hidden <n>', lstmTable.hidden))
    .addOption(tableOption('--layers <n>', lstmTable.layers))
    .addOption(
      new Option(
        '--season <rows>',
        'rows per season, whose phase is looked for in the state (default: the time of day)',
      ).argParser(aboveOne),
    )
    .addOption(
      new Option('--no-ablation', 'leave out the networks with a clamped gate: several times faster'),
    )
    .addOption(transformOption())
    .addOption(tableOption('--threshold <score>', thresholdTable.threshold))
    .addOption(seedOption())
    .addOption(quietOption())
    .action((file: string, options: InspectOptions) =>
      runConfigured(command, (signal) => inspect(file, options, signal)),
    );
  return addTopics(command, { table: tableOptions() }, [], HELP);
}

const HELP = `
Half-life: events after which half of what a unit holds is forgotten,
ln ½ / ln f. Forecast errors of networks with a clamped gate are mean absolute
ones after the warm-up, in units of the stream. R² is measured on every row
before it is learnt.

Examples:
  rx-anomaly inspect sensor.csv --report inside.html
  rx-anomaly inspect fleet.csv --key pump --stream pump-7 --cell gru --season 288`;

async function inspect(file: string, options: InspectOptions, signal: AbortSignal): Promise<void> {
  const { stream, report, cell, hidden, layers, season, ablation, transform, threshold, seed, quiet } =
    options;
  const isKeyed = options.key !== undefined && options.key.length > 0;
  if (isKeyed !== (stream !== undefined)) {
    throw !isKeyed
      ? badOption('inspect', '--key', 'given with --stream, which names one of its streams', options.key)
      : badOption('inspect', '--stream', 'given with --key: one stream is inspected', stream);
  }
  const log = (line: string): void => {
    if (!quiet) console.error(line);
  };
  await requireWritable(report);
  const table = await openTable(file, columnsOf(options, undefined), signal);
  for (const line of table.guessed) log(line);
  if (table.columns.key !== undefined && stream === undefined) {
    await table.close();
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${table.name}: column "${table.columns.key}" tells several series apart; name it with --key and one of them with ` +
        '--stream, or read all as one with --key none',
    );
  }
  const problems = new ProblemCounts();
  const progress = createProgress(quiet);
  const started = performance.now();
  const inspection = await inspectTable(
    table,
    {
      cell,
      hidden,
      layers,
      transform,
      seed,
      stream,
      season,
      ablation,
      ...(threshold === undefined ? {} : { threshold }),
      ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    },
    problems,
    (share, rows) => progress.update(share, rows),
    signal,
  ).finally(() => progress.clear());
  const seconds = (performance.now() - started) / 1000;
  const output = new StandardOutput();
  await output.write(inspectText(inspection));
  await output.end();
  for (const line of problems.lines()) log(line);
  if (report === undefined) return;
  const title = file === '-' ? 'standard input' : basename(resolve(file));
  const run: [string, string][] = [
    ['rx-anomaly', VERSION],
    ['cell', cell],
    ['units', `${layers === 1 ? '' : `${layers} layers of `}${hidden}`],
    ['engine', inspection.engine],
    ['seed', String(seed)],
    ['threshold', String(inspection.threshold)],
    ['time', `${seconds.toFixed(1)} s`],
  ];
  const notes = { problems: problems.counts, ...(transform === 'none' ? {} : { transform }) };
  await writeReportFile(report, renderInspection(`Inside the network: ${title}`, inspection, run, notes));
  log(`report: ${resolve(report)}`);
}

/** For those who look for the pre-trained network here. */
function onlyLstmOption(): Option {
  return new Option(
    '--forecaster <name>',
    'lstm alone; rx-anomaly bench-forecast --inside shows the pre-trained network',
  )
    .default('lstm')
    .argParser(
      takes({ schema: { enum: ['lstm'] } }, (name: string): string => {
        if (name === 'lstm') return name;
        const where =
          name === 'pretrained'
            ? 'what the pre-trained network remembers is shown by rx-anomaly bench-forecast --inside FOLDER, for all tables of ' +
              'a folder; its incidents by detect and backtest'
            : 'other forecasters have no gates to look into';
        throw new InvalidArgumentError(`Expected lstm: ${where}.`);
      }),
    );
}

const aboveOne = takes({ schema: { type: 'number', exclusiveMinimum: 1 } }, (text: string): number => {
  const rows = Number(text);
  if (text.trim() === '' || !(rows > 1 && Number.isFinite(rows)))
    throw new InvalidArgumentError('Expected a number of rows above 1.');
  return rows;
});

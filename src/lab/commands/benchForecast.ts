import { Command, Option } from 'commander';
import { quietOption, seedOption } from '../../cli/options/options.ts';
import { createProgress } from '../../cli/output/progress.ts';
import { StandardOutput, writeReportFile } from '../../cli/output/standardOutput.ts';
import { interruptible } from '../../cli/run/interrupt.ts';
import { loadPretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { adaptationTable } from '../forecast/adaptation.ts';
import { aheadTables, evaluateAhead } from '../forecast/evaluateAhead.ts';
import { type EvaluatedCollection, evaluateCollections } from '../forecast/evaluateCollections.ts';
import { forecastTables, formatTable, type TableFormat } from '../forecast/forecastTables.ts';

interface BenchForecastOptions {
  readonly seed: number;
  readonly ahead: boolean;
  readonly out?: string;
  readonly format: TableFormat;
  readonly quiet: boolean;
}

export function benchForecastCommand(): Command {
  return new Command('bench-forecast')
    .description(
      'Measures how well the forecasters predict 1, 4 and 16 events ahead, by the age of a stream, on simulated ' +
        'series and on every table of the folders: the pre-trained network, with and without its memory, the LSTM ' +
        'that learns from scratch, and simpler ones.',
    )
    .argument('<folders...>', 'of tables; every column of values is a series of its own')
    .addOption(seedOption())
    .addOption(
      new Option(
        '--ahead',
        'measure intervals of 80 % and errors up to 96 events ahead instead, on the folders alone',
      ).default(false),
    )
    .addOption(new Option('--out <file>', 'write every figure to this JSON file'))
    .addOption(new Option('--format <name>', 'of the tables').choices(['text', 'markdown']).default('text'))
    .addOption(quietOption())
    .addHelpText('after', HELP)
    .action((folders: string[], options: BenchForecastOptions) =>
      interruptible((signal) => benchForecast(folders, options, signal)),
    );
}

const HELP = `
Each cell is the mean absolute error by that of the last value, as a geometric
mean over the series (and median): below 1 is better. Errors are those of
standardised and compressed values, from record 100 on. The last table has the
errors with adaptation by those without, and the series for which that is worst.
With --ahead they are of the values themselves.

Example:
  rx-anomaly bench-forecast NAB/data cloud-monitoring/data
  rx-anomaly bench-forecast --ahead NAB/data`;

async function benchForecast(
  folders: readonly string[],
  { seed, ahead, out, format, quiet }: BenchForecastOptions,
  signal: AbortSignal,
): Promise<void> {
  const weights = await loadPretrainedWeights();
  const progress = createProgress(quiet);
  const [results, tables] = ahead
    ? await evaluateAhead(folders, weights, seed, progress, signal).then(
        (all) => [all, aheadTables(all, format)] as const,
      )
    : await evaluateCollections(folders, weights, seed, progress, signal).then(
        (all) => [all, `${forecastTables(all, format)}\n${harmTable(all, format)}`] as const,
      );
  if (out !== undefined) await writeReportFile(out, `${JSON.stringify(results, null, 2)}\n`);
  const output = new StandardOutput();
  await output.write(tables);
  await output.end();
}

function harmTable(results: readonly EvaluatedCollection[], format: TableFormat): string {
  const { heads, rows } = adaptationTable(results);
  return `${formatTable(heads, rows, format)}\n`;
}

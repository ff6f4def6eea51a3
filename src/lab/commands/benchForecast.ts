import { Command, Option } from 'commander';
import { quietOption, seedOption } from '../../cli/options/options.ts';
import { createProgress, type Progress } from '../../cli/output/progress.ts';
import { requireWritable, StandardOutput, writeReportFile } from '../../cli/output/standardOutput.ts';
import { interruptible } from '../../cli/run/interrupt.ts';
import { loadPretrainedWeights, type PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { adaptationTable } from '../forecast/adaptation.ts';
import { aheadTables, evaluateAhead } from '../forecast/evaluateAhead.ts';
import { type EvaluatedCollection, evaluateCollections } from '../forecast/evaluateCollections.ts';
import { forecastTables, formatTable, type TableFormat } from '../forecast/forecastTables.ts';
import { type Collection, readCollection, simulatedCollection } from '../forecast/readCollection.ts';
import { simulatedOption } from '../forecast/simulatedOption.ts';
import { type Inside, insideNetwork, WHOLE_SIZE } from '../inside/insideNetwork.ts';
import { insidePicture } from '../inside/insidePicture.ts';
import { insideTables } from '../inside/insideTables.ts';

interface BenchForecastOptions {
  readonly seed: number;
  readonly simulated: number;
  readonly ahead: boolean;
  readonly inside: boolean;
  readonly picture?: string;
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
    .addOption(simulatedOption())
    .addOption(
      new Option(
        '--ahead',
        'measure intervals of 80 % and errors up to 96 events ahead instead, on the folders alone',
      ).default(false),
    )
    .addOption(
      new Option(
        '--inside',
        'show what the pre-trained network remembers instead: half-lives, gradient, ablation, linear probes',
      )
        .default(false)
        .conflicts('ahead'),
    )
    .addOption(
      new Option('--picture <file>', 'draw what --inside shows to this SVG file; implies --inside').implies({
        inside: true,
      }),
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
With --ahead they are of the values themselves. With --inside, half-life: events
after which half of what a unit holds is forgotten; R²: of ridge regressions
that were fitted on 80 simulated series and tried on 40 others.

Example:
  rx-anomaly bench-forecast NAB/data cloud-monitoring/data
  rx-anomaly bench-forecast --ahead NAB/data
  rx-anomaly bench-forecast --inside NAB/data --picture inside.svg`;

async function benchForecast(
  folders: readonly string[],
  options: BenchForecastOptions,
  signal: AbortSignal,
): Promise<void> {
  const { seed, simulated, ahead, inside, picture, out, format, quiet } = options;
  await requireWritable(picture, out);
  const weights = await loadPretrainedWeights();
  const progress = createProgress(quiet);
  const [results, tables] = inside
    ? await lookInside(folders, simulated, weights, seed, progress, signal).then(
        (all) => [all, insideTables(all, format)] as const,
      )
    : ahead
      ? await evaluateAhead(folders, weights, seed, progress, signal).then(
          (all) => [all, aheadTables(all, format)] as const,
        )
      : await evaluateCollections(folders, simulated, weights, seed, progress, signal).then(
          (all) => [all, `${forecastTables(all, format)}\n${harmTable(all, format)}`] as const,
        );
  if (picture !== undefined && 'probes' in results) await writeReportFile(picture, insidePicture(results));
  if (out !== undefined) await writeReportFile(out, `${JSON.stringify(results, null, 2)}\n`);
  const output = new StandardOutput();
  await output.write(tables);
  await output.end();
}

function harmTable(results: readonly EvaluatedCollection[], format: TableFormat): string {
  const { heads, rows } = adaptationTable(results);
  return `${formatTable(heads, rows, format)}\n`;
}

/** On simulated series that were not learnt from, and on each folder. */
async function lookInside(
  folders: readonly string[],
  simulated: number,
  weights: PretrainedWeights,
  seed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Inside> {
  const collections: Collection[] = [simulatedCollection(simulated)];
  for (const folder of folders) collections.push(await readCollection(folder, signal));
  const onStep = (share: number, what: string): void => progress.update(share, 0, what);
  return insideNetwork(collections, weights, WHOLE_SIZE, seed, onStep, signal).finally(() =>
    progress.clear(),
  );
}

import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { quietOption } from '../../cli/options/options.ts';
import { names, naturalNumber } from '../../cli/options/parsers.ts';
import { createProgress } from '../../cli/output/progress.ts';
import { requireWritable, StandardOutput, writeReportFile } from '../../cli/output/standardOutput.ts';
import { interruptible } from '../../cli/run/interrupt.ts';
import { counted } from '../../cli/text/formatText.ts';
import { badOption } from '../../core/options.ts';
import { chooseConfigurations } from '../benchQuality/chooseConfigurations.ts';
import { CONFIGURATIONS, type Configuration } from '../benchQuality/configurations.ts';
import { assignFoldsOfSets, foldsOption } from '../benchQuality/folds.ts';
import { loadConfigurations } from '../benchQuality/loadConfigurations.ts';
import { qualityResults } from '../benchQuality/qualityResults.ts';
import {
  type QualityPlan,
  type QualityRun,
  type QualityRuns,
  runQuality,
} from '../benchQuality/qualityRun.ts';
import { readSet, type SeriesSet } from '../benchQuality/readSets.ts';
import { type QualityFormat, renderQuality } from '../benchQuality/renderQuality.ts';

interface BenchQualityOptions {
  readonly configs?: readonly string[];
  readonly configFile?: string;
  readonly seeds: number;
  readonly folds?: number;
  readonly leaveOut: boolean;
  readonly threads: number;
  readonly out?: string;
  readonly format: QualityFormat;
  readonly quiet: boolean;
}

const USUAL = ['default', 'lastValue', 'ema', 'seasonal', 'ewZScore'];

export function benchQualityCommand(): Command {
  return new Command('bench-quality')
    .description(
      'Runs configurations of the detector over folders of labelled series, the same for every series and each ' +
        'from its first row, and prints the results: NAB, incidents, delay, false alerts by age, ranges, ' +
        'VUS-PR, and the confidence of the differences.',
    )
    .argument('<folders...>', 'in the layout of NAB, or CSV files with a label column or a labels.json')
    .addOption(
      new Option(
        '--configs <names>',
        `which, separated by commas; the first is compared with the others (default: ${USUAL.join(',')} and ` +
          'those of --config-file)',
      ).argParser(names),
    )
    .addOption(new Option('--config-file <file>', 'JSON or a JavaScript module with more configurations'))
    .addOption(
      new Option('--seeds <n>', 'runs of each configuration with a network, seeds 1 to n')
        .argParser(naturalNumber)
        .default(1),
    )
    .addOption(foldsOption())
    .addOption(
      new Option(
        '--leave-out',
        'for each folder, the results of the configuration that is best on the mean of all others',
      ).default(false),
    )
    .addOption(
      new Option('--threads <n>', 'series processed in parallel')
        .argParser(naturalNumber)
        .default(availableParallelism(), 'one for each core'),
    )
    .addOption(new Option('--out <file>', 'write every figure, of each series too, to this JSON file'))
    .addOption(
      new Option('--format <name>', 'of the tables on standard output; markdown is shorter')
        .choices(['text', 'markdown'])
        .default('text'),
    )
    .addOption(quietOption())
    .addHelpText('after', HELP)
    .action((folders: string[], options: BenchQualityOptions) =>
      interruptible((signal) => benchQuality(folders, options, signal)),
    );
}

const HELP = `
Configurations that come with it:
${Object.keys(CONFIGURATIONS).slice(0, 6).join(', ')},
${Object.keys(CONFIGURATIONS).slice(6).join(', ')}.
A file adds others, options of the detector by name:
  { "strict": { "threshold": 0.6, "scorer": { "name": "tail", "surprise": 3 } },
    "ema": { "forecaster": { "name": "ema", "alpha": 0.05 } } }
A module has the same as its default export; there, forecaster and scorer may be
functions of the number of dimensions, and a configuration may be a function of
the seed. Each file is one series; a catalogue.json lists those to be modelled
as log-returns.

rx-anomaly help quality explains best thresholds, --folds and --leave-out.
Ctrl-C stops and prints the results so far.

Examples:
  rx-anomaly bench-quality NAB cloud-monitoring/data --seeds 5 --out quality.json
  rx-anomaly bench-quality NAB streams --folds 5
  rx-anomaly bench-quality NAB telemetry streams --config-file my.mjs --leave-out
  rx-anomaly bench-quality streams --config-file my.mjs --configs mine,default`;

async function benchQuality(
  folders: readonly string[],
  options: BenchQualityOptions,
  signal: AbortSignal,
): Promise<void> {
  const { configFile, seeds, threads, out, format, quiet, leaveOut } = options;
  if (leaveOut && folders.length < 2)
    throw badOption('bench-quality', '--leave-out', 'at least two folders to choose between', folders.length);
  const log = (line: string): void => {
    if (!quiet) console.error(line);
  };
  await requireWritable(out);
  const known = await loadConfigurations(configFile);
  const configurations = chooseConfigurations(known, options.configs ?? usual(known));
  const sets: SeriesSet[] = [];
  for (const folder of folders)
    sets.push(await readSet(folder, log, signal, { progress: createProgress(quiet) }));
  const assignments = options.folds === undefined ? undefined : assignFoldsOfSets(sets, options.folds);
  const plan: QualityPlan = { sets, configurations, configFile, assignments, leaveOut, seeds, threads };
  const started = performance.now();
  const onRun = (run: QualityRun): void => log(runLine(sets[run.set].name, run));
  const runs = await runQuality(plan, onRun, createProgress(quiet), signal);
  const seconds = (performance.now() - started) / 1000;
  const results = qualityResults(plan, runs);
  if (out !== undefined) await writeReportFile(out, `${JSON.stringify(results, null, 2)}\n`);
  const output = new StandardOutput();
  await output.write(renderQuality(results, format));
  await output.end();
  log(summary(runs, seconds));
  signal.throwIfAborted();
}

/** `nab: default, seed 1: NAB 72.8, F1 0.374` */
function runLine(set: string, { configuration, seed, quality }: QualityRun): string {
  const [nab, f1] = [quality.nab[0].score?.toFixed(1), quality.incidents.f1?.toFixed(3)];
  return `${set}: ${configuration}, seed ${seed}: NAB ${nab ?? '–'}, F1 ${f1 ?? '–'}`;
}

function summary({ runs, planned, interrupted }: QualityRuns, seconds: number): string {
  const records = runs.reduce((sum, { quality }) => sum + quality.records, 0);
  const done = interrupted
    ? `stopped: ${runs.length} of ${counted(planned, 'run')}`
    : counted(planned, 'run');
  return `${done}, ${counted(records, 'record')} in ${seconds.toFixed(1)} s`;
}

function usual(known: ReadonlyMap<string, Configuration>): string[] {
  return [...USUAL, ...[...known.keys()].filter((name) => !Object.hasOwn(CONFIGURATIONS, name))];
}

import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { quietOption } from '../../cli/options/options.ts';
import { naturalNumber } from '../../cli/options/parsers.ts';
import { createProgress } from '../../cli/output/progress.ts';
import { StandardOutput, writeReportFile } from '../../cli/output/standardOutput.ts';
import { interruptible } from '../../cli/run/interrupt.ts';
import { badOption } from '../../core/options.ts';
import { readWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { evaluateCollections } from '../forecast/evaluateCollections.ts';
import { forecastTables } from '../forecast/forecastTables.ts';
import { simulatedOption } from '../forecast/simulatedOption.ts';
import { modelCard } from '../pretrain/modelCard.ts';
import { runPretrain } from '../pretrain/pretrainRun.ts';
import { TRAINING_ENGINES, type TrainingEngine, trainingEngine } from '../pretrain/trainingEngine.ts';
import { moduleOf, moduleSource } from '../pretrain/weightsFile.ts';

interface PretrainOptions {
  readonly batches?: number;
  readonly minutes?: number;
  readonly seed: number;
  readonly hidden: number;
  readonly cell: 'lstm' | 'gru';
  readonly engine: TrainingEngine;
  readonly series: number;
  readonly steps: number;
  readonly window: number;
  readonly simulated: number;
  readonly out: string;
  readonly quiet: boolean;
}

const BATCHES = 3600;
const HELD_OUT = 4; // batches

export function pretrainCommand(): Command {
  const number = (flags: string, about: string): Option => new Option(flags, about).argParser(naturalNumber);
  return new Command('pretrain')
    .description(
      'Trains the network that forecasts without having seen a stream, on simulated series, and evaluates it on ' +
        'others and on the folders that are given. Stopped with Ctrl-C, the same command resumes.',
    )
    .argument('[folders...]', 'of tables to evaluate on; none of them is learnt from')
    .addOption(number('--batches <n>', `batches to learn from (default: ${BATCHES})`))
    .addOption(new Option('--minutes <n>', 'as many batches as fit into that time').argParser(minutesOf))
    .addOption(number('--seed <n>', 'of weights and series: the same seed gives the same bytes').default(1))
    .addOption(number('--hidden <n>', 'units').default(64))
    .addOption(new Option('--cell <name>', 'recurrent cell').choices(['lstm', 'gru']).default('lstm'))
    .addOption(
      new Option('--engine <name>', 'where the arithmetic is done').choices(TRAINING_ENGINES).default('wasm'),
    )
    .addOption(number('--series <n>', 'series of a batch').default(48))
    .addOption(number('--steps <n>', 'events of each, a multiple of the window').default(1536))
    .addOption(number('--window <n>', 'events of back-propagation').default(128))
    .addOption(simulatedOption())
    .addOption(
      new Option(
        '--out <folder>',
        'where weights.ts, MODEL_CARD.md and, until it is done, training.state go',
      ).default('pretrained'),
    )
    .addOption(quietOption())
    .addHelpText('after', HELP)
    .action((folders: string[], options: PretrainOptions) =>
      interruptible((signal) => pretrain(folders, options, signal)),
    );
}

const HELP = `
The default takes about 50 minutes on one core. bench-forecast prints the same
evaluation for the weights that come with the package.

Examples:
  rx-anomaly pretrain --minutes 5 NAB/data
  rx-anomaly pretrain --out src/models/pretrained/weights NAB/data streams`;

async function pretrain(
  folders: readonly string[],
  options: PretrainOptions,
  signal: AbortSignal,
): Promise<void> {
  const { batches, minutes, engine, out, quiet, seed, hidden, cell, series, steps, window, simulated } =
    options;
  if (batches !== undefined && minutes !== undefined)
    throw badOption('pretrain', '--minutes', 'left out where --batches is given', minutes);
  if (steps % window !== 0)
    throw badOption('pretrain', '--steps', `a multiple of the window of ${window}`, steps);
  const log = (line: string): void => {
    if (!quiet) console.error(line);
  };
  const state = join(out, 'training.state');
  const amount = minutes === undefined ? { batches: batches ?? BATCHES } : { minutes };
  const create = await trainingEngine(engine, cell);
  const progress = createProgress(quiet);
  const wanted = { seed, hidden, cell, series, steps, window, ...amount };
  const context = { engine, create, state, progress, log, signal, commit: headCommit() };
  const { trainer, commit } = await runPretrain(wanted, context).catch((error) => {
    if (signal.aborted) log(`stopped; the same command resumes from ${state}`);
    throw error;
  });
  const module = moduleOf(trainer.plan, trainer.weights);
  const heldOut = trainer.evaluate(HELD_OUT);
  const { plan, losses } = trainer;
  trainer.dispose();
  await writeReportFile(join(out, 'weights.ts'), moduleSource(module));
  const results = await evaluateCollections(folders, simulated, readWeights(module), seed, progress, signal);
  const card = modelCard({ plan, engine, commit, losses, heldOut, results });
  await writeReportFile(join(out, 'MODEL_CARD.md'), card);
  await rm(state, { force: true });
  const output = new StandardOutput();
  await output.write(forecastTables(results, 'text'));
  await output.end();
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && minutes < 1e5))
    throw new InvalidArgumentError('Expected a number of minutes above 0.');
  return minutes;
}

function headCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

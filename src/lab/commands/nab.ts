import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import {
  evaluate,
  type Labels,
  nabCsv,
  nabResultPath,
  parseLabels,
  type RecordedStream,
  recordWindows,
  StreamRecorder,
} from '../../backtest/index.ts';
import { nabLines } from '../../backtest/reportOf.ts';
import { detectTable } from '../../cli/backtest/detectTable.ts';
import {
  forecasterOption,
  type ModelOptions,
  quietOption,
  scorerOption,
  seedOption,
} from '../../cli/options/options.ts';
import { refuseWithoutEffect, seedRule } from '../../cli/options/withoutEffect.ts';
import { createProgress } from '../../cli/output/progress.ts';
import { interruptible } from '../../cli/run/interrupt.ts';
import { ProblemCounts } from '../../cli/run/problemCounts.ts';
import { type FoundTable, findTables } from '../../cli/run/table/findTables.ts';
import { openTable } from '../../cli/run/table/openTable.ts';
import { grouped } from '../../cli/text/formatText.ts';

const THRESHOLD = 0.5;

interface NabOptions extends ModelOptions {
  readonly out: string;
  readonly name: string;
  readonly quiet: boolean;
}

export function nabCommand(): Command {
  return new Command('nab')
    .description(
      'Runs the detector on every file of a folder laid out like NAB (data/<category>/<file>.csv with timestamp,value and ' +
        'labels/combined_windows.json), writes results that NAB’s own scorer reads, and prints our scores.',
    )
    .argument('<dir>', 'the folder')
    .requiredOption('--out <dir>', 'where the results go: <out>/<name>/<category>/<name>_<file>.csv')
    .option('--name <name>', 'name of the detector, letters and digits', 'rxAnomaly')
    .addOption(forecasterOption())
    .addOption(scorerOption())
    .addOption(seedOption())
    .addOption(quietOption())
    .addHelpText('after', HELP)
    .action((dir: string, options: NabOptions, command: Command) => {
      refuseWithoutEffect(command, [seedRule(options)]);
      return interruptible((signal) => nab(dir, options, signal));
    });
}

const HELP = `
The first record of an incident has the score of the incident; the records after
it, until the incident has ended, score 0: NAB counts every record over the
threshold as an alert, and users get one per incident. The detector sees only
the past: neither the length of a file nor its range.

Example:
  rx-anomaly nab NAB --out results`;

async function nab(dir: string, options: NabOptions, signal: AbortSignal): Promise<void> {
  const { out, name, quiet } = options;
  nabResultPath(name, 'any.csv'); // refuses a bad name before the work starts
  const labels = await readWindows(join(dir, 'labels', 'combined_windows.json'));
  const tables = await findTables(join(dir, 'data'));
  const progress = createProgress(quiet);
  const started = performance.now();
  const streams: RecordedStream[] = [];
  let records = 0;
  try {
    for (const [at, table] of tables.entries()) {
      const stream = await detect(table, labels, options, signal, (share, done) =>
        progress.update((at + (share ?? 0)) / tables.length, records + done, table.name),
      );
      streams.push(stream);
      records += stream.scores.length;
    }
  } finally {
    progress.clear();
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`${streams.length} files, ${grouped(records)} records in ${seconds.toFixed(1)} s`);
  const evaluation = evaluate(streams, THRESHOLD);
  if (evaluation === undefined) console.log('no labels/combined_windows.json: results without scores');
  else for (const [profile, score] of nabLines(evaluation)) console.log(`${profile}: ${score}`);
  if (!quiet) console.error(`results: ${join(out, name)}`);
}

async function readWindows(path: string): Promise<Labels | undefined> {
  return existsSync(path) ? parseLabels(await readFile(path, 'utf8'), path) : undefined;
}

async function detect(
  { path, name: file }: FoundTable,
  labels: Labels | undefined,
  { out, name, forecaster, scorer, seed }: NabOptions,
  signal: AbortSignal,
  onPause: (share: number | undefined, count: number) => void,
): Promise<RecordedStream> {
  const table = await openTable(path, { time: 'timestamp', value: 'value' }, signal);
  const recorder = new StreamRecorder(file, ['value']);
  const timestamps: string[] = [];
  const values: string[] = [];
  await detectTable(
    table,
    { forecaster, scorer, seed, threshold: THRESHOLD },
    new ProblemCounts(),
    (verdict, { text }) => {
      recorder.add(verdict);
      timestamps.push(text.time);
      values.push(text.value[0]);
    },
    (share) => onPause(share, recorder.size),
    signal,
  );
  const stream = recorder.finish(undefined);
  const known = labels?.get(file);
  const windows =
    known === undefined || stream.times === undefined ? undefined : recordWindows(stream.times, known);
  const target = join(out, nabResultPath(name, file));
  await mkdir(dirname(target), { recursive: true });
  const lines = nabCsv({ timestamps, values, scores: stream.alertScores, windows: windows ?? [] });
  await writeFile(target, `${[...lines].join('\n')}\n`);
  return { ...stream, labels: windows };
}

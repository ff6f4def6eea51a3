import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { parseLabels } from '../../backtest/index.ts';
import type { TransformName } from '../../models/transform.ts';
import { type BacktestJob, runBacktest } from '../backtest/backtestRun.ts';
import { fileText, summaryText } from '../backtest/backtestText.ts';
import { writeReport } from '../backtest/writeReport.ts';
import { FIXTURES } from '../fixtures.ts';
import { baselinesFor } from '../options/namedModels.ts';
import { DEFAULT_MODELS, seedOption } from '../options/options.ts';
import { createProgress } from '../output/progress.ts';
import { requireWritable, StandardOutput } from '../output/standardOutput.ts';
import { interruptible } from '../run/interrupt.ts';

const THRESHOLD = 0.5;

interface CatalogueEntry {
  readonly file: string;
  readonly title: string;
  readonly shows: string;
  readonly transform: TransformName;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Runs on sensor and financial streams with known faults, prints every incident and writes a report.',
    )
    .addOption(new Option('--report <file>', 'where the HTML report goes').default('demo-report.html'))
    .addOption(seedOption())
    .addHelpText('after', '\nExample:\n  rx-anomaly demo --report demo.html')
    .action((options: { report: string; seed: number }) => interruptible((signal) => demo(options, signal)));
}

async function demo({ report, seed }: { report: string; seed: number }, signal: AbortSignal): Promise<void> {
  await requireWritable(report);
  const jobs = await catalogue();
  const detectionOptions = { ...DEFAULT_MODELS, seed, threshold: THRESHOLD };
  const output = new StandardOutput();
  console.error(`${jobs.length} streams; each row is forecast before it is read, scored, then learnt from\n`);
  const result = await runBacktest(
    jobs,
    { columns: {}, ...detectionOptions, baselines: baselinesFor(detectionOptions.forecaster) },
    { log: () => {}, onFile: (file) => output.write(fileText(file)), progress: createProgress(false) },
    signal,
  );
  await output.write(summaryText(result));
  await output.end();
  await writeReport(report, 'rx-anomaly demo', result, {
    ...detectionOptions,
    data: 'the streams of the package',
  });
  console.error(`report with charts: ${resolve(report)}`);
  signal.throwIfAborted();
}

async function catalogue(): Promise<BacktestJob[]> {
  const entries = JSON.parse(await readFile(`${FIXTURES}catalogue.json`, 'utf8')) as CatalogueEntry[];
  const folders = [...new Set(entries.map(({ file }) => file.split('/')[0]))];
  const labels = new Map(
    await Promise.all(
      folders.map(async (folder) => {
        const path = `${FIXTURES}${folder}/labels.json`;
        return [folder, parseLabels(await readFile(path, 'utf8'), path)] as const;
      }),
    ),
  );
  return entries.map(({ file, title, shows, transform }) => {
    const known = labels.get(file.split('/')[0]);
    const job = { path: `${FIXTURES}${file}`, name: file, title, note: shows, transform };
    return known === undefined ? job : { ...job, labels: known };
  });
}

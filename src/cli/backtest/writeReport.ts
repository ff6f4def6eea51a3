import { loadPageAssets, renderReport, reportOf } from '../../backtest/index.ts';
import { asJson } from '../../models/snapshot/state.ts';
import { forecasterOf } from '../options/namedModels.ts';
import type { ModelOptions } from '../options/options.ts';
import { type Policy, thresholdPart } from '../options/policy.ts';
import { writeReportFile } from '../output/standardOutput.ts';
import { counted, grouped } from '../text/formatText.ts';
import { VERSION } from '../version.ts';
import type { BacktestResult } from './backtestRun.ts';

/** The settings of the run, so that it can be repeated. */
export interface ReportedRun extends ModelOptions {
  readonly threshold: number;
  readonly policy?: Policy;
  /** The data, as the user named it. */
  readonly data: string;
}

/** Writes a backtest as one HTML file that opens from disk with no network. */
export async function writeReport(
  path: string,
  title: string,
  { files, evaluation, forecasterResults }: BacktestResult,
  ran: ReportedRun,
): Promise<void> {
  const streams = files.flatMap(({ job, streams: detected, problems }) =>
    detected.map((stream) => {
      const { title: name, note, transform } = job;
      const notes = {
        ...(name === undefined ? {} : { title: name }),
        ...(note === undefined ? {} : { note }),
        ...(transform === 'none' ? {} : { transform }),
        problems: problems.counts,
      };
      return [stream, notes] as const;
    }),
  );
  const records = streams.reduce((sum, [{ scores }]) => sum + scores.length, 0);
  const seconds = files.reduce((sum, file) => sum + file.seconds, 0);
  const rate = grouped(Math.round(records / Math.max(seconds, 1e-3)));
  const baselines = forecasterResults.slice(1).map(({ forecaster }) => forecaster);
  const { threshold, policy } = ran;
  const report = reportOf({
    title,
    ...(policy?.timeZone === undefined ? {} : { timeZone: policy.timeZone }),
    run: [
      ...configuration(ran),
      ['data', `${ran.data}: ${counted(files.length, 'file')}, ${counted(records, 'record')}`],
      [
        'time',
        `${seconds.toFixed(1)} s (${rate} records/s${baselines.length === 0 ? '' : `, with ${baselines.join(', ')} for comparison`})`,
      ],
    ],
    streams,
    evaluation,
    policy: { threshold, ...thresholdPart(policy) },
    forecasterResults,
    forecasts: files.flatMap((file) => file.forecasts),
  });
  await writeReportFile(path, renderReport(report, loadPageAssets()));
}

function configuration({
  forecaster,
  scorer,
  seed,
  adapt,
  threshold,
  policy,
}: ReportedRun): [string, string][] {
  const { threshold: _, sensitivity: __, ...others } = policy ?? {};
  const model = forecasterOf({ forecaster, seed, adapt })(1);
  const { config } = model.snapshot();
  model.dispose();
  const settings = Object.entries(config as object)
    .filter(([name, value]) => !['dimensions', 'seed', 'engine'].includes(name) && typeof value !== 'object')
    .map(([name, value]) => `${name} ${value}`);
  const engine = 'engine' in (config as object) ? (config as { engine: string }).engine : undefined;
  return [
    ['rx-anomaly', VERSION],
    ['Node.js', process.versions.node],
    ...(engine === undefined ? [] : [['engine', engine] as [string, string]]),
    ['forecaster', settings.length === 0 ? forecaster : `${forecaster}: ${settings.join(', ')}`],
    ['scorer', scorer],
    ...(forecaster === 'lstm' ? [['seed', String(seed)] as [string, string]] : []),
    ['threshold', String(threshold)],
    ...Object.entries(others).map(([name, value]): [string, string] => [
      name,
      JSON.stringify(asJson(value as object)),
    ]),
  ];
}

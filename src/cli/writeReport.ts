import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadPageAssets, renderReport, reportOf } from '../backtest/index.ts';
import type { BacktestResult } from './backtestRun.ts';
import type { ModelOptions } from './options.ts';
import { VERSION } from './version.ts';

/** Writes a backtest as one HTML file that opens from disk with no network. */
export async function writeReport(
  path: string,
  title: string,
  { files, evaluation }: BacktestResult,
  { forecaster, scorer, seed, threshold }: ModelOptions & { readonly threshold: number },
): Promise<void> {
  const records = files.flatMap(({ streams }) => streams).reduce((sum, { scores }) => sum + scores.length, 0);
  const seconds = files.reduce((sum, file) => sum + file.seconds, 0);
  const run: [string, string][] = [
    ['rx-anomaly', VERSION],
    ['forecaster', forecaster],
    ['scorer', scorer],
    ['seed', String(seed)],
    ['threshold', String(threshold)],
    ['records', records.toLocaleString('en')],
    [
      'time',
      `${seconds.toFixed(1)} s (${Math.round(records / Math.max(seconds, 1e-3)).toLocaleString('en')} records/s)`,
    ],
  ];
  const streams = files.flatMap(({ job, streams: judged, problems }) =>
    judged.map((stream) => {
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
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, renderReport(reportOf(title, run, streams, evaluation, threshold), loadPageAssets()));
}

import {
  type Evaluation,
  evaluate,
  type Labels,
  type RecordedStream,
  recordWindows,
  StreamRecorder,
  windowsFor,
  windowsOfFlags,
} from '../backtest/index.ts';
import { RxAnomalyError } from '../core/errors.ts';
import type { TransformName } from '../models/transform.ts';
import type { CsvOptions, CsvTable } from '../sources/index.ts';
import { judgeTable } from './judgeTable.ts';
import { openTable } from './openTable.ts';
import type { ModelOptions } from './options.ts';
import type { Policy } from './policy.ts';
import { ProblemCounts } from './problemCounts.ts';
import type { Progress } from './progress.ts';

/** One file to judge. */
export interface BacktestJob {
  readonly path: string;
  /** What it is called in tables and charts. */
  readonly name: string;
  readonly title?: string;
  readonly note?: string;
  readonly transform: TransformName;
  /** Known windows by file; where there are none, a label column is used. */
  readonly labels?: Labels;
}

export interface BacktestRunOptions extends ModelOptions {
  readonly columns: CsvOptions;
  /** The score from which records are flagged. */
  readonly threshold: number;
  /** What else the user has said about alerts; the threshold again, if it was said. */
  readonly policy?: Policy;
}

/** A file that was judged. */
export interface JudgedFile {
  readonly job: BacktestJob;
  readonly streams: readonly RecordedStream[]; // one, or one per key
  readonly problems: ProblemCounts;
  readonly seconds: number;
}

export interface BacktestResult {
  readonly files: readonly JudgedFile[];
  /** Files that could not be judged, and why. */
  readonly failed: readonly { readonly file: string; readonly message: string }[];
  readonly evaluation: Evaluation | undefined;
  /** True when the signal aborted before the last file was done. */
  readonly interrupted: boolean;
}

/** Who is told what while a backtest runs. */
export interface BacktestListener {
  /** A line for the user. */
  tell(line: string): void;
  /** A file that is done. */
  onFile(file: JudgedFile): Promise<void>;
  readonly progress: Progress;
}

/**
 * Judges one file after the other, each with a fresh detector. When the signal aborts, the files that are done are
 * kept; so are they where one of several cannot be read.
 *
 * @throws RxAnomalyError what is wrong with the only file
 */
export async function runBacktest(
  jobs: readonly BacktestJob[],
  options: BacktestRunOptions,
  listener: BacktestListener,
  signal: AbortSignal,
): Promise<BacktestResult> {
  const { progress } = listener;
  const files: JudgedFile[] = [];
  const failed: { file: string; message: string }[] = [];
  let records = 0;
  const tell = (line: string): void => {
    progress.clear();
    listener.tell(line);
  };
  try {
    for (const [at, job] of jobs.entries()) {
      if (signal.aborted) break;
      const onPause = (share: number | undefined, done: number): void =>
        progress.update((at + (share ?? 0)) / jobs.length, records + done, job.name);
      try {
        const file = await judgeFile(job, options, tell, onPause, signal);
        records += file.streams.reduce((sum, { scores }) => sum + scores.length, 0);
        files.push(file);
        progress.clear();
        await listener.onFile(file);
      } catch (error) {
        if (signal.aborted) break;
        if (jobs.length === 1 || !(error instanceof RxAnomalyError)) throw error;
        failed.push({ file: job.path, message: error.message });
        tell(`left out: ${error.message}`);
      }
    }
  } finally {
    progress.clear();
  }
  const streams = files.flatMap((file) => file.streams);
  return { files, failed, evaluation: evaluate(streams, options.threshold), interrupted: signal.aborted };
}

async function judgeFile(
  job: BacktestJob,
  { columns, forecaster, scorer, seed, threshold, policy }: BacktestRunOptions,
  tell: (line: string) => void,
  onPause: (share: number | undefined, done: number) => void,
  signal: AbortSignal,
): Promise<JudgedFile> {
  const started = performance.now();
  const table = await openTable(job.path, columns, signal);
  for (const line of table.guessed) tell(`${job.name}: ${line}`);
  const problems = new ProblemCounts();
  const recorders = new Map<string | undefined, { recorder: StreamRecorder; labels: boolean[] }>();
  let done = 0;
  await judgeTable(
    table,
    { forecaster, scorer, seed, transform: job.transform, ...(policy ?? { threshold }) },
    problems,
    (verdict, row) => {
      const known = recorders.get(row.key);
      const { recorder, labels } = known ?? newStream(job, row.key, table);
      if (known === undefined) recorders.set(row.key, { recorder, labels });
      recorder.add(verdict);
      labels.push(row.label === true);
      done++;
    },
    (share) => onPause(share, done),
    signal,
  );
  const windows = job.labels === undefined ? undefined : windowsFor(job.labels, job.path);
  if (job.labels !== undefined && windows === undefined) tell(`${job.name}: the labels say nothing of it`);
  if (windows !== undefined && table.columns.time === undefined)
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${job.path}: labels by time need a time column; name it with --time`,
    );
  const streams = [...recorders.values()].map(({ recorder, labels }) => {
    const stream = recorder.finish(table.columns.label === undefined ? undefined : windowsOfFlags(labels));
    return windows === undefined ? stream : { ...stream, labels: recordWindows(stream.times ?? [], windows) };
  });
  return { job, streams, problems, seconds: (performance.now() - started) / 1000 };
}

function newStream(
  job: BacktestJob,
  key: string | undefined,
  table: CsvTable,
): { recorder: StreamRecorder; labels: boolean[] } {
  const name = key === undefined ? job.name : `${job.name} ${key}`;
  return { recorder: new StreamRecorder(name, table.columns.value), labels: [] };
}

import type { RecordedStream } from '../backtest/index.ts';
import {
  type Evaluation,
  evaluate,
  type Labels,
  recordWindows,
  StreamRecorder,
  windowsFor,
  windowsOfFlags,
} from '../backtest/index.ts';
import type { TransformName } from '../models/transform.ts';
import { type CsvOptions, type CsvTable, openCsv } from '../sources/index.ts';
import { judgeTable } from './judgeTable.ts';
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

export interface BacktestRunOptions {
  readonly columns: CsvOptions;
  readonly seed: number;
  readonly threshold: number;
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
  readonly evaluation: Evaluation | undefined;
  /** True when the signal aborted before the last file was done. */
  readonly interrupted: boolean;
}

/**
 * Judges one file after the other, each with a fresh detector. When the signal aborts, the files that are done are kept.
 *
 * @param onFile told of every file that is done
 */
export async function runBacktest(
  jobs: readonly BacktestJob[],
  options: BacktestRunOptions,
  tell: (line: string) => void,
  progress: Progress,
  onFile: (file: JudgedFile) => void,
  signal: AbortSignal,
): Promise<BacktestResult> {
  const files: JudgedFile[] = [];
  let records = 0;
  for (const [at, job] of jobs.entries()) {
    const onPause = (share: number | undefined, done: number): void =>
      progress.update((at + (share ?? 0)) / jobs.length, records + done, job.name);
    try {
      const file = await judgeFile(job, options, tell, onPause, signal);
      records += file.streams.reduce((sum, { scores }) => sum + scores.length, 0);
      files.push(file);
      onFile(file);
    } catch (error) {
      if (!signal.aborted) throw error;
      break;
    }
  }
  const streams = files.flatMap((file) => file.streams);
  return { files, evaluation: evaluate(streams, options.threshold), interrupted: signal.aborted };
}

async function judgeFile(
  job: BacktestJob,
  { columns, seed, threshold }: BacktestRunOptions,
  tell: (line: string) => void,
  onPause: (share: number | undefined, done: number) => void,
  signal: AbortSignal,
): Promise<JudgedFile> {
  const started = performance.now();
  const table = await openCsv(job.path, columns);
  for (const line of table.guessed) tell(`${job.name}: ${line}`);
  const problems = new ProblemCounts();
  const recorders = new Map<string | undefined, { recorder: StreamRecorder; labels: boolean[] }>();
  let done = 0;
  await judgeTable(
    table,
    { seed, threshold, transform: job.transform },
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
  const streams = [...recorders.values()].map(({ recorder, labels }) => finish(job, table, recorder, labels));
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

function finish(
  job: BacktestJob,
  table: CsvTable,
  recorder: StreamRecorder,
  labels: readonly boolean[],
): RecordedStream {
  const windows = job.labels === undefined ? undefined : windowsFor(job.labels, job.path);
  if (windows !== undefined) {
    const stream = recorder.finish(undefined);
    return stream.times === undefined ? stream : { ...stream, labels: recordWindows(stream.times, windows) };
  }
  return recorder.finish(table.columns.label === undefined ? undefined : windowsOfFlags(labels));
}

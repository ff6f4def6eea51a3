import {
  type Evaluation,
  evaluate,
  type ForecastComparison,
  type ForecasterResult,
  forecastErrors,
  forecasterResults,
  type Labels,
  type LabelWindow,
  type RecordedStream,
  recordWindows,
  windowsFor,
} from '../../backtest/index.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { AheadPlan } from '../../models/ahead/aheadOptions.ts';
import type { ForecasterName } from '../../models/forecasters/namedForecasters.ts';
import type { TransformName } from '../../models/transform.ts';
import type { ModelOptions } from '../options/options.ts';
import { type Policy, thresholdPart } from '../options/policy.ts';
import type { Progress } from '../output/progress.ts';
import { ProblemCounts } from '../run/problemCounts.ts';
import { openTable, type TableOptions } from '../run/table/openTable.ts';
import { counted } from '../text/formatText.ts';
import { detectTable } from './detectTable.ts';
import { KeyedRecorders } from './keyedRecorders.ts';

/** One file to run on. */
export interface BacktestJob {
  readonly path: string;
  /** Its name in tables and charts. */
  readonly name: string;
  readonly title?: string;
  readonly note?: string;
  readonly transform: TransformName;
  /** Known windows by file; where there are none, a label column is used. */
  readonly labels?: Labels;
}

export interface BacktestRunOptions extends ModelOptions {
  readonly columns: TableOptions;
  /** The score from which records are flagged. */
  readonly threshold: number;
  /** Further options about alerts; with the threshold, if it was given. */
  readonly policy?: Policy;
  /** What is drawn after the last record of each stream. @default nothing */
  readonly ahead?: AheadPlan;
  /** Simpler forecasters for comparison, with the same scorer and policy. @default none */
  readonly baselines?: readonly ForecasterName[];
}

/** The results of one file. */
export interface DetectedFile {
  readonly job: BacktestJob;
  readonly streams: readonly RecordedStream[]; // one, or one per key
  readonly problems: ProblemCounts;
  readonly seconds: number;
  /** (streams) the errors of the forecaster and of each baseline; none without baselines. */
  readonly forecasts: readonly ForecastComparison[];
  /** (baselines) the streams with the results of each, without their columns. */
  readonly baselines: readonly (readonly RecordedStream[])[];
}

export interface BacktestResult {
  readonly files: readonly DetectedFile[];
  /** Files that could not be read, with the reason. */
  readonly failed: readonly { readonly file: string; readonly message: string }[];
  readonly evaluation: Evaluation | undefined;
  /** The forecaster and then the baselines; none when there were no baselines. */
  readonly forecasterResults: readonly ForecasterResult[];
  /** True when the signal aborted before the last file was finished. */
  readonly interrupted: boolean;
}

/** Callbacks of a running backtest. */
export interface BacktestListener {
  /** A line for the user. */
  log(line: string): void;
  /** A finished file. */
  onFile(file: DetectedFile): Promise<void>;
  readonly progress: Progress;
}

/**
 * Runs on one file after the other, each with a fresh detector. When the signal aborts, the finished files are
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
  const files: DetectedFile[] = [];
  const used = new Set<readonly LabelWindow[]>();
  const failed: { file: string; message: string }[] = [];
  let records = 0;
  const log = (line: string): void => {
    progress.clear();
    listener.log(line);
  };
  try {
    for (const [at, job] of jobs.entries()) {
      if (signal.aborted) break;
      const onPause = (share: number | undefined, done: number): void =>
        progress.update((at + (share ?? 0)) / jobs.length, records + done, job.name);
      try {
        const file = await detectFile(job, options, log, onPause, used, signal);
        records += file.streams.reduce((sum, { scores }) => sum + scores.length, 0);
        files.push(file);
        progress.clear();
        await listener.onFile(file);
      } catch (error) {
        if (signal.aborted) break;
        if (jobs.length === 1 || !(error instanceof RxAnomalyError)) throw error;
        failed.push({ file: job.path, message: error.message });
        log(`left out: ${error.message}`);
      }
    }
    const unused = [...(jobs[0]?.labels ?? [])].filter(([, windows]) => !used.has(windows));
    if (unused.length > 0 && failed.length === 0 && !signal.aborted)
      log(
        `labels: no such stream was read: ${JSON.stringify(unused[0]![0])}${unused.length > 1 ? ` and ${counted(unused.length - 1, 'other')}` : ''}`,
      );
    const onMeasure = (what: string): void => progress.update(undefined, records, `measures: ${what}`);
    onMeasure(options.forecaster);
    const evaluation = evaluate(
      files.flatMap((file) => file.streams),
      options.threshold,
    );
    const forecasterResults = resultsOf(files, options, evaluation, onMeasure);
    return { files, failed, evaluation, forecasterResults, interrupted: signal.aborted };
  } finally {
    progress.clear();
  }
}

function resultsOf(
  files: readonly DetectedFile[],
  { forecaster, baselines = [], threshold }: BacktestRunOptions,
  evaluation: Evaluation | undefined,
  onMeasure: (what: string) => void,
): ForecasterResult[] {
  if (baselines.length === 0) return [];
  const evaluations = baselines.map((baseline, at) => {
    onMeasure(baseline);
    return evaluate(
      files.flatMap((file) => file.baselines[at]),
      threshold,
    );
  });
  return forecasterResults(
    [forecaster, ...baselines],
    files.flatMap((file) => file.forecasts),
    [evaluation, ...evaluations],
  );
}

async function detectFile(
  job: BacktestJob,
  options: BacktestRunOptions,
  log: (line: string) => void,
  onPause: (share: number | undefined, done: number) => void,
  used: Set<readonly LabelWindow[]>,
  signal: AbortSignal,
): Promise<DetectedFile> {
  const { columns, forecaster, scorer, seed, adapt, threshold, policy, ahead, baselines = [] } = options;
  const started = performance.now();
  const table = await openTable(job.path, columns, signal);
  for (const line of table.guessed) log(`${job.name}: ${line}`);
  const problems = new ProblemCounts();
  const detectionOptions = { scorer, seed, transform: job.transform, ...(policy ?? { threshold }) };
  const flagging = { threshold, ...thresholdPart(policy) };
  const own = new KeyedRecorders(job, table, flagging);
  const others = baselines.map((baseline) => ({
    recorders: new KeyedRecorders(job, table, flagging),
    options: { ...detectionOptions, forecaster: baseline },
  }));
  await detectTable(
    table,
    { ...detectionOptions, forecaster, ...(adapt && { adapt }), ...(ahead === undefined ? {} : { ahead }) },
    problems,
    (verdict, row) => own.add(verdict, row),
    (share) => onPause(share, own.records),
    signal,
    others.map((other) => ({
      options: other.options,
      onVerdict: (verdict, row) => other.recorders.add(verdict, row),
    })),
  );
  const { labels } = job;
  const every = columns.resample?.every ?? 1;
  const windowsOf = (key: string | undefined): readonly LabelWindow[] | undefined => {
    const windows = labels && windowsFor(labels, job.path, key);
    if (windows !== undefined) used.add(windows);
    // A row that was resampled has the time at which its window begins.
    return windows?.map(({ start, end }) => ({ start: Math.floor(start / every) * every, end }));
  };
  const isLabelled = [...own.keys].some((key) => windowsOf(key) !== undefined);
  if (labels !== undefined && !isLabelled) log(`${job.name}: it has no labels`);
  if (isLabelled && table.columns.time === undefined)
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${job.path}: labels by time need a time column; name it with --time`,
    );
  const streams = own.finish(windowsOf);
  for (const [at, key] of [...own.keys].entries()) {
    const { name, times = [] } = streams[at]!;
    const windows = windowsOf(key) ?? [];
    const empty = windows.filter((window) => recordWindows(times, [window]).length === 0);
    const [first] = empty;
    if (first === undefined) continue;
    log(
      `${name}: labelled windows without a record, which do not count: ${empty.length} of ${windows.length}, the first of ${new Date(first.start).toISOString()}; times of labels without a zone are UTC`,
    );
  }
  const baselineStreams = others.map(({ recorders }) => recorders.finish(windowsOf));
  return {
    job,
    streams,
    problems,
    seconds: (performance.now() - started) / 1000,
    forecasts:
      baselineStreams.length === 0
        ? []
        : streams.map((stream, at) =>
            forecastErrors([stream, ...baselineStreams.map((baseline) => baseline[at])]),
          ),
    baselines: baselineStreams.map((baseline) => baseline.map((stream) => ({ ...stream, dimensions: [] }))),
  };
}

import type { ForecasterResult, RecordedStream, ReportIncident } from '../../backtest/index.ts';
import { meanOf } from '../../backtest/metrics/incidentCounts.ts';
import type { ModelOptions } from '../options/options.ts';
import { isoTime } from '../output/verdictFormat.ts';
import { VERSION } from '../version.ts';
import type { BacktestResult, DetectedFile } from './backtestRun.ts';

/** A backtest as JSON. Record numbers count from 0; what is not defined is null. */
export function backtestJson(
  { files, failed, evaluation, forecasterResults, interrupted }: BacktestResult,
  options: ModelOptions & { readonly threshold: number; readonly policy: object },
): object {
  const streams = files.flatMap((file) => file.streams.map((stream) => ({ file, stream })));
  return {
    version: VERSION,
    ...options,
    interrupted,
    failed,
    streams: streams.map(({ file, stream }, at) => ({
      ...streamJson(file, stream, evaluation?.streams[at] ?? null),
      vusPr: evaluation?.vusPr[at] ?? null,
      ranges: evaluation?.rangesByStream[at] ?? null,
      nab: evaluation?.nabByStream[at] ?? null,
    })),
    pooled: evaluation?.pooled ?? null,
    nab: evaluation?.nab ?? null,
    ranges: evaluation?.ranges ?? null,
    forecasters: forecasterResults.length === 0 ? null : forecasterResults.map(resultJson),
  };
}

function resultJson({ evaluation, ...results }: ForecasterResult): object {
  const { pooled = null, nab = null, vusPr = [] } = evaluation ?? {};
  return { ...results, pooled, nab, vusPr: meanOf(vusPr) };
}

function streamJson(
  { job, problems, seconds }: DetectedFile,
  stream: RecordedStream,
  metrics: object | null,
): object {
  return {
    name: stream.name,
    file: job.path,
    records: stream.scores.length,
    seconds,
    metrics,
    labels: stream.labels?.map(({ first, last }) => ({ first, last, ...span(stream, first, last) })) ?? null,
    incidents: stream.incidents.map((incident) => incidentJson(stream, incident)),
    problems: problems.counts,
  };
}

function incidentJson(
  stream: RecordedStream,
  { first, last, peak, severity, score, reason, ...at }: ReportIncident,
): object {
  const scalar = at.value.length === 1;
  const values = Object.entries(at).map(([field, numbers]) => [field, scalar ? numbers[0] : numbers]);
  return {
    first,
    last,
    peak,
    ...span(stream, first, last),
    severity,
    score,
    ...Object.fromEntries(values),
    why: reason?.text ?? null,
  };
}

function span(
  { times }: RecordedStream,
  first: number,
  last: number,
): { start: string | null; end: string | null } {
  const moment = (at: number): string | null => {
    return times === undefined || Number.isNaN(times[at]) ? null : isoTime(times[at]);
  };
  return { start: moment(first), end: moment(last) };
}

import type { ThresholdOptions } from '../models/decision/thresholdOptions.ts';
import type { Evaluation } from './evaluate.ts';
import type { ForecasterResult } from './forecasterResults.ts';
import { errorTable, forecasterTable } from './forecasterTable.ts';
import { incidentCells, measureTable } from './measureTable.ts';
import type { ForecastComparison } from './metrics/forecastErrors.ts';
import { meanOf } from './metrics/incidentCounts.ts';
import type { IncidentMetrics } from './metrics/incidentMetrics.ts';
import { residualHistogram } from './metrics/residualHistogram.ts';
import { thresholdTradeOff } from './metrics/thresholdTradeOff.ts';
import { formatRatio } from './report/html.ts';
import type { ReportDocument, ReportStream } from './report/reportDocument.ts';
import { reportVerdict } from './reportVerdict.ts';
import type { RecordedStream } from './streamRecorder.ts';

/** Notes on a stream in addition to its columns. */
export interface StreamNotes {
  readonly title?: string;
  readonly note?: string;
  readonly transform?: string;
  readonly problems: Readonly<Record<string, number>>;
}

/** The input of a report. */
export interface ReportParts {
  readonly title: string;
  /** As {@link ReportDocument.timeZone}. */
  readonly timeZone?: string;
  readonly run: ReportDocument['run'];
  readonly streams: readonly (readonly [RecordedStream, StreamNotes])[];
  /** Of these streams; undefined without labels. */
  readonly evaluation: Evaluation | undefined;
  /** The policy that the scores were flagged with. */
  readonly policy: ThresholdOptions;
  /** The forecaster, then simpler ones; empty without a comparison. */
  readonly forecasterResults?: readonly ForecasterResult[];
  /** (streams) errors of the same forecasters. */
  readonly forecasts?: readonly ForecastComparison[];
}

/** The report of a backtest: measures over all streams, the trade-off of the threshold, and a chart for each stream. */
export function reportOf(parts: ReportParts): ReportDocument {
  const { title, timeZone, run, streams, evaluation, policy, forecasterResults = [], forecasts = [] } = parts;
  const recorded = streams.map(([stream]) => stream);
  const forecasters = forecasterResults.map(({ forecaster }) => forecaster);
  const tradeOff = thresholdTradeOff(recorded, policy);
  return {
    title,
    ...(timeZone === undefined ? {} : { timeZone }),
    run,
    ...(recorded.some(({ scores }) => scores.length > 0)
      ? { verdict: reportVerdict(recorded, evaluation, tradeOff, forecasterResults, timeZone) }
      : {}),
    ...(evaluation === undefined ? {} : { results: measureLines(evaluation) }),
    summary:
      evaluation === undefined ? summaryTable(recorded, undefined) : measureTable(recorded, evaluation),
    ...(recorded.some(({ scores }) => scores.length > 0) ? { tradeOff } : {}),
    ...(forecasterResults.length > 1 ? { forecasters: forecasterTable(forecasterResults) } : {}),
    streams: streams.map(([stream, notes], at) => ({
      ...reportStream(stream, notes, evaluation?.streams[at] ?? null, tradeOff.threshold),
      ...(forecasts[at] === undefined
        ? {}
        : {
            errors: errorTable(
              forecasters,
              forecasts[at],
              stream.dimensions.map(({ name }) => name),
            ),
          }),
    })),
  };
}

/** The summary as a table of text: a row per stream and, with labels, one for all of them. */
export function summaryTable(
  streams: readonly RecordedStream[],
  evaluation: Evaluation | undefined,
): { header: string[]; rows: string[][] } {
  if (evaluation === undefined) {
    const rows = streams.map(({ name, scores, incidents }) => [
      name,
      scores.length.toLocaleString('en'),
      String(incidents.length),
    ]);
    return { header: ['stream', 'records', 'incidents'], rows };
  }
  const header = [
    'stream',
    'records',
    'found',
    'false',
    'precision',
    'recall',
    'F1',
    'delay, records',
    'VUS-PR',
  ];
  const row = (name: string, metrics: IncidentMetrics, vusPr: number | null): string[] => [
    ...incidentCells(name, metrics),
    formatRatio(vusPr),
  ];
  const rows = streams.map((stream, at) => {
    const metrics = evaluation.streams[at];
    return metrics === null
      ? [stream.name, stream.scores.length.toLocaleString('en'), 'no labels', '–', '–', '–', '–', '–', '–']
      : row(stream.name, metrics, evaluation.vusPr[at]);
  });
  return {
    header,
    rows: streams.length === 1 ? rows : [...rows, row('all', evaluation.pooled, meanOf(evaluation.vusPr))],
  };
}

/** Measures over all streams in addition to the table, as name and value. */
export function measureLines(evaluation: Evaluation): (readonly [string, string])[] {
  const { precision, recall, f1 } = evaluation.ranges;
  const ranges = `precision ${formatRatio(precision)}, recall ${formatRatio(recall)}, F1 ${formatRatio(f1)}`;
  return [...nabLines(evaluation), ['by range, flat', ranges]];
}

/** One line per NAB profile, as name and value. */
export function nabLines({ nab, threshold }: Evaluation): (readonly [string, string])[] {
  return nab
    .filter(({ score }) => score !== null)
    .map(({ profile, score, bestScore, bestThreshold }) => {
      const [own, best] = [score, bestScore].map((each) => each?.toFixed(1));
      // At the same threshold to three digits it is the luck of a single score.
      const isOther = bestThreshold.toFixed(3) !== threshold.toFixed(3) && best !== own;
      const other = isOther
        ? `; the most possible with these scores is ${best}, at a threshold of ${bestThreshold.toFixed(3)}`
        : '';
      return [`NAB ${profile}`, `${own}${other}`] as const;
    });
}

function reportStream(
  stream: RecordedStream,
  notes: StreamNotes,
  metrics: IncidentMetrics | null,
  threshold: number,
): ReportStream {
  const { name, times, dimensions, scores, incidents, changes, labels } = stream;
  const measures: [string, string][] = [];
  if (metrics !== null) {
    measures.push(
      ['found', `${metrics.found} of ${metrics.incidents}`],
      ['false alerts', String(metrics.falseAlerts)],
    );
    if (metrics.falseAlertsPerDay !== null) {
      measures.push(['false alerts per day', metrics.falseAlertsPerDay.toFixed(2)]);
    }
    if (metrics.delayRecords !== null) measures.push(['median delay', records(metrics.delayRecords.median)]);
  }
  return {
    name,
    ...notes,
    times,
    dimensions,
    score: scores,
    threshold,
    incidents,
    ...(changes === undefined ? {} : { changes }),
    ...(stream.ahead === undefined ? {} : { ahead: stream.ahead }),
    flags: stream.flags,
    residuals: residualHistogram(stream),
    labels,
    metrics: measures,
  };
}

/** `1 record`, `15.5 records` */
function records(count: number): string {
  return `${count} ${count === 1 ? 'record' : 'records'}`;
}

import type { Evaluation } from './evaluate.ts';
import type { IncidentMetrics } from './incidentMetrics.ts';
import { meanOf } from './quality/seriesQuality.ts';
import type { ReportDocument, ReportStream } from './report/reportDocument.ts';
import type { RecordedStream } from './streamRecorder.ts';

/** What a reader should know about a stream beside its columns. */
export interface StreamNotes {
  readonly title?: string;
  readonly note?: string;
  readonly transform?: string;
  readonly problems: Readonly<Record<string, number>>;
}

/** The report of a backtest: a summary over all streams and a chart for each. */
export function reportOf(
  title: string,
  run: ReportDocument['run'],
  streams: readonly (readonly [RecordedStream, StreamNotes])[],
  evaluation: Evaluation | undefined,
  threshold: number,
): ReportDocument {
  return {
    title,
    run: [...run, ...(evaluation === undefined ? [] : measureLines(evaluation))],
    summary: summaryTable(
      streams.map(([stream]) => stream),
      evaluation,
    ),
    streams: streams.map(([stream, notes], at) =>
      reportStream(stream, notes, evaluation?.streams[at] ?? null, threshold),
    ),
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
    name,
    metrics.records.toLocaleString('en'),
    `${metrics.found} of ${metrics.incidents}`,
    String(metrics.falseAlerts),
    ratio(metrics.precision),
    ratio(metrics.recall),
    ratio(metrics.f1),
    metrics.delayRecords === null ? '–' : String(metrics.delayRecords.median),
    ratio(vusPr),
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

/** What is measured over all streams beside the table, as name and value. */
export function measureLines(evaluation: Evaluation): (readonly [string, string])[] {
  const { precision, recall, f1 } = evaluation.ranges;
  const ranges = `precision ${ratio(precision)}, recall ${ratio(recall)}, F1 ${ratio(f1)}`;
  return [...nabLines(evaluation), ['by range, flat', ranges]];
}

/** One line per NAB profile, as name and value. */
export function nabLines({ nab }: Evaluation): (readonly [string, string])[] {
  return nab
    .filter(({ score }) => score !== null)
    .map(({ profile, score, bestScore, bestThreshold }) => [
      `NAB ${profile}`,
      `${score?.toFixed(1)} (${bestScore?.toFixed(1)} at its best threshold ${bestThreshold.toFixed(3)})`,
    ]);
}

function reportStream(
  stream: RecordedStream,
  notes: StreamNotes,
  metrics: IncidentMetrics | null,
  threshold: number,
): ReportStream {
  const { name, times, dimensions, scores, incidents, labels } = stream;
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
    labels,
    metrics: measures,
  };
}

/** `1 record`, `15.5 records` */
function records(count: number): string {
  return `${count} ${count === 1 ? 'record' : 'records'}`;
}

function ratio(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}

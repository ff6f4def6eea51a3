import type { Evaluation, NabStreamResult } from './evaluate.ts';
import { meanOf } from './metrics/incidentCounts.ts';
import type { IncidentMetrics } from './metrics/incidentMetrics.ts';
import type { RangeMetrics } from './metrics/rangeMetrics.ts';
import { formatRatio } from './report/html.ts';
import type { ReportDocument } from './report/reportDocument.ts';
import type { RecordedStream } from './streamRecorder.ts';

const HEADER = [
  'stream',
  'records',
  'found',
  'false alerts',
  'precision',
  'recall',
  'F1',
  'median delay, records',
  'false per day',
  'false per 1,000',
  'NAB',
  'NAB, few false',
  'NAB, few missed',
  'precision by range',
  'recall by range',
  'VUS-PR',
];

/** Everything that is measured, a row per stream and one for all of them. @param evaluation of these streams */
export function measureTable(
  streams: readonly RecordedStream[],
  evaluation: Evaluation,
): ReportDocument['summary'] {
  const rows = streams.map((stream, at) => {
    const metrics = evaluation.streams[at] ?? null;
    const ranges = evaluation.rangesByStream[at] ?? null;
    if (metrics === null || ranges === null) {
      const empty = HEADER.slice(3).map(() => '–');
      return [stream.name, stream.scores.length.toLocaleString('en'), 'no labels', ...empty];
    }
    const nab = evaluation.nabByStream[at] ?? [];
    return row(stream.name, metrics, nab, ranges, evaluation.vusPr[at] ?? null);
  });
  if (streams.length === 1) return { header: HEADER, rows };
  const { pooled, nab, ranges, vusPr } = evaluation;
  return { header: HEADER, rows: [...rows, row('all', pooled, nab, ranges, meanOf(vusPr))] };
}

function row(
  name: string,
  metrics: IncidentMetrics,
  nab: readonly Pick<NabStreamResult, 'score'>[],
  ranges: RangeMetrics,
  vusPr: number | null,
): string[] {
  return [
    ...incidentCells(name, metrics),
    formatRatio(metrics.falseAlertsPerDay),
    formatRatio(metrics.falseAlertsPer1000),
    ...nab.map(({ score }) => (score === null ? '–' : score.toFixed(1))),
    formatRatio(ranges.precision),
    formatRatio(ranges.recall),
    formatRatio(vusPr),
  ];
}

/** The cells of a row about incidents: name, records, found, false alerts, precision, recall, F1, median delay. */
export function incidentCells(name: string, metrics: IncidentMetrics): string[] {
  return [
    name,
    metrics.records.toLocaleString('en'),
    `${metrics.found} of ${metrics.incidents}`,
    String(metrics.falseAlerts),
    formatRatio(metrics.precision),
    formatRatio(metrics.recall),
    formatRatio(metrics.f1),
    metrics.delayRecords === null ? '–' : String(metrics.delayRecords.median),
  ];
}

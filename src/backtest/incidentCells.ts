import type { IncidentMetrics } from './metrics/incidentMetrics.ts';
import { formatRatio } from './report/formatRatio.ts';

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

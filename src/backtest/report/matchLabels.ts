import { TOLERANCE } from '../labelledIncidents.ts';
import type { ReportLabel } from './reportDocument.ts';

export interface LabelMatch {
  /** (labels) whether an incident meets the label */
  readonly found: readonly boolean[];
  /** (incidents) whether the incident meets a label */
  readonly labelled: readonly boolean[];
}

/**
 * Which labels the incidents found: an incident matches a label when they have a record in
 * common, or the incident begins within the tolerance after, as in `incidentMetrics`.
 *
 * @param incidents by their first and last record
 */
export function matchLabels(incidents: readonly ReportLabel[], labels: readonly ReportLabel[]): LabelMatch {
  const meet = (a: ReportLabel, b: ReportLabel): boolean =>
    a.first <= b.last + TOLERANCE && a.last >= b.first;
  return {
    found: labels.map((label) => incidents.some((incident) => meet(incident, label))),
    labelled: incidents.map((incident) => labels.some((label) => meet(incident, label))),
  };
}

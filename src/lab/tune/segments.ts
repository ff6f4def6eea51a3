import type { RecordWindow } from '../../backtest/index.ts';
import { labelledIncidents, MERGE_ALERTS } from '../../backtest/labels.ts';
import { falseAlerts } from '../../backtest/metrics/falseAlerts.ts';
import type { IncidentCounts } from '../../backtest/metrics/incidentCounts.ts';
import type { LabelledSeries } from '../quality/detectSeries.ts';

/** A series in segments that no labelled incident crosses: those before the split are tuned on, the others reported. */
export interface SplitSeries {
  /** (segments + 1) start of each, and the number of records. */
  readonly bounds: readonly number[];
  /** Segments before the split. */
  readonly tuned: number;
}

/** Segments of each part: what is resampled where there are few series. */
const SEGMENTS = 5;

/**
 * Splits a series in time.
 *
 * @param share of the records that are tuned on, above 0 and below 1; the split moves on to the end of an incident
 */
export function splitSeries({ values, dimensions, windows }: LabelledSeries, share: number): SplitSeries {
  const records = values.length / dimensions.length;
  const incidents = labelledIncidents(windows);
  const split = beyondIncident(Math.round(share * records), incidents, records);
  const bounds = [0];
  for (const [from, to] of [
    [0, split],
    [split, records],
  ] as const) {
    for (let segment = 1; segment <= SEGMENTS; segment++) {
      const at = from + Math.round((segment * (to - from)) / SEGMENTS);
      bounds.push(Math.min(to, beyondIncident(at, incidents, records)));
    }
  }
  return { bounds, tuned: SEGMENTS };
}

function beyondIncident(at: number, incidents: readonly RecordWindow[], records: number): number {
  const straddled = incidents.find(({ first, last }) => first < at && last >= at);
  return Math.min(records, straddled === undefined ? at : straddled.last + 1);
}

/**
 * Incidents, found incidents and false alerts of each segment. Only alerts count: one that falls in an incident finds
 * it, the others are false.
 *
 * @param alerts record indices, ascending
 */
export function countsBySegment(
  { bounds }: SplitSeries,
  windows: readonly RecordWindow[],
  alerts: readonly number[],
): IncidentCounts[] {
  const incidents = labelledIncidents(windows);
  const wrong = falseAlerts(alerts, incidents, MERGE_ALERTS);
  return bounds.slice(1).map((to, at) => {
    const isInside = (record: number): boolean => record >= bounds[at] && record < to;
    const inside = incidents.filter(({ first }) => isInside(first));
    return {
      incidents: inside.length,
      found: inside.filter(({ first, last }) => alerts.some((alert) => alert >= first && alert <= last))
        .length,
      falseAlerts: wrong.filter(isInside).length,
    };
  });
}

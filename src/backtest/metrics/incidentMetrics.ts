import { medianOf } from '../../core/math/median.ts';
import { optionChecks } from '../../core/options.ts';
import { labelledIncidents, MERGE_ALERTS, MERGE_LABELS, TOLERANCE } from '../labels.ts';
import type { RecordWindow } from '../recordWindows.ts';
import { falseAlerts as unexplained } from './falseAlerts.ts';

/** Results of a detector on one stream, with the stream's labels. All positions are record indices from 0. */
export interface StreamOutcome {
  /** How many records the stream has. */
  readonly records: number;
  /** Labelled windows, in any order. */
  readonly windows: readonly RecordWindow[];
  /** Flagged records (`isAnomaly`), ascending. */
  readonly flags: readonly number[];
  /** Records that raised an alert (`startOfIncident`), ascending. */
  readonly alerts: readonly number[];
  /** (records) event times in milliseconds, NaN where a record has none; left out for a stream without times. */
  readonly times?: ArrayLike<number>;
}

/** When two things count as one, in records. */
export interface IncidentMetricsOptions {
  /** A flag this many records after a window still finds it. @default 5 */
  readonly tolerance?: number;
  /** Windows closer than this are one incident. @default 10 */
  readonly mergeLabels?: number;
  /** A false alert closer than this to the last one counted is the same. @default 20 */
  readonly mergeAlerts?: number;
}

/** Incidents found and missed. `null` where a number is not defined: never NaN, so that it survives JSON. */
export interface IncidentMetrics {
  readonly records: number;
  /** Labelled incidents. */
  readonly incidents: number;
  /** Labelled incidents that were found. */
  readonly found: number;
  readonly falseAlerts: number;
  /** found / (found + falseAlerts); null when nothing was found or falsely alerted. */
  readonly precision: number | null;
  /** found / incidents; null without labels. */
  readonly recall: number | null;
  /** 2·found / (incidents + found + falseAlerts), the harmonic mean; null when there was nothing to find and no alert. */
  readonly f1: number | null;
  /** From the start of an incident to its first flag, over the incidents found; null when none was. */
  readonly delayRecords: Summary | null;
  /** The same in milliseconds; null also when a stream has no times. */
  readonly delayMs: Summary | null;
  /** null without records. */
  readonly falseAlertsPer1000: number | null;
  /** Over the time from the earliest record to the latest; null when that is 0 or a stream has no times. */
  readonly falseAlertsPerDay: number | null;
}

/** The middle of several delays. */
export interface Summary {
  readonly median: number;
  readonly mean: number;
}

/**
 * Precision, recall, F1, delay and false alerts, counted by incident, not by record: a user is paged once.
 *
 * - Labelled windows closer than `mergeLabels` records are one incident.
 * - An incident is found if a record is flagged within it or at most `tolerance` records after; its delay runs from its
 *   first record to the first such flag.
 * - An alert is false if it is raised outside every incident and its tolerance, even if the incident reaches a label
 * later.
 * One closer than `mergeAlerts` records to the last false alert counted is not counted again; the distance is to the
 * counted one, so that a detector that never stops alerting is not counted as one false alert. A detector that alerts
 * once and never stops flagging does count as one, and finds everything: to choose a threshold, pass flags as alerts
 * or alerts as flags.
 *
 * @param streams one for its own figures; over several, the counts are summed before any ratio is taken
 * @throws RxAnomalyError BAD_OPTION for a distance that is not an integer of 0 or more
 */
export function incidentMetrics(
  streams: readonly StreamOutcome[],
  options: IncidentMetricsOptions = {},
): IncidentMetrics {
  const check = optionChecks('incidentMetrics');
  check.known(options, ['tolerance', 'mergeLabels', 'mergeAlerts']);
  const { tolerance = TOLERANCE, mergeLabels = MERGE_LABELS, mergeAlerts = MERGE_ALERTS } = options;
  check.nonNegativeInteger('tolerance', tolerance);
  check.nonNegativeInteger('mergeLabels', mergeLabels);
  check.nonNegativeInteger('mergeAlerts', mergeAlerts);

  let [records, incidents, falseAlerts, days] = [0, 0, 0, 0];
  const delays: number[] = [];
  const delaysMs: number[] = [];
  for (const { windows, flags, alerts, times, records: length } of streams) {
    const reach = labelledIncidents(windows, mergeLabels, tolerance);
    records += length;
    incidents += reach.length;
    falseAlerts += unexplained(alerts, reach, mergeAlerts).length;
    days += (times === undefined ? 0 : span(times)) / 86_400_000;
    for (const window of reach) {
      const detection = firstWithin(flags, window);
      if (detection === undefined) continue;
      delays.push(detection - window.first);
      if (times !== undefined) delaysMs.push(times[detection]! - times[window.first]!);
    }
  }

  const found = delays.length;
  const timed = streams.every(({ times }) => times !== undefined);
  return {
    records,
    incidents,
    found,
    falseAlerts,
    ...detectionRatios({ incidents, found, falseAlerts }),
    delayRecords: summary(delays),
    delayMs: timed ? summary(delaysMs.filter(Number.isFinite)) : null,
    falseAlertsPer1000: ratio(1000 * falseAlerts, records),
    falseAlertsPerDay: timed ? ratio(falseAlerts, days) : null,
  };
}

/** Ratios for these counts; null where the denominator is 0. */
export function detectionRatios({
  incidents,
  found,
  falseAlerts,
}: Pick<IncidentMetrics, 'incidents' | 'found' | 'falseAlerts'>): Pick<
  IncidentMetrics,
  'precision' | 'recall' | 'f1'
> {
  return {
    precision: ratio(found, found + falseAlerts),
    recall: ratio(found, incidents),
    f1: ratio(2 * found, incidents + found + falseAlerts),
  };
}

/** null for an empty list. */
export function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function firstWithin(ascending: readonly number[], { first, last }: RecordWindow): number | undefined {
  const next = ascending.find((index) => index >= first);
  return next !== undefined && next <= last ? next : undefined;
}

/** Milliseconds from the earliest record to the latest; 0 when no record has a time. */
function span(times: ArrayLike<number>): number {
  let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < times.length; i++) {
    if (times[i]! < earliest) earliest = times[i]!;
    if (times[i]! > latest) latest = times[i]!;
  }
  return Math.max(0, latest - earliest);
}

function summary(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { median: medianOf(Float64Array.from(values)), mean };
}

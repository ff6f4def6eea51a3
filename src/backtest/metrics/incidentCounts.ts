import { type IncidentMetrics, incidentMetrics, type StreamOutcome } from './incidentMetrics.ts';

/**
 * What counts, both for finding an incident and for false alerts:
 * - `alert`: the first record of an incident, for which a user is paged; it must fall in a labelled incident;
 * - `flag`: every flagged record, as for a detector without incidents.
 *
 * `incidentMetrics` in `backtest` counts flags for finding and alerts as false, which favours a low threshold: chosen
 * by that measure, the best threshold would be so low that a single incident never ends.
 */
export type Reading = 'alert' | 'flag';

export const READINGS: readonly Reading[] = ['alert', 'flag'];

/** Labelled incidents, those found, and false alerts; means of them need not be whole. */
export type IncidentCounts = Pick<IncidentMetrics, 'incidents' | 'found' | 'falseAlerts'>;

export function readAs(outcome: StreamOutcome, reading: Reading): StreamOutcome {
  const { flags, alerts } = outcome;
  return reading === 'alert' ? { ...outcome, flags: alerts } : { ...outcome, alerts: flags };
}

export function countsOf(outcome: StreamOutcome, reading: Reading): IncidentCounts {
  const { times: _, ...untimed } = outcome;
  const { incidents, found, falseAlerts } = incidentMetrics([readAs(untimed, reading)]);
  return { incidents, found, falseAlerts };
}

export function sumCounts(counts: readonly IncidentCounts[]): IncidentCounts {
  let [incidents, found, falseAlerts] = [0, 0, 0];
  for (const each of counts) {
    incidents += each.incidents;
    found += each.found;
    falseAlerts += each.falseAlerts;
  }
  return { incidents, found, falseAlerts };
}

/** F1 by incident of some series, any of them several times; null where there was nothing to find and no alert. */
export function incidentF1(counts: readonly IncidentCounts[]): number | null {
  const { incidents, found, falseAlerts } = sumCounts(counts);
  const whole = incidents + found + falseAlerts;
  return whole > 0 ? (2 * found) / whole : null;
}

/** The mean of what is defined; null where nothing is. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

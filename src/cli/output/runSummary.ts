import { type Incident, toVector, type Value } from '../../core/reading.ts';
import type { RunCounts } from '../run/runCounts.ts';
import { counted, formatText, grouped } from '../text/formatText.ts';
import { isoTime, rowWithoutTime } from './verdictFormat.ts';

/** Share of the rows from which on a warm-up is reported, as most of a short table may be one. */
const MUCH = 0.1;

/**
 * The summary of a run, in lines.
 *
 * @param noun what a row is called
 * @param failed whether the run ended with an error
 */
export function runSummary(run: RunCounts, seconds: number, noun = 'row', failed = false): string[] {
  const { absences, anomalies, drifts, newRows, passedOver, suppressed, warmingUp } = run;
  const incidents = run.incidents - absences;
  const rate = grouped(Math.round(newRows / Math.max(seconds, 1e-3)));
  const began = incidents === 0 ? 'an incident that began earlier' : counted(incidents, 'incident');
  const found = `${counted(anomalies, 'anomaly', 'anomalies')}${anomalies === 0 ? '' : ` in ${began}`}`;
  const isEmpty = newRows + passedOver + anomalies === 0 && !failed;
  const lines = [
    isEmpty
      ? `${counted(0, noun)}: there was nothing to find anomalies in`
      : `${failed ? 'ended by an error, after ' : ''}${counted(newRows, noun)} in ${seconds.toFixed(1)} s (${rate}/s): ${found}`,
  ];
  for (const [rule, count] of suppressed)
    lines.push(`suppressed ${counted(count, 'anomaly', 'anomalies')} by ${rule}`);
  if (absences > 0) lines.push(`silence: ${counted(absences, 'absence')}`);
  if (drifts > 0)
    lines.push(`the process has changed ${counted(drifts, 'time')}; the forecaster learnt faster from there`);
  if (passedOver > 0) lines.push(`skipped ${counted(passedOver, noun)} that had been processed before`);
  if (newRows > 0 && warmingUp === newRows)
    lines.push(`nothing could be flagged yet: every ${noun} fell in the warm-up`);
  else if (warmingUp >= MUCH * newRows && warmingUp > 0)
    lines.push(`the warm-up took ${counted(warmingUp, noun)} of them, in which nothing is flagged`);
  return [...lines, ...run.problems.lines()];
}

/** The open incidents at the end of a run, a line each. */
export function openIncidents(open: readonly Incident<unknown, Value>[]): string[] {
  return open.map(({ kind, key, first, start, peak }) => {
    const where = key === undefined ? '' : ` of ${key}`;
    if (kind === 'absence') return `an absence${where} is open since ${isoTime(start) ?? 'an earlier row'}`;
    const row = rowWithoutTime(first);
    const since = isoTime(start) ?? (row === undefined ? 'an earlier row' : `row ${row}`);
    const { rarity } = peak.evidence ?? {};
    const what =
      rarity === undefined
        ? `peak value ${toVector(peak.value).map(formatText).join(', ')}`
        : JSON.stringify(rarity.category);
    return `an incident${where} is open since ${since}, ${what}`;
  });
}

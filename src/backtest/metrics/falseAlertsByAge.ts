import { optionChecks } from '../../core/options.ts';
import { labelledIncidents, MERGE_ALERTS } from '../labels.ts';
import { falseAlerts } from './falseAlerts.ts';
import type { StreamOutcome } from './incidentMetrics.ts';

/** False alerts among the records of one age. */
export interface AgeBand {
  /** Records that a stream has had before: the youngest age in the band. */
  readonly from: number;
  /** The first age beyond it; null for the last band, which has no end. */
  readonly to: number | null;
  readonly records: number;
  readonly falseAlerts: number;
  /** null without records. */
  readonly per1000: number | null;
}

/**
 * False alerts per 1,000 records by the age of the stream, counted as `incidentMetrics` does: for a detector that
 * learns online both the start and the later stream matter.
 *
 * @param bounds ages at which a band ends and the next begins, ascending; default 1,000 and 4,000
 * @throws RxAnomalyError BAD_OPTION for a bound that is not a positive integer
 */
export function falseAlertsByAge(
  streams: readonly StreamOutcome[],
  bounds: readonly number[] = [1000, 4000],
): AgeBand[] {
  const check = optionChecks('falseAlertsByAge');
  for (const bound of bounds) check.positiveInteger('bounds', bound);
  const all = streams.map(({ alerts, windows }) =>
    falseAlerts(alerts, labelledIncidents(windows), MERGE_ALERTS),
  );
  return [0, ...bounds].map((from, at) => {
    const to = bounds[at] ?? Number.POSITIVE_INFINITY;
    const within = (index: number): boolean => index >= from && index < to;
    const count = all.reduce((sum, indices) => sum + indices.filter(within).length, 0);
    const records = streams.reduce((sum, each) => sum + Math.max(0, Math.min(each.records, to) - from), 0);
    return {
      from,
      to: bounds[at] ?? null,
      records,
      falseAlerts: count,
      per1000: records > 0 ? (1000 * count) / records : null,
    };
  });
}

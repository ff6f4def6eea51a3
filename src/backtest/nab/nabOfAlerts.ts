import type { RecordWindow } from '../recordWindows.ts';
import { nabProbation } from './nabFile.ts';
import type { NabProfile } from './profiles.ts';
import { recordGains } from './recordGains.ts';

/** The raw NAB score of one file from the records that raised an alert. */
export type NabOfAlerts = (alerts: readonly number[]) => number;

/**
 * The raw NAB score of one file as a function of its alerts: equal to `scoreNab` of scores that are 1 at the alerts
 * and 0 elsewhere. For many sets of alerts: gains are computed once.
 */
export function nabOfAlerts(
  records: number,
  windows: readonly RecordWindow[],
  profile: NabProfile,
): NabOfAlerts {
  const gains = recordGains({ name: '', scores: new Float64Array(records), windows }, profile);
  const start = nabProbation(records);
  const scored = windows.filter(({ last }) => last >= start);
  return (alerts) => {
    let raw = 0;
    let at = 0; // the window that the next alert is in or before
    let best = -profile.fnWeight;
    for (const alert of alerts) {
      if (alert < start) continue;
      while (at < scored.length && scored[at]!.last < alert) {
        raw += best;
        best = -profile.fnWeight;
        at++;
      }
      if (at < scored.length && alert >= scored[at]!.first) best = Math.max(best, gains[alert]!);
      else raw += gains[alert]!;
    }
    for (; at < scored.length; at++) {
      raw += best;
      best = -profile.fnWeight;
    }
    return raw;
  };
}

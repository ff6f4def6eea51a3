import type { RecordWindow } from '../recordWindows.ts';

/**
 * Alerts outside every labelled window, extended by `reach`. One closer than `within` records to the last one counted
 * is not counted again; the distance is to the counted one, so that a detector that never stops alerting is not
 * counted as one false alert.
 *
 * @param alerts record indices, ascending
 * @param reach labelled incidents with the records after them in which an alert still counts as correct
 * @returns record indices, ascending
 */
export function falseAlerts(
  alerts: readonly number[],
  reach: readonly RecordWindow[],
  within: number,
): number[] {
  const counted: number[] = [];
  for (const alert of alerts) {
    if (alert - (counted.at(-1) ?? Number.NEGATIVE_INFINITY) < within) continue;
    if (!reach.some(({ first, last }) => alert >= first && alert <= last)) counted.push(alert);
  }
  return counted;
}

import { concat, concatMap, defer, from, type OperatorFunction } from 'rxjs';
import { MOST_KEYS, positiveInteger } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import type { Incident, Value, Verdict } from '../core/reading.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import { thresholdTable } from '../models/decision/thresholdOptions.ts';

/** Options of {@link incidents}. */
export interface IncidentsOptions {
  /** Unflagged events of its stream that end an incident; as `hold` of the threshold. @default 15 */
  readonly hold?: number;
  /** Maximum number of open incidents; beyond that the oldest is ended. @default 10000 */
  readonly maxOpen?: number;
}

export const incidentsOptions: OptionSet<IncidentsOptions> = new OptionSet({
  hold: thresholdTable.hold,
  maxOpen: {
    kind: positiveInteger(MOST_KEYS, 'a Map holds no more'),
    default: 10_000,
    unit: 'incidents',
    about: 'incidents that are open at a time at most; beyond, the oldest is ended',
    when: 'as many as there are streams',
  },
});

/**
 * Merges flagged events into incidents, per key: start, end, peak and count. An incident is emitted when it has
 * ended, that is after `hold` unflagged events of its stream; those still open when the source completes come last,
 * marked `open`.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function incidents<E, V extends Value>(
  options: IncidentsOptions = {},
): OperatorFunction<Verdict<E, V>, Incident<E, V>> {
  const limits = incidentsOptions.resolve('incidents', options);
  return (source) =>
    defer(() => {
      const merger = new IncidentMerger<E, V>(limits);
      return concat(
        from(source).pipe(concatMap((verdict) => merger.add(verdict))),
        defer(() => merger.flush()),
      );
    });
}

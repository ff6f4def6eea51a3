import { concat, concatMap, defer, type OperatorFunction } from 'rxjs';
import { optionChecks } from '../core/options.ts';
import type { Incident, Value, Verdict } from '../core/reading.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';

/** Options of {@link incidents}. */
export interface IncidentsOptions {
  /** Unflagged events of its stream that end an incident; as `hold` of the threshold. @default 15 */
  readonly hold?: number;
  /** Maximum number of open incidents; beyond that the oldest is ended. @default 10000 */
  readonly maxOpen?: number;
}

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
  const limits = checkIncidents('incidents', options);
  return (source) =>
    defer(() => {
      const merger = new IncidentMerger<E, V>(limits);
      return concat(
        source.pipe(concatMap((verdict) => merger.add(verdict))),
        defer(() => merger.flush()),
      );
    });
}

/** Fills in the defaults. @throws RxAnomalyError BAD_OPTION */
export function checkIncidents(where: string, options: IncidentsOptions): Required<IncidentsOptions> {
  const check = optionChecks(where);
  check.known(options, ['hold', 'maxOpen']);
  return {
    hold: check.positiveInteger('hold', options.hold ?? 15),
    maxOpen: check.positiveInteger('maxOpen', options.maxOpen ?? 10_000),
  };
}

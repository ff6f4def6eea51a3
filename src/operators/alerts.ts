import { concat, concatMap, defer, from, map, type OperatorFunction } from 'rxjs';
import type { Alert, Value, Verdict } from '../core/reading.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import { type IncidentsOptions, incidentsOptions } from './incidents.ts';

/**
 * Emits when an incident begins, at its first flagged event, and when it has ended, after `hold` unflagged events of
 * its stream or with the source: two alerts per incident. `incidents` emits only the end.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function alerts<E, V extends Value>(
  options: IncidentsOptions = {},
): OperatorFunction<Verdict<E, V>, Alert<E, V>> {
  const limits = incidentsOptions.resolve('alerts', options);
  return (source) =>
    defer(() => {
      const merger = new IncidentMerger<E, V>(limits);
      const of = (verdict: Verdict<E, V>): Alert<E, V>[] => {
        const alerts = merger.add(verdict).map((incident): Alert<E, V> => ({ phase: 'ended', incident }));
        const incident = merger.of(verdict.key);
        if (incident?.first === verdict)
          alerts.push({ phase: 'began', incident: { ...incident, open: true } });
        return alerts;
      };
      const rest = defer(() => from(merger.flush()));
      return concat(
        source.pipe(concatMap(of)),
        rest.pipe(map((incident): Alert<E, V> => ({ phase: 'ended', incident }))),
      );
    });
}

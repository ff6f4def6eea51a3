import {
  concat,
  concatMap,
  defer,
  from,
  identity,
  type MonoTypeOperatorFunction,
  map,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { OptionSet } from '../core/optionSet.ts';
import type { Alert, Value, Verdict } from '../core/reading.ts';
import { type AbsenceOptions, absentAfterSpec, absentBySpec } from '../models/decision/absenceWatch.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import { withAbsences } from './absences.ts';
import { schedulerSpec } from './detectAnomalies.ts';
import { type IncidentsOptions, incidentsOptions } from './incidents.ts';

/** Options of {@link alerts}. */
export interface AlertsOptions extends IncidentsOptions, AbsenceOptions {
  /** The clock of `absentAfter`. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

const alertsOptions: OptionSet<
  AlertsOptions,
  Required<Omit<AlertsOptions, 'absentAfter'>> & Pick<AlertsOptions, 'absentAfter'>
> = new OptionSet({
  ...incidentsOptions.table,
  absentAfter: absentAfterSpec,
  absentBy: absentBySpec,
  scheduler: { ...schedulerSpec, about: 'the clock of absentAfter' },
});

/**
 * Emits when an incident begins, at its first flagged event, and when it has ended, after `hold` unflagged events of
 * its stream or with the source: two alerts per incident. `incidents` emits only the end. With `absentAfter` a key that falls
 * silent is an incident too, unless the verdicts have its absences already; it ends the incident that was open.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function alerts<E, V extends Value>(
  options: AlertsOptions = {},
): OperatorFunction<Verdict<E, V>, Alert<E, V>> {
  const limits = alertsOptions.resolve('alerts', options);
  const { absentAfter, absentBy, maxOpen, scheduler } = limits;
  const watched: MonoTypeOperatorFunction<Verdict<E, V>> =
    absentAfter === undefined
      ? identity
      : withAbsences({ absentAfter, absentBy, maxKeys: maxOpen }, scheduler);
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
        from(source).pipe(watched, concatMap(of)),
        rest.pipe(map((incident): Alert<E, V> => ({ phase: 'ended', incident }))),
      );
    });
}

import {
  concat,
  concatMap,
  defer,
  finalize,
  from,
  identity,
  type MonoTypeOperatorFunction,
  map,
  merge,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
  Subject,
  tap,
} from 'rxjs';
import { OptionSet } from '../core/optionSet.ts';
import type { Alert, Value, Verdict } from '../core/reading.ts';
import { type AbsenceOptions, absentAfterSpec, absentBySpec } from '../models/decision/absenceWatch.ts';
import { AlertGroups } from '../models/decision/alertGroups.ts';
import {
  type GroupOptions,
  type GroupPlan,
  groupPlan,
  groupSpec,
  groupWaitSpec,
} from '../models/decision/groupOptions.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import { withAbsences } from './absences.ts';
import { schedulerSpec } from './detectAnomalies.ts';
import { DueTimer } from './dueTimer.ts';
import { type IncidentsOptions, incidentsOptions } from './incidents.ts';

/** Options of {@link alerts}. */
export interface AlertsOptions extends IncidentsOptions, AbsenceOptions, GroupOptions {
  /** The clock of `absentAfter` and of groups. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

type Optional = 'absentAfter' | keyof GroupOptions;

const alertsOptions: OptionSet<
  AlertsOptions,
  Required<Omit<AlertsOptions, Optional>> & Pick<AlertsOptions, Optional>,
  Required<Omit<AlertsOptions, Optional>> &
    Pick<AlertsOptions, 'absentAfter'> & { readonly plan: GroupPlan | undefined }
> = new OptionSet(
  {
    ...incidentsOptions.table,
    absentAfter: absentAfterSpec,
    absentBy: absentBySpec,
    group: groupSpec,
    groupWait: groupWaitSpec,
    scheduler: { ...schedulerSpec, about: 'the clock of absentAfter and of groups' },
  },
  (where, { group: _, groupWait: __, ...rest }, given) => ({ ...rest, plan: groupPlan(where, given) }),
);

/**
 * Emits when an incident begins, at its first flagged event, and when it has ended, after `hold` unflagged events of
 * its stream or with the source: two alerts per incident. `incidents` emits only the end. With `absentAfter` a key that falls
 * silent is an incident too, unless the verdicts have its absences already; it ends the incident that was open.
 *
 * With `group` the incidents that begin within that time are one alert, with all of them in its `group`: when no more can
 * join, or after `groupWait`. It is `'updated'` once where others join later, and `'ended'` when all of them have ended.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function alerts<E, V extends Value>(
  options: AlertsOptions = {},
): OperatorFunction<Verdict<E, V>, Alert<E, V>> {
  const limits = alertsOptions.resolve('alerts', options);
  const { absentAfter, absentBy, maxOpen, plan, scheduler } = limits;
  const watched: MonoTypeOperatorFunction<Verdict<E, V>> =
    absentAfter === undefined
      ? identity
      : withAbsences({ absentAfter, absentBy, maxKeys: maxOpen }, scheduler);
  return (source) =>
    defer(() => {
      const merger = new IncidentMerger<E, V>(limits);
      const verdicts$ = from(source).pipe(watched);
      if (plan !== undefined) return grouped(verdicts$, merger, new AlertGroups(plan, maxOpen), scheduler);
      return concat(verdicts$.pipe(concatMap((verdict) => alertsOf(merger, verdict))), rest(merger));
    });
}

/** The alerts of groups; those that wait are due by the clock, too, and with the end of the source. */
function grouped<E, V extends Value>(
  verdicts$: Observable<Verdict<E, V>>,
  merger: IncidentMerger<E, V>,
  groups: AlertGroups<E, V>,
  scheduler: SchedulerLike,
): Observable<Alert<E, V>> {
  const found = new Subject<Alert<E, V>>();
  const timer = new DueTimer(scheduler, groups, (now) => {
    for (const alert of groups.look(now)) found.next(alert);
  });
  const of = (verdict: Verdict<E, V>): Alert<E, V>[] => {
    const now = scheduler.now();
    const alerts = groups.see(verdict.key, verdict.time, now);
    for (const alert of alertsOf(merger, verdict)) alerts.push(...groups.add(alert, now));
    const incident = verdict.isAnomaly ? merger.of(verdict.key) : undefined;
    if (incident !== undefined) groups.update(incident);
    timer.arm();
    return alerts;
  };
  const now = (): number => scheduler.now();
  return merge(
    found,
    concat(
      verdicts$.pipe(concatMap(of)),
      rest(merger).pipe(concatMap((alert) => groups.add(alert, now()))),
      defer(() => groups.flush(now())),
    ).pipe(tap({ complete: () => found.complete() })),
  ).pipe(finalize(() => timer.stop()));
}

function alertsOf<E, V extends Value>(merger: IncidentMerger<E, V>, verdict: Verdict<E, V>): Alert<E, V>[] {
  const alerts = merger.add(verdict).map((incident): Alert<E, V> => ({ phase: 'ended', incident }));
  const incident = merger.of(verdict.key);
  if (incident?.first === verdict) alerts.push({ phase: 'began', incident: { ...incident, open: true } });
  return alerts;
}

/** The incidents that are open at the end of the source. */
function rest<E, V extends Value>(merger: IncidentMerger<E, V>): Observable<Alert<E, V>> {
  return defer(() => from(merger.flush())).pipe(
    map((incident): Alert<E, V> => ({ phase: 'ended', incident })),
  );
}

import { filter, from, map, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { OptionSet } from '../core/optionSet.ts';
import type { Alert, Incident, Lead, Value, Verdict } from '../core/reading.ts';
import { groupSpec } from '../models/decision/groupOptions.ts';
import { LeadLag } from '../models/decision/leadLag.ts';
import { alerts } from './alerts.ts';
import { schedulerSpec } from './detectAnomalies.ts';
import { type IncidentsOptions, incidentsOptions } from './incidents.ts';

/** Options of {@link incidentGroups}. */
export interface IncidentGroupsOptions extends IncidentsOptions {
  /**
   * Incidents whose starts lie within so long a time are one group: `'5m'`, or milliseconds, less than 25 days. By event times;
   * in streams without times by the clock.
   * @default '5m'
   */
  readonly group?: number | string;
  /** The clock, for streams without times and for groups of which some streams send nothing more. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** An incident of a group, and how likely it is the cause of the others. */
export interface RankedIncident<E = unknown, V extends Value = Value> extends Lead {
  readonly incident: Incident<E, V>;
}

/** Incidents of several streams that began together. */
export interface IncidentGroup<E = unknown, V extends Value = Value> {
  /** When the first of them began, milliseconds since 1970; undefined in streams without times. */
  readonly start: number | undefined;
  /** When the last of them ended. */
  readonly end: number | undefined;
  /** One for each stream, its first; that with the greatest probability of having begun first at the head. */
  readonly incidents: readonly RankedIncident<E, V>[];
}

const incidentGroupsOptions: OptionSet<IncidentGroupsOptions> = new OptionSet({
  ...incidentsOptions.table,
  group: {
    ...{ kind: groupSpec.kind, default: '5m', unit: 'milliseconds' },
    about: 'incidents that begin within so long a time are one group',
    when: 'longer where one cause takes long to show everywhere',
  },
  scheduler: { ...schedulerSpec, about: 'the clock, where streams have no times or stop sending' },
});

/**
 * Groups the incidents that begin within one window, across streams, and ranks those of a group by how likely each began first:
 * by the order in which they began, and by how often their streams began before one another in earlier groups. A group is
 * emitted when all of its incidents have ended and no more can join, or with the source; an incident alone is a group of one.
 * 10,000 pairs of streams are remembered; beyond, the one idle longest is forgotten.
 *
 * That a stream usually comes first is no proof that it is the cause.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function incidentGroups<E, V extends Value>(
  options: IncidentGroupsOptions = {},
): OperatorFunction<Verdict<E, V>, IncidentGroup<E, V>> {
  const resolved = incidentGroupsOptions.resolve('incidentGroups', options);
  const grouped = alerts<E, V>({ ...resolved, groupWait: resolved.group });
  return (source) =>
    from(source).pipe(
      grouped,
      filter(({ phase }) => phase === 'ended'),
      map(ranked),
    );
}

function ranked<E, V extends Value>(alert: Alert<E, V>): IncidentGroup<E, V> {
  const { incident, group = [incident], leads = new LeadLag(1).rank(group) } = alert;
  const ofStream = new Map<string | undefined, RankedIncident<E, V>>(); // its first one
  for (const [n, each] of group.entries())
    if (!ofStream.has(each.key)) ofStream.set(each.key, { incident: each, ...leads[n]! });
  const incidents = [...ofStream.values()];
  const ends = group.flatMap(({ end }) => end ?? []);
  return {
    start: group[0]!.start,
    end: ends.length === 0 ? undefined : Math.max(...ends),
    incidents: incidents.sort((a, b) => b.first - a.first),
  };
}

import { defer, filter, from, map, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { positiveInteger } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import type { Incident, Lead, Value, Verdict } from '../core/reading.ts';
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
  /** Maximum number of pairs of streams whose order in earlier groups is remembered. @default 100000 */
  readonly maxPairs?: number;
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
  /** One for each stream, that with the greatest probability of having begun first at the head. */
  readonly incidents: readonly RankedIncident<E, V>[];
}

const incidentGroupsOptions: OptionSet<IncidentGroupsOptions> = new OptionSet({
  ...incidentsOptions.table,
  group: {
    ...{ kind: groupSpec.kind, default: '5m', unit: 'milliseconds' },
    about: 'incidents that begin within so long a time are one group',
    when: 'longer where one cause takes long to show everywhere',
  },
  maxPairs: {
    kind: positiveInteger(10_000_000, 'some 200 bytes each'),
    default: 100_000,
    unit: 'pairs',
    about:
      'pairs of streams whose order in earlier groups is remembered at most; beyond, the one idle longest is forgotten',
    when: 'the square of the streams that often go wrong together',
  },
  scheduler: { ...schedulerSpec, about: 'the clock, where streams have no times or stop sending' },
});

/**
 * Groups the incidents that begin within one window, across streams, and ranks those of a group by how likely each began first:
 * by the order in which they began, and by how often their streams began before one another in earlier groups. A group is
 * emitted when all of its incidents have ended and no more can join, or with the source; an incident alone is a group of one.
 *
 * That a stream usually comes first is no proof that it is the cause.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function incidentGroups<E, V extends Value>(
  options: IncidentGroupsOptions = {},
): OperatorFunction<Verdict<E, V>, IncidentGroup<E, V>> {
  const { maxPairs, ...rest } = incidentGroupsOptions.resolve('incidentGroups', options);
  const grouped = alerts<E, V>({ ...rest, groupWait: rest.group });
  return (source) =>
    defer(() => {
      const order = new LeadLag(maxPairs);
      return from(source).pipe(
        grouped,
        filter(({ phase }) => phase === 'ended'),
        map(({ incident, group = [incident] }) => ranked(group, order)),
      );
    });
}

function ranked<E, V extends Value>(group: readonly Incident<E, V>[], order: LeadLag): IncidentGroup<E, V> {
  const leads = order.add(group);
  const incidents = group.map((incident, n) => ({ incident, ...leads[n]! }));
  const ends = group.flatMap(({ end }) => end ?? []);
  return {
    start: group[0]!.start,
    end: ends.length === 0 ? undefined : Math.max(...ends),
    incidents: incidents.sort((a, b) => b.first - a.first),
  };
}

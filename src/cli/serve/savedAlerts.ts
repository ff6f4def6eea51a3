import type { Incident, Lead, Value } from '../../core/reading.ts';
import { readSavedIncident, saveIncident } from '../../dashboard/savedIncident.ts';
import type { GroupMember, SavedGroup } from '../../models/decision/alertGroups.ts';
import type { SavedPair } from '../../models/decision/leadLag.ts';
import {
  count,
  fields,
  flag,
  type Json,
  list,
  nullOr,
  number,
  oneOf,
  type State,
  text,
} from '../../models/snapshot/state.ts';
import type { ReportedAlert } from './alertOutlet.ts';

/** An alert for a state, without its events. */
export function saveAlert({ phase, incident, group, leads }: ReportedAlert): {
  readonly [name: string]: Json;
} {
  return {
    ...{ phase, incident: saveIncident(incident) },
    ...(group && { group: group.map(saveIncident) }),
    ...(leads && { leads: leads.map(({ first, seen }) => ({ first, seen })) }),
  };
}

/** The alerts that were saved, each with the sink that they are for. @throws RxAnomalyError BAD_SNAPSHOT */
export function readPending(
  saved: State | undefined,
): { readonly sink: string; readonly alert: ReportedAlert }[] {
  return list('pending', saved ?? []).map((each) => {
    const { sink, phase, incident, group, leads } = fields(
      each,
      ['sink', 'phase', 'incident'],
      ['group', 'leads'],
    );
    const read: ReportedAlert = {
      phase: oneOf('phase', phase, ['began', 'updated', 'ended']),
      incident: readSavedIncident(incident),
    };
    return {
      sink: text('sink', sink),
      alert: {
        ...read,
        ...(group !== undefined && { group: list('group', group).map(readSavedIncident) }),
        ...(leads !== undefined && { leads: list('leads', leads).map(readLead) }),
      },
    };
  });
}

/** A group for a state. */
export function saveGroup({ from, to, isByClock, members }: SavedGroup<unknown, Value>): Json {
  const saved = members.map(({ incident, ...rest }): Json => ({ ...rest, incident: saveIncident(incident) }));
  return { from, to, isByClock, members: saved };
}

/** What `saveGroup` made. @throws RxAnomalyError BAD_SNAPSHOT */
export function readGroups(saved: State | undefined): SavedGroup<unknown, Value>[] {
  return list('groups', saved ?? []).map((each) => {
    const { from, to, isByClock, members } = fields(each, ['from', 'to', 'isByClock', 'members']);
    return {
      from: number('from', from),
      to: number('to', to),
      isByClock: flag('isByClock', isByClock),
      members: list('members', members).map(readMember),
    };
  });
}

/** Pairs of streams for a state. */
export function saveOrder(pairs: readonly SavedPair[]): Json {
  return pairs.map(({ keys: [one, other], first, seen }): Json => ({ one, other, first, seen }));
}

/** What `saveOrder` made. @throws RxAnomalyError BAD_SNAPSHOT */
export function readOrder(saved: State | undefined): SavedPair[] {
  return list('order', saved ?? []).map((each) => {
    const { one, other, first, seen } = fields(each, ['one', 'other', 'first', 'seen']);
    const times = count('seen', seen);
    return {
      keys: [nullOr('one', one, text) ?? null, nullOr('other', other, text) ?? null],
      ...{ first: number('first', first, 0, times), seen: times },
    };
  });
}

function readLead(saved: State): Lead {
  const { first, seen } = fields(saved, ['first', 'seen']);
  return { first: number('first', first, 0, 1), seen: count('seen', seen) };
}

function readMember(saved: State): GroupMember<unknown, Value> {
  const { incident, isOpen, isNamed, isLead } = fields(saved, ['incident', 'isOpen', 'isNamed', 'isLead']);
  const read: Incident<unknown, Value> = readSavedIncident(incident);
  return {
    incident: read,
    isOpen: flag('isOpen', isOpen),
    isNamed: flag('isNamed', isNamed),
    isLead: flag('isLead', isLead),
  };
}

import type { Alert, Incident, Value } from '../../core/reading.ts';
import type { GroupPlan } from './groupOptions.ts';
import { byStart, type IncidentGroup, IncidentGroups } from './incidentGroups.ts';

/** An incident of a group. */
export interface GroupMember<E, V extends Value> {
  readonly incident: Incident<E, V>;
  readonly isOpen: boolean;
  /** Whether an alert has named it. */
  readonly isNamed: boolean;
  /** Whether the alerts of the group are about it first of all. */
  readonly isLead: boolean;
}

/** A group of which there are alerts to come, for a state. */
export interface SavedGroup<E, V extends Value> extends Omit<IncidentGroup, 'id'> {
  readonly members: readonly GroupMember<E, V>[];
}

type Member<E, V extends Value> = { -readonly [K in keyof GroupMember<E, V>]: GroupMember<E, V>[K] };

interface Group<E, V extends Value> {
  window: IncidentGroup;
  /** When its first incident came, on the clock. */
  readonly opened: number;
  readonly members: Member<E, V>[];
  /** Whether an incident of it that is still to come would be late. */
  isComplete: boolean;
}

/**
 * Makes one alert of the incidents that began within one window: it comes when the group is complete, or after a wait.
 * What joins after that is reported by one more, when the group is complete, and the end of all of them by the last. Complete
 * is a group once a stream of it has an event that is later than the window, or the clock has passed as much. Pure: the time of
 * the clock is passed in.
 */
export class AlertGroups<E, V extends Value> {
  readonly #plan: GroupPlan;
  readonly #most: number;
  readonly #windows: IncidentGroups;
  readonly #groups: Map<number, Group<E, V>> = new Map(); // oldest first
  /** The newest group of each stream that is in one. */
  readonly #byKey: Map<string | undefined, Group<E, V>> = new Map();
  readonly #open: Map<string | undefined, { group: Group<E, V>; member: Member<E, V> }> = new Map();
  #size = 0;

  /** @param most incidents of all groups; beyond, the oldest group is ended */
  constructor(plan: GroupPlan, most: number) {
    this.#plan = plan;
    this.#most = most;
    this.#windows = new IncidentGroups(plan.window, Number.POSITIVE_INFINITY);
  }

  /** When an alert is due by the clock; Infinity where none is. */
  get due(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const group of this.#groups.values()) {
      if (!isReported(group)) due = Math.min(due, group.opened + this.#plan.wait);
      if (!group.isComplete) due = Math.min(due, group.opened + this.#plan.window);
    }
    return due;
  }

  /**
   * Takes the time of an event of a stream, and its open incident as it is now.
   *
   * @returns the alerts that are due with it
   */
  see(key: string | undefined, time: number | undefined, now: number): Alert<E, V>[] {
    const group = this.#byKey.get(key);
    if (group === undefined || group.isComplete || time === undefined || group.window.isByClock) return [];
    if (time - group.window.from <= this.#plan.window) return [];
    group.isComplete = true;
    return this.#settle(group, now);
  }

  /** The open incident of a stream has changed. */
  update(incident: Incident<E, V>): void {
    const open = this.#open.get(incident.key);
    if (open !== undefined) open.member.incident = { ...incident, open: true };
  }

  /**
   * Takes the beginning or the end of an incident.
   *
   * @returns the alerts that are due with it; the end of an incident that is in no group as it is
   */
  add(alert: Alert<E, V>, now: number): Alert<E, V>[] {
    const { phase, incident } = alert;
    if (phase === 'began') return this.#begin(incident, now);
    const open = this.#open.get(incident.key);
    if (open === undefined) return [alert];
    this.#open.delete(incident.key);
    open.member.incident = incident;
    open.member.isOpen = false;
    return this.#settle(open.group, now);
  }

  /** The alerts that are due by the clock. */
  look(now: number): Alert<E, V>[] {
    return [...this.#groups.values()].flatMap((group) => {
      if (now >= group.opened + this.#plan.window) group.isComplete = true;
      return this.#settle(group, now);
    });
  }

  /** The alerts that are to come where nothing joins any more. Groups with open incidents stay. */
  flush(now: number): Alert<E, V>[] {
    return [...this.#groups.values()].flatMap((group) => {
      group.isComplete = true;
      return this.#settle(group, now);
    });
  }

  /** The groups with incidents of some streams, and of those the incidents of these streams, for `resume`. */
  save(owns: (key: string | undefined) => boolean): SavedGroup<E, V>[] {
    return [...this.#groups.values()].flatMap(({ window: { id: _, ...window }, members }) => {
      const owned = members.filter(({ incident }) => owns(incident.key));
      return owned.length === 0 ? [] : [{ ...window, members: owned.map((member) => ({ ...member })) }];
    });
  }

  /** Adds what `save` returned, maybe a part of each group at a time. The wait for others begins again. */
  resume(saved: readonly SavedGroup<E, V>[], now: number): void {
    for (const { members, ...window } of saved) {
      const group = this.#groupOf(this.#windows.resume(window), now);
      for (const member of members) this.#join(group, { ...member });
    }
  }

  #begin(incident: Incident<E, V>, now: number): Alert<E, V>[] {
    const group = this.#groupOf(this.#windows.add(incident.start, now), now);
    const again = this.#open.get(incident.key);
    if (again !== undefined) again.member.isOpen = false; // its end was not reported
    this.#join(group, { incident, isOpen: true, isNamed: false, isLead: false });
    const alerts = this.#settle(group, now);
    const oldest = this.#groups.values().next().value;
    if (this.#size > this.#most && oldest !== undefined) alerts.push(...this.#end(oldest));
    return alerts;
  }

  #groupOf(window: IncidentGroup, now: number): Group<E, V> {
    const known = this.#groups.get(window.id);
    if (known !== undefined) {
      known.window = window;
      return known;
    }
    const group: Group<E, V> = { window, opened: now, members: [], isComplete: false };
    this.#groups.set(window.id, group);
    return group;
  }

  #join(group: Group<E, V>, member: Member<E, V>): void {
    const { key } = member.incident;
    group.members.push(member);
    this.#size++;
    this.#byKey.set(key, group);
    if (member.isOpen) this.#open.set(key, { group, member });
  }

  /** The alerts of a group that are due. */
  #settle(group: Group<E, V>, now: number): Alert<E, V>[] {
    const { isComplete, members, opened } = group;
    const alerts: Alert<E, V>[] = [];
    if (!isReported(group)) {
      if (!isComplete && now < opened + this.#plan.wait) return [];
      alerts.push(report('began', group));
    } else if (isComplete && members.some(({ isNamed }) => !isNamed)) alerts.push(report('updated', group));
    if (isComplete && members.every(({ isOpen }) => !isOpen)) alerts.push(...this.#end(group));
    return alerts;
  }

  /** Its last alerts: nothing of it is known afterwards. */
  #end(group: Group<E, V>): Alert<E, V>[] {
    const { members, window } = group;
    const alerts: Alert<E, V>[] = [];
    if (!isReported(group)) alerts.push(report('began', group));
    else if (members.some(({ isNamed }) => !isNamed)) alerts.push(report('updated', group));
    this.#groups.delete(window.id);
    this.#windows.close(window);
    this.#size -= members.length;
    for (const { incident } of members) {
      if (this.#byKey.get(incident.key) === group) this.#byKey.delete(incident.key);
      if (this.#open.get(incident.key)?.group === group) this.#open.delete(incident.key);
    }
    return [...alerts, report('ended', group)];
  }
}

function isReported<E, V extends Value>({ members }: Group<E, V>): boolean {
  return members.some(({ isNamed }) => isNamed);
}

/** An alert about all of a group. */
function report<E, V extends Value>(phase: Alert<E, V>['phase'], { members }: Group<E, V>): Alert<E, V> {
  const group = byStart(members.map(({ incident }) => incident));
  const lead = members.find(({ isLead }) => isLead) ?? members.find(({ incident }) => incident === group[0])!;
  lead.isLead = true;
  for (const member of members) member.isNamed = true;
  const { incident } = lead;
  return group.length === 1 ? { phase, incident } : { phase, incident, group };
}

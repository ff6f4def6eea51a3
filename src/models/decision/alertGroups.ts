import type { Alert, Incident, Value } from '../../core/reading.ts';
import type { GroupPlan } from './groupOptions.ts';
import { byStart, type GroupWindow, IncidentGroups } from './incidentGroups.ts';
import { LeadLag, type SavedPair } from './leadLag.ts';

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
export interface SavedGroup<E, V extends Value> extends Omit<GroupWindow, 'id'> {
  readonly members: readonly GroupMember<E, V>[];
}

type Member<E, V extends Value> = { -readonly [K in keyof GroupMember<E, V>]: GroupMember<E, V>[K] };

interface Group<E, V extends Value> {
  window: GroupWindow;
  /** When its first incident came, on the clock. */
  readonly opened: number;
  readonly members: Member<E, V>[];
  /** Whether an incident of it that is still to come would be late. */
  isComplete: boolean;
  /** The streams that are not known to be past the window. */
  readonly streams: Iterator<string | undefined>;
  /** The one of them that has to pass it next. */
  awaited: string | undefined;
  /** When the first incident came that no alert has named yet, on the clock. */
  joined: number;
}

/** Pairs of streams whose order in earlier groups is remembered. */
const PAIRS = 10_000;

/** Windows: a stream that is as far behind has ended, or another clock. */
const LONG_BEHIND = 10;

/**
 * Makes one alert of the incidents that began within one window: it comes when the group is complete, or after a wait.
 * What joins after that is reported by one more, when the group is complete and they have waited, too, and the end of all of
 * them by the last. Complete is a group once every stream has an event that is later than the window, or the clock has passed as
 * much. Pure: the time of the clock is passed in.
 */
export class AlertGroups<E, V extends Value> {
  readonly #plan: GroupPlan;
  readonly #most: number;
  readonly #windows: IncidentGroups;
  readonly #groups: Map<number, Group<E, V>> = new Map(); // oldest first
  /** The newest time of each stream, the one idle longest first; of up to as many streams as there may be incidents. */
  readonly #newest: Map<string | undefined, number> = new Map();
  readonly #open: Map<string | undefined, { group: Group<E, V>; member: Member<E, V> }> = new Map();
  readonly #order: LeadLag = new LeadLag(PAIRS);
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
      else if (hasUnnamed(group)) due = Math.min(due, group.joined + this.#plan.wait);
    }
    return due;
  }

  /**
   * Takes the time of an event of a stream, and its open incident as it is now.
   *
   * @returns the alerts that are due with it
   */
  see(key: string | undefined, time: number | undefined, now: number): Alert<E, V>[] {
    this.#note(key, time);
    if (time === undefined || this.#groups.size === 0) return [];
    return [...this.#groups.values()].flatMap((group) => {
      if (group.isComplete || group.window.isByClock || group.awaited !== key) return [];
      if (!this.#isPast(group, time)) return [];
      group.isComplete = this.#havePassed(group);
      return group.isComplete ? this.#settle(group, now) : [];
    });
  }

  /** The open incident of a stream has changed. */
  update(incident: Incident<E, V>): void {
    const open = this.#open.get(incident.key);
    if (open !== undefined) open.member.incident = { ...incident, open: true };
  }

  /** What has been reported of the group of a stream's open incident, as it is now; undefined where nothing has been. */
  current(key: string | undefined): Alert<E, V> | undefined {
    const open = this.#open.get(key);
    return open?.member.isNamed ? this.#alertOf('began', open.group) : undefined;
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
      group.joined = Number.NEGATIVE_INFINITY;
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

  /** The order of streams in earlier groups, as far as the first of two is one of those, for `resume`. */
  saveOrder(owns: (key: string | undefined) => boolean): SavedPair[] {
    return this.#order.save(owns);
  }

  /** Adds what `save` and `saveOrder` returned, maybe a part of each group at a time. The wait for others begins again. */
  resume(saved: readonly SavedGroup<E, V>[], now: number, order: readonly SavedPair[] = []): void {
    this.#order.resume(order);
    for (const { members, ...window } of saved) {
      for (const { incident } of members) this.#note(incident.key, incident.start);
      const group = this.#groupOf(this.#windows.resume(window), now);
      for (const member of members) this.#join(group, { ...member }, now);
    }
  }

  #begin(incident: Incident<E, V>, now: number): Alert<E, V>[] {
    this.#note(incident.key, incident.start);
    const group = this.#groupOf(this.#windows.add(incident.start, now), now);
    const again = this.#open.get(incident.key);
    if (again !== undefined) again.member.isOpen = false; // its end was not reported
    this.#join(group, { incident, isOpen: true, isNamed: false, isLead: false }, now);
    const alerts = this.#settle(group, now);
    const oldest = this.#groups.values().next().value;
    if (this.#size > this.#most && oldest !== undefined) alerts.push(...this.#end(oldest));
    return alerts;
  }

  #note(key: string | undefined, time: number | undefined): void {
    if (time === undefined) return;
    const newest = this.#newest.get(key) ?? time;
    this.#newest.delete(key); // to the end: the first is the one idle longest
    this.#newest.set(key, Math.max(newest, time));
    if (this.#newest.size > this.#most) this.#newest.delete(this.#newest.keys().next().value);
  }

  #groupOf(window: GroupWindow, now: number): Group<E, V> {
    const known = this.#groups.get(window.id);
    if (known !== undefined) {
      known.window = window;
      return known;
    }
    const group: Group<E, V> = {
      ...{ window, opened: now, members: [], isComplete: false },
      ...{ streams: this.#newest.keys(), awaited: undefined, joined: now },
    };
    this.#groups.set(window.id, group);
    if (!window.isByClock) group.isComplete = this.#havePassed(group);
    return group;
  }

  #join(group: Group<E, V>, member: Member<E, V>, now: number): void {
    const { key } = member.incident;
    if (!member.isNamed && !hasUnnamed(group)) group.joined = now;
    group.members.push(member);
    this.#size++;
    if (member.isOpen) this.#open.set(key, { group, member });
  }

  #isPast({ window }: Group<E, V>, time: number): boolean {
    return time - window.from > this.#plan.window;
  }

  /** Whether all streams have passed the window; otherwise one that has not is awaited. */
  #havePassed(group: Group<E, V>): boolean {
    const { streams, window } = group;
    for (let next = streams.next(); !next.done; next = streams.next()) {
      const time = this.#newest.get(next.value) ?? Number.POSITIVE_INFINITY;
      if (this.#isPast(group, time) || window.from - time > LONG_BEHIND * this.#plan.window) continue;
      group.awaited = next.value;
      return false;
    }
    return true;
  }

  /** The alerts of a group that are due. */
  #settle(group: Group<E, V>, now: number): Alert<E, V>[] {
    const { isComplete, members, opened, joined } = group;
    const alerts: Alert<E, V>[] = [];
    if (!isReported(group)) {
      if (!isComplete && now < opened + this.#plan.wait) return [];
      alerts.push(this.#report('began', group));
    } else if (hasUnnamed(group)) {
      if (!isComplete || now < joined + this.#plan.wait) return [];
      alerts.push(this.#report('updated', group));
    }
    if (isComplete && members.every(({ isOpen }) => !isOpen)) alerts.push(...this.#end(group));
    return alerts;
  }

  /** Its last alerts: nothing of it is known afterwards. */
  #end(group: Group<E, V>): Alert<E, V>[] {
    const { members, window } = group;
    const alerts: Alert<E, V>[] = [];
    if (!isReported(group)) alerts.push(this.#report('began', group));
    else if (hasUnnamed(group)) alerts.push(this.#report('updated', group));
    this.#groups.delete(window.id);
    this.#windows.close(window);
    this.#size -= members.length;
    for (const { incident } of members) {
      if (this.#open.get(incident.key)?.group === group) this.#open.delete(incident.key);
    }
    const ended = this.#report('ended', group);
    this.#order.add(ended.group ?? []);
    return [...alerts, ended];
  }

  /** An alert about all of a group, which is then named. */
  #report(phase: Alert<E, V>['phase'], group: Group<E, V>): Alert<E, V> {
    const { members } = group;
    const [first] = byStart(members.map(({ incident }) => incident));
    if (!members.some(({ isLead }) => isLead))
      members.find(({ incident }) => incident === first)!.isLead = true;
    for (const member of members) member.isNamed = true;
    return this.#alertOf(phase, group);
  }

  #alertOf(phase: Alert<E, V>['phase'], { members }: Group<E, V>): Alert<E, V> {
    const group = byStart(members.map(({ incident }) => incident));
    const incident = members.find(({ isLead }) => isLead)?.incident ?? group[0]!;
    if (group.length === 1) return { phase, incident };
    const leads = this.#order.rank(group);
    const isKnown = leads.some(({ seen }) => seen > 0); // something of the order of its streams
    return { phase, incident, group, ...(isKnown && { leads }) };
  }
}

function isReported<E, V extends Value>({ members }: Group<E, V>): boolean {
  return members.some(({ isNamed }) => isNamed);
}

function hasUnnamed<E, V extends Value>({ members }: Group<E, V>): boolean {
  return members.some(({ isNamed }) => !isNamed);
}

/** A group of incidents, by when they began. */
export interface GroupWindow {
  /** A number, unique among the groups of one IncidentGroups. */
  readonly id: number;
  /** When the earliest of its incidents began, and the latest: milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Whether its incidents have no times, and `from` and `to` are when they were noticed. */
  readonly isByClock: boolean;
}

/**
 * Which incidents went wrong together: those whose starts all lie within one window. An incident joins the newest group that
 * has room for its start, be it earlier than all others of the group; otherwise it opens a group. Memory is bounded by the
 * number of groups.
 */
export class IncidentGroups {
  readonly #window: number;
  readonly #most: number;
  #groups: GroupWindow[] = []; // oldest first
  #nextId = 0;

  /**
   * @param window milliseconds from the earliest start of a group to its latest, at most
   * @param maxGroups groups that an incident may still join; beyond, the oldest is closed
   */
  constructor(window: number, maxGroups: number) {
    this.#window = window;
    this.#most = maxGroups;
  }

  /**
   * The group of one more incident.
   *
   * @param start milliseconds since 1970; undefined in a stream without times
   * @param now milliseconds of the clock, for streams without times
   */
  add(start: number | undefined, now: number): GroupWindow {
    const isByClock = start === undefined;
    const time = start ?? now;
    return this.#join({ from: time, to: time, isByClock });
  }

  /** No incident joins it any more. */
  close({ id }: Pick<GroupWindow, 'id'>): void {
    this.#groups = this.#groups.filter((group) => group.id !== id);
  }

  /** The group with incidents that began within these times: one that has room for them, or a new one. */
  resume(saved: Omit<GroupWindow, 'id'>): GroupWindow {
    return this.#join(saved);
  }

  #join({ from, to, isByClock }: Omit<GroupWindow, 'id'>): GroupWindow {
    for (let at = this.#groups.length - 1; at >= 0; at--) {
      const group = this.#groups[at]!;
      const joined = { ...group, from: Math.min(group.from, from), to: Math.max(group.to, to) };
      if (group.isByClock !== isByClock || joined.to - joined.from > this.#window) continue;
      this.#groups[at] = joined;
      return joined;
    }
    const group = { id: this.#nextId++, from, to, isByClock };
    this.#groups.push(group);
    if (this.#groups.length > this.#most) this.#groups.shift();
    return group;
  }
}

/** In the order in which they began; those without times as they came. */
export function byStart<T extends { readonly start: number | undefined }>(incidents: readonly T[]): T[] {
  return [...incidents].sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}

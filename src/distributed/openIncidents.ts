import type { EventClock } from './eventClock.ts';
import type { Key } from './keyEntry.ts';

/**
 * The keys of a partition that have an open incident, in memory or not, where states are kept for a time: of one that has no more
 * events the incident ends when its state expires, with the next verdict of any key.
 */
export class OpenIncidents {
  /** Time of the partition at the newest event of each. */
  readonly #clocks: Map<Key, number> = new Map();
  /** Those that have ended since their state was saved. */
  readonly #ended: Set<Key> = new Set();
  /** None of them is older. */
  #oldest = Number.POSITIVE_INFINITY;

  clockOf(key: Key): number | undefined {
    return this.#clocks.get(key);
  }

  /** The key has an event, and its incident is open. */
  set(key: Key, clock: number | undefined): void {
    if (clock === undefined) return; // without times nothing expires
    this.#clocks.set(key, clock);
    this.#oldest = Math.min(this.#oldest, clock);
  }

  end(key: Key): void {
    if (this.#clocks.delete(key)) this.#ended.add(key);
  }

  /** Those whose states are expired, in an order that follows from the log. */
  expired(clock: EventClock<never>): Key[] {
    if (!clock.isExpired(this.#oldest)) return [];
    const expired = [...this.#clocks].filter(([, at]) => clock.isExpired(at));
    this.#oldest = Number.POSITIVE_INFINITY;
    for (const at of this.#clocks.values()) this.#oldest = Math.min(this.#oldest, at);
    return expired
      .sort(([a, at], [b, before]) => at - before || ((a ?? '') < (b ?? '') ? -1 : 1))
      .map(([key]) => key);
  }

  /** Those that may be open in the saved states, for whoever reads the partition from its floor. @param isUnsaved of a key */
  keys(isUnsaved: (key: Key) => boolean): Key[] {
    for (const key of this.#ended) if (!isUnsaved(key) || this.#clocks.has(key)) this.#ended.delete(key);
    return [...this.#clocks.keys(), ...this.#ended];
  }
}

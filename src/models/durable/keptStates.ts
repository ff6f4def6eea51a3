/** A state in the store, as far as the states after it must know of it. */
interface Kept {
  /** Of the stream, until then. */
  readonly events: number;
  /** Of the parts that it needs. */
  readonly slots: ReadonlySet<number>;
  /** Whether the store has surely saved it. */
  readonly isSafe: boolean;
}

/** A state that is about to be saved, and those that may then be the one before it. */
export interface NextState {
  /** Of all of them, newest first: number of events. */
  readonly events: readonly number[];
  /** Of parts that those before it need. */
  readonly reserved: readonly number[];
  /** To be called once it is safe. @returns slots that no state needs any more */
  readonly succeeded: () => readonly number[];
}

/** Maximum number of states that failed, before one succeeded, whose parts are kept. */
const MOST_UNSURE = 8;

/**
 * The states that a later run may resume from: the newest, and the one before it for when the newest is damaged. Nobody
 * knows whether a save that failed was done all the same, so until another one has succeeded both may be there.
 */
export class KeptStates {
  #kept: readonly Kept[]; // newest first

  /**
   * @param events of the states in the store when this run began, newest first
   * @param slots of the parts that the newest needs
   * @param reserved of the parts that the others need
   */
  constructor(events: readonly number[], slots: Iterable<number>, reserved: Iterable<number>) {
    const [own, others] = [new Set(slots), new Set(reserved)];
    this.#kept = events.map((each, k) => ({ events: each, slots: k === 0 ? own : others, isSafe: true }));
  }

  get events(): readonly number[] {
    return this.#kept.map(({ events }) => events);
  }

  needs(slot: number): boolean {
    return this.#kept.some(({ slots }) => slots.has(slot));
  }

  /** To be called just before the store is asked to save it. */
  next(events: number, slots: ReadonlySet<number>): NextState {
    const before = this.#kept;
    const own = { events, slots };
    const safe = before.findIndex(({ isSafe }) => isSafe);
    const older = before.slice(0, safe < 0 ? before.length : safe + 1);
    // Of those that failed the newest only: a store that fails for long must not keep ever more parts. Before one has
    // succeeded any of them may be all that there is.
    const still = safe < 0 ? before.slice(0, MOST_UNSURE) : before.filter(({ isSafe }) => isSafe);
    this.#kept = [{ ...own, isSafe: false }, ...still];
    return {
      events: [events, ...older.map((each) => each.events)],
      reserved: [...slotsOf(older)],
      succeeded: () => {
        this.#kept = [{ ...own, isSafe: true }, ...older];
        return [...slotsOf(before)].filter((slot) => !this.needs(slot));
      },
    };
  }
}

function slotsOf(kept: readonly Kept[]): Set<number> {
  return new Set(kept.flatMap(({ slots }) => [...slots]));
}

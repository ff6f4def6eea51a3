import type { Value } from '../core/reading.ts';
import type { Partition, Position, StateRevision, StateStore } from './contract.ts';
import type { EventClock } from './eventClock.ts';
import type { Key, Removed } from './keyEntry.ts';
import { decodeKey, keyOfName } from './records.ts';

/** States that are looked at between two batches of events. */
const AT_ONCE = 64;

export interface ExpiredStatesContext {
  readonly partition: Partition;
  readonly states: StateStore;
  readonly print: string;
  readonly retried: <T>(request: () => Promise<T>) => Promise<T>;
}

/** The models in memory, as this asks them. */
interface Models {
  readonly keeps: (key: Key) => boolean;
  readonly letGo: (key: Key) => Removed | undefined;
  readonly removed: (states: readonly Removed[]) => void;
}

/**
 * Removes the states of keys that begin anew with their next event, whenever that comes: so it makes no difference to a verdict when
 * a state is removed, and by whom, or whether it is at all. Looks through all states of a partition now and then, some at a time.
 */
export class ExpiredStates<E, V extends Value, P extends Position> {
  readonly #context: ExpiredStatesContext;
  readonly #clock: EventClock<E>;
  #since: number | undefined;
  #names: AsyncIterator<readonly string[]> | undefined;
  #waiting: string[] = [];

  /** @param since when all states were looked through last, by the clock; undefined before the first time */
  constructor(context: ExpiredStatesContext, clock: EventClock<E>, since: number | undefined) {
    this.#context = context;
    this.#clock = clock;
    this.#since = since;
  }

  /** When all states were looked through last; undefined before the first event. */
  get since(): number | undefined {
    return this.#since;
  }

  async step(models: Models): Promise<void> {
    const { now } = this.#clock;
    if (now === undefined) return;
    this.#since ??= now;
    if (this.#names === undefined) {
      if (!this.#clock.isSweepDue(this.#since)) return;
      this.#names = this.#context.states.names(this.#context.partition)[Symbol.asyncIterator]();
    }
    if (this.#waiting.length === 0) {
      const { value, done } = await this.#names.next();
      if (done) {
        [this.#names, this.#since] = [undefined, now];
        return;
      }
      this.#waiting = [...value];
    }
    await this.#remove(this.#waiting.splice(0, AT_ONCE), models);
  }

  async #remove(names: readonly string[], models: Models): Promise<void> {
    const { partition, states, print, retried } = this.#context;
    const expired: Removed[] = [];
    const unknown: { readonly key: Key; readonly name: string }[] = [];
    for (const name of names) {
      const found = keyOfName(name);
      if (found === undefined) continue;
      if (!models.keeps(found.key)) unknown.push({ ...found, name });
      else {
        const gone = models.letGo(found.key);
        if (gone !== undefined) expired.push(gone);
      }
    }
    const loaded =
      unknown.length === 0
        ? []
        : await retried(() =>
            states.load(
              partition,
              unknown.map(({ name }) => name),
            ),
          );
    for (const [k, { key, name }] of unknown.entries()) {
      const saved = loaded[k];
      if (saved === undefined) continue;
      const { clock, open } = decodeKey<E, V, P>(print, key, saved.state);
      if (this.#clock.isExpired(clock) && open.length === 0)
        // else its end is not delivered yet
        expired.push({ name, revision: saved.revision, bytes: saved.state.length });
    }
    if (expired.length === 0) return;
    const revisions: StateRevision[] = expired.map(({ name, revision }) => ({ name, revision }));
    await retried(() => states.remove(partition, revisions));
    models.removed(expired);
  }
}

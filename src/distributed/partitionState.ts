import { badSnapshot } from '../models/snapshot/state.ts';
import { Overtaken, type Partition, type Position, type StateStore, Trimmed } from './contract.ts';
import type { Delivery } from './delivery.ts';
import type { Key } from './keyEntry.ts';
import { decodePartition, encodePartition, PARTITION, type PartitionRecord } from './records.ts';

export interface PartitionStateContext<P extends Position> {
  readonly partition: Partition;
  readonly states: StateStore;
  readonly compare: (a: P, b: P) => number;
  readonly retried: <T>(request: () => Promise<T>) => Promise<T>;
}

/** What is saved of a partition as a whole: from where its log has to be read. */
export class PartitionState<P extends Position> {
  readonly #context: PartitionStateContext<P>;
  #record: PartitionRecord<P> | undefined;
  #revision: string | undefined;
  #isBegun = false;
  #savedAt = 0; // events

  private constructor(context: PartitionStateContext<P>) {
    this.#context = context;
  }

  static async open<P extends Position>(context: PartitionStateContext<P>): Promise<PartitionState<P>> {
    const state = new PartitionState(context);
    await state.#load();
    return state;
  }

  /** Every event up to it is in the saved state of its key; undefined before all. */
  get floor(): P | undefined {
    return this.#record?.floor;
  }

  get clock(): number | undefined {
    return this.#record?.clock;
  }

  get swept(): number | undefined {
    return this.#record?.swept;
  }

  /** Keys whose saved states may have an open incident. */
  get open(): readonly Key[] {
    return this.#record?.open ?? [];
  }

  get keys(): number {
    return this.#record?.keys ?? 0;
  }

  get bytes(): number {
    return this.#record?.bytes ?? 0;
  }

  /** Whether states and verdicts belong together. @throws RxAnomalyError BAD_SNAPSHOT */
  async check(delivery: Delivery<P>): Promise<void> {
    const { floor } = this;
    if (floor !== undefined && !delivery.has(floor)) await delivery.refresh(); // others deliver meanwhile
    const { position } = delivery;
    const where = `distribute: partition ${this.#context.partition}`;
    if (this.#record === undefined && position !== undefined)
      throw badSnapshot(
        `${where}: verdicts are delivered up to position ${position}, and there are no states: they were lost; give the fleet another name`,
      );
    if (floor !== undefined && !delivery.has(floor))
      throw badSnapshot(
        `${where}: states are of position ${floor} and later, and verdicts are delivered up to ${position ?? 'none'}: the end of the verdict log was lost; restore it, or give the fleet another name`,
      );
  }

  /**
   * To be called with the first position of each batch, before anything is delivered.
   *
   * @param after the position that was read before
   * @throws Trimmed where the log no longer begins where this fleet has begun
   */
  async begin(first: P, after: P | undefined): Promise<void> {
    if (this.#isBegun) return;
    if (this.#record === undefined) await this.#write({ floor: undefined, start: first, keys: 0, bytes: 0 });
    const { start } = this.#record!;
    if (after === undefined && first !== start)
      throw this.trimmed(
        `the log begins at ${first}, and this fleet has begun at ${start}`,
        undefined,
        undefined,
      );
    this.#isBegun = true;
  }

  /** Whether so many events have passed that the floor should be saved. @param replay events that are replayed at most */
  passed(events: number, replay: number): boolean {
    return events - this.#savedAt >= replay / 8;
  }

  /** @param events that have passed */
  async save(
    floor: P | undefined,
    stored: Pick<PartitionRecord<P>, 'keys' | 'bytes' | 'clock' | 'swept' | 'open'>,
    events: number,
  ): Promise<void> {
    this.#savedAt = events;
    if (this.#record === undefined) return; // nothing was processed
    const { start, keys, bytes } = this.#record;
    if (floor === this.floor && stored.keys === keys && stored.bytes === bytes) return;
    await this.#write({ floor, start, ...stored });
  }

  /** The error where events that are needed are no longer in the log. */
  trimmed(why: string, after: P | undefined, delivered: P | undefined, cause?: Error): Trimmed {
    const { partition } = this.#context;
    const message = `distribute: partition ${partition}: events after position ${after ?? 'none'} are no longer in the log (${why}); states are of ${this.floor ?? 'none'} and later, verdicts are delivered up to ${delivered ?? 'none'}. Have the log keep events for longer than the fleet can be away; to begin anew, give the fleet another name`;
    return new Trimmed(message, cause === undefined ? {} : { cause });
  }

  async #load(): Promise<void> {
    const { states, partition, retried } = this.#context;
    const [saved] = await retried(() => states.load(partition, [PARTITION]));
    this.#revision = saved?.revision;
    this.#record = saved && decodePartition<P>(saved.state);
  }

  /** Unless another worker has written one that is as far. */
  async #write(record: PartitionRecord<P>): Promise<void> {
    const { states, partition, retried, compare } = this.#context;
    for (;;) {
      const state = { name: PARTITION, state: encodePartition(record), revision: this.#revision };
      try {
        [this.#revision] = await retried(() => states.save(partition, [state]));
        this.#record = record;
        return;
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
      }
      await this.#load();
      const { floor } = this;
      if (this.#record === undefined) continue;
      if (record.floor === undefined || (floor !== undefined && compare(floor, record.floor) >= 0)) return;
    }
  }
}

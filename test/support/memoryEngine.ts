import type { StopSignal } from '../../src/core/stopSignal.ts';
import {
  type AppendedBefore,
  type Assignment,
  type AssignmentChange,
  type Delivered,
  type DeliveredBatch,
  type DistributedEngine,
  type LogBatch,
  Overtaken,
  type SavedState,
  Trimmed,
} from '../../src/distributed/contract.ts';
import { crc32 } from '../../src/models/snapshot/crc32.ts';

type Engine<E> = DistributedEngine<E, number>;

/**
 * A test double of a broker: one process, everything in arrays. It keeps what the contract promises; what real brokers add,
 * networks, time limits and disks, is tested with them.
 */
export class MemoryBroker<E> {
  readonly #events: { position: number; text: string }[][];
  readonly #verdicts: (DeliveredBatch<number> & { readonly time: number })[][];
  readonly #states: Map<string, SavedState>[];
  readonly #trimmed: number[];
  readonly #verdictsTrimmed: number[];
  readonly #watchers: Map<string, { given: Set<number>; owned: Set<number>; changes: AssignmentChange[] }> =
    new Map();
  readonly #owners: Map<number, string> = new Map();
  readonly #workers: WeakMap<Assignment, string> = new WeakMap();
  readonly #dead: Set<string> = new Set();
  #revision = 0;
  #wake: () => void = () => {};
  #changed: Promise<void> = Promise.resolve();

  constructor(partitions: number) {
    const each = <T>(create: () => T): T[] => Array.from({ length: partitions }, create);
    this.#events = each(() => []);
    this.#verdicts = each(() => []);
    this.#states = each(() => new Map());
    this.#trimmed = each(() => 0);
    this.#verdictsTrimmed = each(() => 0);
    this.#notify();
  }

  /** Removes events up to and with a position. */
  trim(partition: number, upTo: number): void {
    this.#trimmed[partition] = upTo;
    this.#events[partition] = this.#events[partition]!.filter(({ position }) => position > upTo);
  }

  /** Removes verdicts up to and with a revision. */
  trimVerdicts(partition: number, upTo: string): void {
    this.#verdictsTrimmed[partition] = Number(upTo);
    this.#verdicts[partition] = this.#verdicts[partition]!.filter(
      ({ revision }) => Number(revision) > Number(upTo),
    );
  }

  /** Appends what is no JSON. */
  publishText(partition: number, text: string): void {
    this.#append(partition, text);
    this.#notify();
  }

  /** Forgets the verdicts of a partition: what must not happen to a broker. */
  lose(_: 'verdicts', partition: number): void {
    this.#verdicts[partition] = [];
  }

  /** Forgets states of a partition: what must not happen either. */
  loseStates(partition: number, isLost: (name: string) => boolean): void {
    const states = this.#states[partition]!;
    for (const name of [...states.keys()]) if (isLost(name)) states.delete(name);
  }

  /** Changes a byte of a state. */
  damage(partition: number, name: string): void {
    const { state } = this.#states[partition]!.get(name)!;
    state[state.length >> 1]! ^= 1;
  }

  /** Bytes of the states of a partition, by name. */
  stateBytes(partition: number): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#states[partition]!, ([name, { state }]) => [name, state.length]));
  }

  /** Ends the leases of a connection's worker, to which nothing comes any more: as after it has died. */
  kill({ assignment }: Engine<E>): void {
    const worker = this.#workers.get(assignment);
    if (worker === undefined) return;
    this.#dead.add(worker);
    this.#expire(worker);
  }

  #expire(worker: string): void {
    this.#watchers.delete(worker);
    for (const [partition, owner] of this.#owners) if (owner === worker) this.#owners.delete(partition);
    this.#balance();
  }

  connect(): Engine<E> {
    const all = (partition: number): Map<string, SavedState> => this.#states[partition]!;
    return {
      log: {
        partitions: this.#events.length,
        compare: (a, b) => a - b,
        read: (partition, after, limit, signal) => this.#read(partition, after, limit, signal),
        lag: async (partition, after) => this.#after(partition, after ?? 0).length,
        publish: async (events) => {
          const published = events.map(({ key, event }) => {
            const partition = this.#partitionOf(key);
            return { partition, position: this.#append(partition, JSON.stringify(event)) };
          });
          this.#notify();
          return published;
        },
      },
      out: {
        maxBytes: 20_000,
        last: async (partition) => this.#last(partition),
        append: async (partition, after, to, verdicts) => {
          if (this.#last(partition).revision !== after.revision)
            throw new Overtaken(`the verdicts of partition ${partition} have another end`);
          const end = { position: to, revision: String(++this.#revision), verdicts, time: Date.now() };
          this.#verdicts[partition]!.push(end);
          this.#notify();
          return end;
        },
        read: (partition, after, signal) => this.#readVerdicts(partition, after, signal),
      },
      states: {
        load: async (partition, names) => names.map((name) => this.#states[partition]!.get(name)),
        save: async (partition, states) => {
          const all = this.#states[partition]!;
          return states.map(({ name, state, revision }) => {
            if (all.get(name)?.revision !== revision) throw new Overtaken(`the state ${name} is newer`);
            const saved = { state: state.slice(), revision: String(++this.#revision) };
            all.set(name, saved);
            return saved.revision;
          });
        },
        names: async function* (this: void, partition) {
          yield [...all(partition).keys()];
        },
        remove: async (partition, states) => {
          for (const { name, revision } of states)
            if (all(partition).get(name)?.revision === revision) all(partition).delete(name);
        },
      },
      assignment: this.#assignment(),
    };
  }

  async *#read(
    partition: number,
    after: number | undefined,
    limit: number,
    signal: StopSignal,
  ): AsyncGenerator<LogBatch<E, number>> {
    let position = after ?? this.#trimmed[partition]!;
    while (!signal.aborted) {
      if (position < this.#trimmed[partition]!)
        throw new Trimmed(`events up to ${this.#trimmed[partition]} are no longer kept`);
      const rest = this.#after(partition, position);
      if (rest.length === 0) {
        await this.#change(signal);
        continue;
      }
      const taken = rest.slice(0, limit);
      position = taken.at(-1)!.position;
      yield {
        entries: taken.map(({ position: at, text }) => {
          try {
            return { position: at, event: JSON.parse(text) as E };
          } catch {
            return { position: at, unreadable: 'expected JSON' };
          }
        }),
        pending: rest.length - taken.length,
      };
    }
  }

  async *#readVerdicts(
    partition: number,
    after: string | AppendedBefore | undefined,
    signal: StopSignal,
  ): AsyncGenerator<DeliveredBatch<number>> {
    let last = typeof after === 'string' ? Number(after) : 0;
    const from = typeof after === 'object' ? after.time : 0;
    while (!signal.aborted) {
      if (typeof after === 'string' && last < this.#verdictsTrimmed[partition]!)
        throw new Trimmed(`verdicts after ${last} are no longer kept`);
      const batch = this.#verdicts[partition]!.find(
        ({ revision, time }) => Number(revision) > last && time >= from,
      );
      if (batch === undefined) await this.#change(signal);
      else {
        last = Number(batch.revision);
        yield batch;
      }
    }
  }

  #assignment(): Assignment {
    const broker = this;
    const assignment: Assignment = {
      async *watch(worker, signal) {
        broker.#workers.set(assignment, worker);
        broker.#watchers.set(worker, { given: new Set(), owned: new Set(), changes: [] });
        broker.#balance();
        while (!signal.aborted) {
          const change = broker.#watchers.get(worker)?.changes.shift();
          if (change === undefined) await broker.#change(signal);
          else yield change;
        }
        broker.#watchers.delete(worker);
        broker.#balance();
      },
      async release(worker, partitions) {
        if (broker.#dead.has(worker)) return;
        for (const partition of partitions) {
          if (broker.#owners.get(partition) === worker) broker.#owners.delete(partition);
          broker.#watchers.get(worker)?.owned.delete(partition);
        }
        broker.#balance();
      },
      owners: async () => new Map(broker.#owners),
    };
    return assignment;
  }

  /** Gives partitions without an owner away, and asks for those that a worker has too many of. */
  #balance(): void {
    const workers = [...this.#watchers.keys()];
    const share = Math.ceil(this.#events.length / Math.max(1, workers.length));
    for (const [worker, state] of this.#watchers) {
      const lost = [...state.given].slice(share);
      for (const partition of lost) state.given.delete(partition);
      const gained = this.#events.flatMap((_, partition) => {
        if (this.#owners.has(partition) || state.given.size >= share) return [];
        this.#owners.set(partition, worker);
        state.given.add(partition);
        state.owned.add(partition);
        return [partition];
      });
      if (lost.length + gained.length > 0) state.changes.push({ gained, lost });
    }
    this.#notify();
  }

  #last(partition: number): Delivered<number> {
    return this.#verdicts[partition]!.at(-1) ?? { position: undefined, revision: '0' };
  }

  #after(partition: number, position: number): { position: number; text: string }[] {
    const all = this.#events[partition]!;
    return all.slice(Math.max(0, position - (all[0]?.position ?? 1) + 1));
  }

  #append(partition: number, text: string): number {
    const all = this.#events[partition]!;
    const position = (all.at(-1)?.position ?? this.#trimmed[partition]!) + 1;
    all.push({ position, text });
    return position;
  }

  #partitionOf(key: string | undefined): number {
    return crc32(new TextEncoder().encode(key ?? '')) % this.#events.length;
  }

  #notify(): void {
    const wake = this.#wake;
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve;
    });
    wake();
  }

  async #change(signal: StopSignal): Promise<void> {
    const changed = this.#changed;
    await new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      const stop = (): void => resolve();
      signal.addEventListener('abort', stop);
      void changed.then(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
    });
  }
}

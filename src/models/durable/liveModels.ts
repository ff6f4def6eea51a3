import { encodeSnapshot } from '../snapshot/encodeSnapshot.ts';
import { type Snapshot, seal } from '../snapshot/snapshot.ts';
import type { State } from '../snapshot/state.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import { type LoadedModels, PART, type Part, partName } from './loadModels.ts';

type Key = string | undefined;

/** Of whose models the states are taken: a StreamDetector. */
export interface LiveDetector {
  keys(): Iterable<Key>;
  snapshotOf(key: Key): Snapshot;
  lastSeen(key: Key): number;
}

/** Asked between two models: what to wait for so that others may work too; undefined when it need not. */
export type Pause = () => Promise<void> | undefined;

/** A state of the models of all keys at one moment, as it is being taken. */
export interface Cut {
  /** Least recently seen first. */
  readonly keys: readonly Key[];
  /** Of each, milliseconds; null where it was not. */
  readonly lastSeen: readonly (number | null)[];
  /** Those whose states are to be saved: the others are in parts that were saved before. */
  readonly toSave: readonly Key[];
  readonly clock: number;
  /** Of `toSave`, those whose state is still to be taken. */
  readonly pending: Set<Key>;
  /** States that were taken because their models were about to change, encoded: trees are several times as large. */
  readonly taken: Map<Key, Uint8Array>;
}

/** A cut that was saved, but for what refers to its parts. */
export interface SavedCut {
  /** What finds the models again, for {@link loadModels}. */
  readonly state: State;
  /** Of the parts that it needs. */
  readonly slots: ReadonlySet<number>;
  /** To be called once what refers to it is safe: the next cut then saves only what has changed since this one. */
  readonly adopt: () => void;
}

/** Models of one part: as many are encoded at one go, and written as one file. */
export const PART_SIZE = 32;

/**
 * The models that are alive, in a store: in parts of 32, of which only those are written again whose models have changed.
 * A state is taken of one model after another, while others go on; one that is about to change first gives its state, so
 * that all are of the same moment. The last few that changed, less than a part, are for the caller to keep.
 *
 * A part has a slot of its own, which is free again when no state needs it. It is never written to before that: what
 * refers to its parts finds them as they were, or by their ids that they are others.
 */
export class LiveModels {
  readonly #store: CheckpointStore;
  readonly #name: string;
  readonly #run: string;
  readonly #detector: LiveDetector;
  #places: ReadonlyMap<Key, number>; // of models in parts: their slots
  #parts: ReadonlyMap<number, Part>;
  readonly #touched: Map<Key, number> = new Map(); // since which cut
  #clock = 1; // cuts
  #cut: Cut | undefined;

  /** @param loaded the state that the run resumes from; nothing for a fresh start */
  constructor(
    store: CheckpointStore,
    name: string,
    run: string,
    detector: LiveDetector,
    loaded: LoadedModels | undefined,
  ) {
    this.#store = store;
    this.#name = name;
    this.#run = run;
    this.#detector = detector;
    this.#places = loaded?.places ?? new Map();
    this.#parts = loaded?.parts ?? new Map();
  }

  /** To be called before the model of a key changes. */
  touch(key: Key): void {
    this.#touched.set(key, this.#clock);
    if (this.#cut?.pending.has(key)) this.#take(this.#cut, key, this.#detector.snapshotOf(key));
  }

  /** To be called when a model is let go. @param snapshot its state */
  evicted(key: Key, snapshot: Snapshot): void {
    if (this.#cut?.pending.has(key)) this.#take(this.#cut, key, snapshot);
  }

  /** The state of now, to be saved by {@link save}. One that was begun before is of no more use. */
  cut(): Cut {
    this.#clock++;
    const keys = [...this.#detector.keys()];
    const alive = new Map<number, number>(); // by slot: models that are as they were
    for (const key of keys) {
      const slot = this.#cleanSlot(key);
      if (slot !== undefined) alive.set(slot, (alive.get(slot) ?? 0) + 1);
    }
    const toSave = keys.filter((key) => {
      const slot = this.#cleanSlot(key);
      // A part that has become half empty is given up.
      return slot === undefined || 2 * alive.get(slot)! <= this.#parts.get(slot)!.size;
    });
    const lastSeen = keys.map((key) => {
      const time = this.#detector.lastSeen(key);
      return Number.isFinite(time) ? time : null;
    });
    this.#cut = { keys, lastSeen, toSave, clock: this.#clock, pending: new Set(toSave), taken: new Map() };
    return this.#cut;
  }

  /**
   * Saves the parts of a cut.
   *
   * @param isUsed slots that other states may need
   * @param isOver whether to give up
   * @returns undefined when it was given up
   */
  async save(
    cut: Cut,
    isUsed: (slot: number) => boolean,
    isOver: () => boolean,
    pause: Pause,
  ): Promise<SavedCut | undefined> {
    const places = new Map<Key, number>();
    const parts = new Map<number, Part>();
    const toSave = new Set(cut.toSave);
    for (const key of cut.keys) {
      if (toSave.has(key)) continue;
      const slot = this.#places.get(key)!;
      places.set(key, slot);
      parts.set(slot, this.#parts.get(slot)!);
    }
    let streams: State[] = [];
    let [batch, slot]: [Key[], number] = [[], 0];
    for (const key of cut.toSave) {
      if (cut !== this.#cut) throw new Error('a state was captured while the one before it was being saved');
      if (cut.pending.has(key)) this.#take(cut, key, this.#detector.snapshotOf(key));
      streams.push({ key: key ?? null, state: cut.taken.get(key)! });
      cut.taken.delete(key);
      batch.push(key);
      await pause();
      if (isOver()) return undefined;
      if (batch.length < PART_SIZE) continue;
      while (isUsed(slot) || parts.has(slot)) slot++;
      const id = `${this.#run} ${cut.clock}`;
      await this.#store.save(partName(this.#name, slot), seal(PART, 1, null, { id, slot, streams }));
      if (isOver()) return undefined;
      parts.set(slot, { id, size: batch.length });
      for (const each of batch) places.set(each, slot);
      [streams, batch] = [[], []];
    }
    return {
      state: {
        keys: cut.keys.map((key) => key ?? null),
        lastSeen: cut.lastSeen,
        slots: cut.keys.map((key) => places.get(key) ?? null),
        parts: Array.from(parts, ([at, { id, size }]) => ({ slot: at, id, size })),
        streams,
      },
      slots: new Set(parts.keys()),
      adopt: () => {
        this.#places = places;
        this.#parts = parts;
        for (const [key, clock] of this.#touched) if (clock < cut.clock) this.#touched.delete(key);
      },
    };
  }

  /** Forgets parts that no state needs any more. What cannot be removed is overwritten some day. */
  async remove(slots: Iterable<number>): Promise<void> {
    for (const slot of slots) await this.#store.remove(partName(this.#name, slot)).catch(() => {});
  }

  #take(cut: Cut, key: Key, snapshot: Snapshot): void {
    cut.pending.delete(key);
    cut.taken.set(key, encodeSnapshot(snapshot));
  }

  /** Of the part that has the model of a key as it is. */
  #cleanSlot(key: Key): number | undefined {
    return this.#touched.has(key) ? undefined : this.#places.get(key);
  }
}

import { decodeSnapshot } from '../snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../snapshot/encodeSnapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/**
 * Where states are kept by name: files, Redis, S3. Names are text of any kind, letters of all scripts, `/` and `#` included.
 * A store keeps a state as the text that `JSON.stringify` makes of it and gives it back by `parseSnapshot`, or as the bytes of
 * `encodeSnapshot`, which are smaller and faster, and gives it back by `decodeSnapshot`. Both have a checksum: what is damaged
 * is refused. A state is some 50 kB for each model in it as bytes, of at most 64 models.
 */
export interface CheckpointStore {
  /** The last state saved under this name; undefined if there is none. */
  load(name: string): Promise<Snapshot | undefined>;
  /** Resolves once the state would survive a crash. Until then, and after a crash in between, `load` returns the old one. */
  save(name: string, state: Snapshot): Promise<void>;
  /** Removes what was saved under this name, if anything. */
  remove(name: string): Promise<void>;
  /**
   * What was saved before the newest state under this name, in a store that keeps it; undefined when there is nothing. Called
   * when the newest cannot be used: the next `save` must not put it in the place of the one before it.
   *
   * @param damage why the newest cannot be used, for a message
   */
  loadPrevious?(name: string, damage: unknown): Promise<Snapshot | undefined>;
}

/** States in memory, as bytes so that nothing is shared: for tests, and for models that only have to survive a retry. */
export class MemoryCheckpointStore implements CheckpointStore {
  readonly #states: Map<string, Uint8Array> = new Map();

  /** Under which something is kept, in the order of their first saving. */
  get names(): readonly string[] {
    return [...this.#states.keys()];
  }

  async load(name: string): Promise<Snapshot | undefined> {
    const bytes = this.#states.get(name);
    return bytes === undefined ? undefined : decodeSnapshot(bytes);
  }

  async save(name: string, state: Snapshot): Promise<void> {
    this.#states.set(name, encodeSnapshot(state));
  }

  async remove(name: string): Promise<void> {
    this.#states.delete(name);
  }
}

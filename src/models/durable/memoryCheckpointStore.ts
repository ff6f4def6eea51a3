import { decodeSnapshot } from '../snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../snapshot/encodeSnapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { CheckpointStore } from './checkpointStore.ts';

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

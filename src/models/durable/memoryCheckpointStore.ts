import type { Snapshot } from '../snapshot.ts';
import type { CheckpointStore } from './checkpointStore.ts';

/** States in memory, as text so that nothing is shared: for tests, and for models that only have to survive a retry. */
export class MemoryCheckpointStore implements CheckpointStore {
  readonly #states: Map<string, string> = new Map();

  /** Under which something is kept, in the order of their first saving. */
  get names(): readonly string[] {
    return [...this.#states.keys()];
  }

  async load(name: string): Promise<Snapshot | undefined> {
    const text = this.#states.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as Snapshot);
  }

  async save(name: string, state: Snapshot): Promise<void> {
    this.#states.set(name, JSON.stringify(state));
  }

  async remove(name: string): Promise<void> {
    this.#states.delete(name);
  }
}

import type { Snapshot } from '../snapshot.ts';

/**
 * Where states are kept by name: files, Redis, S3. Names are text of any kind. What was saved is plain JSON that carries
 * its own checksum; a store that keeps older ones may look at that with {@link requireWhole} and give one of them
 * instead of a damaged one.
 */
export interface CheckpointStore {
  /** What was saved last under this name; undefined when nothing was. */
  load(name: string): Promise<Snapshot | undefined>;
  /** Resolves once the state would survive a crash. Until then, and after a crash in between, `load` gives the old one. */
  save(name: string, state: Snapshot): Promise<void>;
  /** Forgets what was saved under this name, if anything was. */
  remove(name: string): Promise<void>;
  /**
   * What was saved before the newest state under this name, in a store that keeps it; undefined when there is nothing. Called
   * when the newest cannot be used: the next `save` must not put it in the place of the one before it.
   *
   * @param damage why the newest cannot be used, for a message
   */
  loadPrevious?(name: string, damage: unknown): Promise<Snapshot | undefined>;
}

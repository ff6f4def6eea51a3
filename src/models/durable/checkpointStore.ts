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
}

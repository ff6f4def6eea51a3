import type { CheckpointStore } from '../../models/durable/checkpointStore.ts';
import { FileCheckpointStore } from '../../stores/fileCheckpointStore.ts';

/**
 * Where the states of a run are kept; one that keeps nothing where no folder was named.
 *
 * @param tell of a damaged state
 * @throws RxAnomalyError BAD_INPUT when the folder cannot be used
 */
export function storeIn(folder: string | undefined, log: (line: string) => void): CheckpointStore {
  if (folder !== undefined) return new FileCheckpointStore(folder, { onDamaged: log });
  return { load: async () => undefined, save: async () => {}, remove: async () => {} };
}

import { messageOf } from '../../core/messageOf.ts';
import type { CheckpointStore } from '../../models/durable/checkpointStore.ts';
import type { State } from '../../models/snapshot.ts';
import { CHECKPOINT_EVERY } from '../options/options.ts';
import type { OpenDetection } from './detection.ts';
import { storeIn } from './storeIn.ts';

/** Where states are kept, when, and with what. */
export interface Persistence {
  readonly store: CheckpointStore;
  /** Milliseconds between two states; undefined where none is kept. */
  readonly every: number | undefined;
  /** What else there is of a source's streams, to be saved with their models. */
  readonly extraState: (owns: OpenDetection['owns']) => { readonly [name: string]: State };
  readonly onSaveFailed: (error: unknown) => void;
}

/**
 * What the options say of it.
 *
 * @throws RxAnomalyError BAD_INPUT when the folder cannot be used
 */
export function openPersistence(
  options: { readonly checkpoint?: string; readonly checkpointEvery?: number },
  extraState: Persistence['extraState'],
  log: (line: string) => void,
): Persistence {
  const { checkpoint, checkpointEvery = CHECKPOINT_EVERY } = options;
  const damages = new Set<string>(); // a state is read more than once
  const onDamaged = (line: string): void => {
    if (!damages.has(line)) log(line);
    damages.add(line);
  };
  return {
    store: storeIn(checkpoint, onDamaged),
    every: checkpoint === undefined ? undefined : Math.max(1, 1000 * checkpointEvery),
    extraState,
    onSaveFailed: (error) =>
      log(`the state could not be saved and will be the next time: ${messageOf(error)}`),
  };
}

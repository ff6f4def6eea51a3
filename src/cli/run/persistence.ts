import { readdir } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';
import type { CheckpointStore } from '../../models/durable/checkpointStore.ts';
import type { ExtraTree } from '../../models/durable/extraParts.ts';
import type { Snapshot } from '../../models/snapshot/snapshot.ts';
import { FileCheckpointStore } from '../../stores/fileCheckpointStore.ts';
import { CHECKPOINT_EVERY } from '../options/options.ts';
import { writeFailure } from '../output/standardOutput.ts';

/** Where states are kept, when they are saved, and what belongs to them. */
export interface Persistence {
  /** Undefined where none is kept. */
  readonly store: CheckpointStore | undefined;
  /** Milliseconds between two states. */
  readonly every: number;
  /** What a state holds of a source's streams in addition to their models. */
  readonly extraState: (owns: (key: string | undefined) => boolean) => { readonly [name: string]: ExtraTree };
  readonly onSaveFailed: (error: unknown) => void;
  /** Resolves when the verdicts so far are written: no state is saved before. @default they are */
  readonly written?: (() => Promise<void>) | undefined;
  /** The state of that name, which is loaded only once for this and for the detector. */
  peek(name: string): Promise<Snapshot | undefined>;
  /** The files of all states whose names begin like this. */
  filesOf(prefix: string): Promise<readonly string[]>;
  /** What messages call the state of that name. */
  path(name: string): string;
  /** Lets other processes use the folder. */
  close(): Promise<void>;
}

/** Milliseconds that a timer can hold: where no state is kept none has to be taken. */
const NEVER = 2 ** 31 - 1;

/**
 * Where the options of a command say that states are kept.
 *
 * @throws RxAnomalyError BAD_INPUT when the folder cannot be used, LOCKED when another process uses it
 */
export function openPersistence(
  options: { readonly checkpoint?: string; readonly checkpointEvery?: number },
  log: (line: string) => void,
  {
    extraState = () => ({}),
    ...more
  }: Partial<Pick<Persistence, 'extraState' | 'written' | 'onSaveFailed'>> = {},
): Persistence {
  const { checkpoint, checkpointEvery = CHECKPOINT_EVERY } = options;
  const files =
    checkpoint === undefined ? undefined : new FileCheckpointStore(checkpoint, { onDamaged: log });
  const peeked = new Map<string, Promise<Snapshot | undefined>>();
  const store = files && {
    load: async (name: string) => {
      const state = peeked.get(name) ?? files.load(name);
      peeked.delete(name);
      return await state;
    },
    save: (name: string, state: Snapshot) =>
      files.save(name, state).catch((error: unknown) => {
        throw writeFailure(files.path(name), error);
      }),
    remove: (name: string) => files.remove(name),
    loadPrevious: (name: string, damage: unknown) => files.loadPrevious(name, damage),
  };
  return {
    store,
    every: files === undefined ? NEVER : Math.max(1, 1000 * checkpointEvery),
    extraState,
    onSaveFailed: (error) => log(`the state could not be saved and will be tried again: ${messageOf(error)}`),
    ...more,
    peek: async (name) => {
      const state = peeked.get(name) ?? files?.load(name);
      if (state !== undefined) peeked.set(name, state);
      return await state;
    },
    filesOf: async (prefix) =>
      checkpoint === undefined
        ? []
        : (await readdir(checkpoint)).filter(
            (file) => file.startsWith(prefix) && file.endsWith('.checkpoint'),
          ),
    path: (name) => files?.path(name) ?? name,
    close: async () => files?.close(),
  };
}

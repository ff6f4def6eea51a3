import { accessSync, constants, mkdirSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RxAnomalyError } from '../core/errors.ts';
import { messageOf } from '../core/messageOf.ts';
import { optionChecks } from '../core/options.ts';
import type { CheckpointStore } from '../models/durable/checkpointStore.ts';
import { parseSnapshot } from '../models/parseSnapshot.ts';
import type { Snapshot } from '../models/snapshot.ts';
import { fileNameOf } from './fileNameOf.ts';

/** What is being written by this process, by file: several stores may be of one folder, one of them of a run just stopped. */
const writing: Map<string, Promise<void>> = new Map();

/** Options of {@link FileCheckpointStore}. */
export interface FileCheckpointStoreOptions {
  /** Told, in a line, of a damaged state in whose place the one before it is used. @default a warning of the process */
  readonly onDamaged?: (message: string) => void;
}

/**
 * States in a folder, a file for each name: written to a temporary file, synced, then renamed, so that there is always a
 * whole one; the one before is kept and is what a damaged one falls back to. For one process at a time.
 */
export class FileCheckpointStore implements CheckpointStore {
  readonly #folder: string;
  readonly #onDamaged: (message: string) => void;
  readonly #damaged: Set<string> = new Set(); // files that must not take the place of the one before them

  /**
   * @param folder made if it is not there
   * @throws RxAnomalyError BAD_INPUT when it cannot be made or written to
   */
  constructor(folder: string, options: FileCheckpointStoreOptions = {}) {
    const check = optionChecks('FileCheckpointStore');
    check.known(options, ['onDamaged']);
    check.optionalFunction('onDamaged', options.onDamaged);
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    } catch (error) {
      throw new RxAnomalyError('BAD_INPUT', `${folder}: cannot be used for checkpoints: ${messageOf(error)}`);
    }
    this.#folder = folder;
    this.#onDamaged = options.onDamaged ?? ((message) => process.emitWarning(message));
  }

  /** The file that keeps what is saved under this name. */
  path(name: string): string {
    return join(this.#folder, `${fileNameOf(name)}.checkpoint.json`);
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT when there is something and none of it can be read */
  async load(name: string): Promise<Snapshot | undefined> {
    const path = this.path(name);
    await writing.get(resolve(path))?.catch(() => {}); // told to whom it was begun for
    let damage: unknown;
    try {
      const state = await readState(path);
      if (state !== undefined) return state;
    } catch (error) {
      damage = error;
    }
    const before = await readState(previousOf(path)).catch(() => undefined); // its damage is no news
    if (damage === undefined) return before;
    if (before === undefined) throw unreadable(path, damage);
    this.#damaged.add(path);
    this.#onDamaged(`checkpoint ${path}: ${messageOf(damage)}; going on from the one before it`);
    return before;
  }

  async save(name: string, state: Snapshot): Promise<void> {
    const path = this.path(name);
    await alone(path, async () => {
      const temporary = `${path}.tmp`;
      await writeSynced(temporary, JSON.stringify(state));
      if (!this.#damaged.has(path)) await keepPrevious(path);
      await rename(temporary, path);
      await syncFolder(this.#folder);
      this.#damaged.delete(path);
    });
  }

  async remove(name: string): Promise<void> {
    const path = this.path(name);
    await alone(path, async () => {
      // The newest last: while it is there, the one before it is not taken for it.
      for (const file of [`${path}.tmp`, previousOf(path), path]) await rm(file, { force: true });
      this.#damaged.delete(path);
    });
  }
}

/** Runs `work` when what was begun before it on this file is over, well or not. */
async function alone(path: string, work: () => Promise<void>): Promise<void> {
  const file = resolve(path);
  const before = writing.get(file) ?? Promise.resolve();
  const own = before.catch(() => {}).then(work);
  writing.set(file, own);
  try {
    await own;
  } finally {
    if (writing.get(file) === own) writing.delete(file);
  }
}

/** What to tell of a checkpoint that cannot be gone on from. */
export function unreadable(path: string, cause: unknown): RxAnomalyError {
  const message = `checkpoint ${path}: ${messageOf(cause)}; delete it to start afresh`;
  return new RxAnomalyError('BAD_SNAPSHOT', message, { cause });
}

/** undefined where there is no such file. */
async function readState(path: string): Promise<Snapshot | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return parseSnapshot(text);
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives the file a second name, so that at no moment there is none of the first; where that cannot be, moves it. */
async function keepPrevious(path: string): Promise<void> {
  const previous = previousOf(path);
  try {
    await rm(previous, { force: true });
    await link(path, previous);
  } catch (error) {
    if (isMissing(error)) return; // there is nothing yet
    await rename(path, previous);
  }
}

/** So that the new name survives a loss of power too. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // where a folder cannot be opened
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function previousOf(path: string): string {
  return `${path}.previous`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

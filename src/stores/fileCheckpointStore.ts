import { hash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, RxAnomalyError } from '../core/errors.ts';
import { badOption, optionChecks } from '../core/options.ts';
import type { CheckpointStore } from '../models/durable/checkpointStore.ts';
import { decodeSnapshot, requireSize } from '../models/snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../models/snapshot/encodeSnapshot.ts';
import type { Snapshot } from '../models/snapshot/snapshot.ts';
import { badSnapshot } from '../models/snapshot/state.ts';
import { FolderLock } from './folderLock.ts';

/** What is being written by this process, by file: several stores may be of one folder, one of them of a run just stopped. */
const writing: Map<string, Promise<void>> = new Map();
let written = 0; // for the names of temporary files

/** Options of {@link FileCheckpointStore}. */
export interface FileCheckpointStoreOptions {
  /** Notified, in a line, of a damaged state in whose place the one before it is used. @default a warning of the process */
  readonly onDamaged?: (message: string) => void;
  /** Only look: the folder must exist, may be in use by another process, and `save` and `remove` are refused. @default false */
  readonly readOnly?: boolean;
}

/**
 * States in a folder, a file for each name, as the bytes that `encodeSnapshot` gives: written to a temporary file, synced, then renamed, so that there is always a
 * complete one; the one before it is kept and takes the place of a damaged one.
 *
 * The folder belongs to one process from the first store of it on, until the last one is closed or the process ends. A
 * second process is refused with `LOCKED`. A process that was killed gives the folder free, even where its number belongs
 * to another process by now. The folder must be on a file system that shows all processes the same, as local ones do.
 */
export class FileCheckpointStore implements CheckpointStore {
  readonly #folder: string;
  readonly #onDamaged: (message: string) => void;
  readonly #lock: FolderLock | undefined; // undefined: read only
  readonly #damaged: Set<string> = new Set(); // files that must not take the place of the one before them
  #isClosed = false;

  /**
   * @param folder is created if it does not exist, and removed again by `close` where nothing was saved in it
   * @throws RxAnomalyError BAD_INPUT when it cannot be created or written to; LOCKED when another process uses it: the
   * message names process, command, host and since when
   */
  constructor(folder: string, options: FileCheckpointStoreOptions = {}) {
    const check = optionChecks('FileCheckpointStore');
    check.known(options, ['onDamaged', 'readOnly']);
    check.optionalFunction('onDamaged', options.onDamaged);
    const readOnly = check.boolean('readOnly', options.readOnly ?? false);
    if (typeof folder !== 'string' || folder === '')
      throw badOption('FileCheckpointStore', 'folder', 'the path of a folder', folder);
    try {
      if (readOnly) accessSync(folder, constants.R_OK);
      else this.#lock = FolderLock.acquire(folder);
    } catch (error) {
      if (error instanceof RxAnomalyError) throw error;
      throw new RxAnomalyError('BAD_INPUT', `${folder}: cannot be used for checkpoints: ${faultOf(error)}`);
    }
    this.#folder = folder;
    this.#onDamaged = options.onDamaged ?? ((message) => process.emitWarning(message));
  }

  /** The file that keeps what is saved under this name. */
  path(name: string): string {
    return join(this.#folder, `${fileNameOf(name)}.checkpoint`);
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT when there is something and none of it can be read */
  async load(name: string): Promise<Snapshot | undefined> {
    const path = this.path(name);
    await writing.get(resolve(path))?.catch(() => {}); // reported to whom it was begun for
    try {
      return (await readState(path)) ?? (await readState(previousOf(path)));
    } catch (damage) {
      const previous = await this.#loadPrevious(path, damage);
      if (previous === undefined) throw unreadable(path, damage);
      return previous;
    }
  }

  async loadPrevious(name: string, damage: unknown): Promise<Snapshot | undefined> {
    return await this.#loadPrevious(this.path(name), damage);
  }

  /** @throws RxAnomalyError LOCKED when the folder does not belong to this process any more */
  async save(name: string, state: Snapshot): Promise<void> {
    const path = this.path(name);
    await this.#alone(path, async (lock) => {
      const temporary = `${path}.${lock.token}.${++written}.tmp`;
      try {
        await writeSynced(temporary, encodeSnapshot(state));
        await lock.check(); // last of all: writing may have taken long
        if (!this.#damaged.has(path)) await keepPrevious(path, temporary);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {}); // the disk may be full
        if (isMissing(error)) await lock.check(); // reports that somebody has removed the folder
        throw error;
      }
      await syncFolder(this.#folder);
      this.#damaged.delete(path);
    });
  }

  /** @throws RxAnomalyError LOCKED when the folder does not belong to this process any more */
  async remove(name: string): Promise<void> {
    const path = this.path(name);
    await this.#alone(path, async (lock) => {
      await lock.check();
      // The newest last: while it is there, the one before it is not taken for it.
      for (const file of [previousOf(path), path]) await rm(file, { force: true });
      this.#damaged.delete(path);
    });
  }

  /** Gives the folder free for other processes once what is being written is complete. Saves nothing from now on. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const folder = resolve(this.#folder);
    for (const [path, work] of writing) if (resolve(path, '..') === folder) await work.catch(() => {});
    this.#lock?.release();
  }

  async #loadPrevious(path: string, damage: unknown): Promise<Snapshot | undefined> {
    const previous = await readState(previousOf(path)).catch(() => undefined); // the newest one's damage is what counts
    if (previous === undefined) return undefined;
    this.#damaged.add(path);
    this.#onDamaged(`checkpoint ${path}: ${messageOf(damage)}; resuming from the one before it`);
    return previous;
  }

  /** Runs `work` when what was begun before it on this file is over, well or not. */
  async #alone(path: string, work: (lock: FolderLock) => Promise<void>): Promise<void> {
    const lock = this.#lock;
    if (lock === undefined || this.#isClosed) {
      const why = this.#isClosed ? 'this store was closed' : 'this store only reads';
      throw new RxAnomalyError('BAD_INPUT', `${path}: cannot be written: ${why}`);
    }
    const file = resolve(path);
    const before = writing.get(file) ?? Promise.resolve();
    const own = before.catch(() => {}).then(() => work(lock));
    writing.set(file, own);
    try {
      await own;
    } finally {
      if (writing.get(file) === own) writing.delete(file);
    }
  }
}

/** The error of a checkpoint that cannot be resumed from. */
export function unreadable(path: string, cause: unknown): RxAnomalyError {
  const message = `checkpoint ${path}: ${messageOf(cause)}; delete it to start afresh`;
  return new RxAnomalyError('BAD_SNAPSHOT', message, { cause });
}

/** undefined where there is no such file. */
async function readState(path: string): Promise<Snapshot | undefined> {
  let bytes: Uint8Array;
  try {
    const found = await stat(path);
    // A pipe or a device may never end; what is too large must not fill the memory first.
    if (!found.isFile()) throw badSnapshot('snapshot: expected a file, got a folder, a pipe or a device');
    requireSize(found.size);
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return decodeSnapshot(bytes);
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives the file a second name, so that at no moment there is none of the first; where that cannot be, moves it. */
async function keepPrevious(path: string, temporary: string): Promise<void> {
  const second = `${temporary.slice(0, -'.tmp'.length)}.previous.tmp`;
  try {
    await link(path, second);
  } catch (error) {
    if (isMissing(error)) return; // there is nothing yet
    await rename(path, previousOf(path));
    return;
  }
  await rename(second, previousOf(path)); // at once: there is a previous one at every moment
  await rm(second, { force: true }); // where both are the same file already, renaming does nothing
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

/** Of a folder that cannot be created or written to. */
function faultOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'a file is in the place of a folder; name another';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'this process may not write there';
  return messageOf(error);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Longest name that goes into a file's as it is: most file systems end at 255, of which endings take some. */
const LONGEST = 100;

/**
 * A name as a file name: itself where it is plain, otherwise its plain part with a hash. Two names never share a
 * file, not even on a file system that does not distinguish `A` and `a`.
 */
export function fileNameOf(name: string): string {
  if (name.length <= LONGEST && /^[a-z0-9][a-z0-9_.-]*$/.test(name)) return name;
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9_.-]+/g, '-');
  return `${plain.slice(0, LONGEST).replace(/^[^a-z0-9]+/, '')}~${hash('sha256', name, 'hex').slice(0, 32)}`;
}

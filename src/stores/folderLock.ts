import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { access, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RxAnomalyError } from '../core/errors.ts';
import { canLookUp, isGone, type ProcessIdentity, SILENCE, thisProcess } from './processIdentity.ts';

/** What a lock file contains. */
interface Holder extends ProcessIdentity {
  /** Of the lock, unlike all others. */
  readonly token: string;
  /** When the lock was asked for, milliseconds since 1970. */
  readonly since: number;
  /** Which folder it is of: a copy of the folder contains it too. */
  readonly folder?: FolderIdentity;
}

/** A folder, so that a copy is not taken for it. */
interface FolderIdentity {
  /** Without symbolic links. */
  readonly path: string;
  readonly device: string;
  readonly inode: string;
}

/** Milliseconds for which processes that start at the same moment wait for each other. */
const PATIENCE = 1000;
/** Milliseconds between two looks during that time. */
const LOOK = 10;
/** At folders that disappear while they are being taken. */
const ATTEMPTS = 10;

const held: Map<string, FolderLock> = new Map(); // of this process, by folder

/**
 * One process owns a folder: its file `owner.TOKEN.lock` is in it. A process that wants to own the folder first puts
 * down such a file, complete from the first moment, then looks whether there are others, and owns the folder if they all
 * belong to processes that are gone. Of two that do so at the same moment the second one to put down its file sees the
 * other's, so they can never both own it; no file is ever overwritten, so there is no moment at which being killed does
 * harm. (Lamport's bakery algorithm, Communications of the ACM 17(8), 1974: announce first, then look.)
 *
 * Stores of one process share the lock.
 */
export class FolderLock {
  readonly #folder: string;
  readonly #token: string;
  readonly #path: string;
  #timer: NodeJS.Timeout | undefined;
  #users = 0;
  #created: string | undefined; // the outermost folder that was created for this one

  /**
   * Creates the folder where there is none. One that was created and is still empty when it is released is removed.
   *
   * @throws RxAnomalyError LOCKED naming the process that owns the folder
   */
  static acquire(folder: string): FolderLock {
    for (let attempt = 1; ; attempt++) {
      const created = mkdirSync(folder, { recursive: true });
      try {
        return FolderLock.#acquire(realpathSync(folder), created && realpathSync(created));
      } catch (error) {
        if (attempt === ATTEMPTS || !isMissing(error)) throw error; // else removed by the process that had created it
      }
    }
  }

  static #acquire(real: string, created: string | undefined): FolderLock {
    const lock = held.get(real) ?? new FolderLock(real);
    lock.#created ??= created;
    if (!existsSync(lock.#path)) lock.#own(); // new, or somebody has emptied the folder
    held.set(real, lock);
    lock.#users++;
    return lock;
  }

  private constructor(folder: string) {
    this.#folder = folder;
    this.#token = `${process.pid}-${randomBytes(8).toString('hex')}`;
    this.#path = pathOf(folder, this.#token);
    releaseAtExit();
  }

  /** Unlike those of all other locks: for the names of temporary files. */
  get token(): string {
    return this.#token;
  }

  /** @throws RxAnomalyError LOCKED when the folder belongs to this process no longer */
  async check(): Promise<void> {
    const isHeld = await access(this.#path).then(
      () => true,
      () => false,
    );
    if (isHeld && held.get(this.#folder) === this) return;
    const others = existsSync(this.#folder) ? holders(this.#folder, this.#token) : [];
    const owner = others.find(({ isAlive }) => isAlive);
    const cause = owner === undefined ? `${this.#path} was deleted` : `it is now used by ${describe(owner)}`;
    const message = `${this.#folder}: does not belong to this process any more: ${cause}; nothing is saved there`;
    throw new RxAnomalyError('LOCKED', `${message}. Start this process again`);
  }

  /** To be called once for each {@link acquire}; the last one gives the folder free. */
  release(): void {
    if (--this.#users > 0) return;
    clearInterval(this.#timer);
    held.delete(this.#folder);
    this.#leave();
  }

  /** For when the process ends. */
  static releaseAll(): void {
    for (const lock of held.values()) {
      try {
        lock.#leave();
      } catch {
        // such as on a file system that was made read-only: it is the lock of a process that is gone
      }
    }
    held.clear();
  }

  #leave(): void {
    rmSync(this.#path, { force: true });
    if (this.#created === undefined) return;
    try {
      for (let folder = this.#folder; ; folder = dirname(folder)) {
        rmdirSync(folder);
        if (folder === this.#created) return;
      }
    } catch {
      // it is not empty, or somebody else's by now
    }
  }

  /** For processes that cannot look this one up. */
  #showLife(): void {
    clearInterval(this.#timer);
    const touch = (): void => void utimes(this.#path, new Date(), new Date()).catch(() => {});
    this.#timer = setInterval(touch, SILENCE / 6).unref();
  }

  #own(): void {
    const since = Date.now();
    const folder = identityOf(this.#folder);
    const self: Holder = { ...thisProcess(), token: this.#token, since, folder };
    let isAnnounced = false;
    for (;;) {
      const others = holders(this.#folder, this.#token);
      const living = others.filter(({ isAlive }) => isAlive);
      if (living.length > 0) {
        const owner = living.find((other) => since - other.since > PATIENCE);
        if (owner !== undefined || Date.now() - since > PATIENCE) {
          rmSync(this.#path, { force: true });
          throw refusal(this.#folder, owner ?? living[0]!);
        }
        // Begun at the same moment: the smallest token stays, the others give way and look what comes of it.
        if (isAnnounced && living.some(({ token }) => token < this.#token)) {
          rmSync(this.#path, { force: true });
          isAnnounced = false;
        }
        sleep(LOOK);
      } else if (isAnnounced) {
        for (const { path } of others) rmSync(path, { force: true });
        removeLeftovers(this.#folder);
        this.#showLife();
        return;
      } else isAnnounced = announce(this.#path, self);
    }
  }
}

/** Every lock in the folder but one's own. Those that were copied with the folder belong to nobody here. */
function holders(
  folder: string,
  own: string,
): (Holder & { readonly path: string; readonly isAlive: boolean })[] {
  const here = identityOf(folder);
  return readdirSync(folder).flatMap((name) => {
    const token = LOCK.exec(name)?.[1];
    if (token === undefined || token === own) return [];
    const path = join(folder, name);
    try {
      const seen = statSync(path).mtimeMs;
      const holder = parse(readFileSync(path, 'utf8'));
      const isAlive = !isCopied(holder, here) && !isGone(holder, seen, Date.now());
      return [{ ...UNKNOWN, ...holder, token, path, isAlive }];
    } catch (error) {
      if (isMissing(error)) return []; // released just now
      throw error;
    }
  });
}

function identityOf(folder: string): FolderIdentity {
  const { dev, ino } = statSync(folder, { bigint: true });
  return { path: folder, device: String(dev), inode: String(ino) };
}

/**
 * Whether a lock came here with a copy of its folder. A folder that was renamed has the inode of before, one that is mounted
 * elsewhere too, and one that was put in the place of another has its path: in doubt it is none.
 */
function isCopied(holder: Partial<Holder>, here: FolderIdentity): boolean {
  const { folder } = holder;
  if (typeof folder?.path !== 'string' || typeof folder.inode !== 'string') return false;
  // Devices have numbers of their own on each machine.
  const isOther = folder.inode !== here.inode || (canLookUp(holder) && folder.device !== here.device);
  return isOther && folder.path !== here.path;
}

/** Nothing where the file is damaged, as after a loss of power. */
function parse(text: string): Partial<Holder> {
  try {
    const holder: unknown = JSON.parse(text);
    return typeof holder === 'object' && holder !== null ? holder : {};
  } catch {
    return {};
  }
}

/** Puts the file down, complete from its first moment. @returns false when that has to be tried again */
function announce(path: string, holder: Holder): boolean {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, JSON.stringify(holder));
  try {
    renameSync(temporary, path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false; // tidied up by a new owner
    throw error;
  }
}

/** Removes what processes that were killed have left half-written. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (TEMPORARY.test(name)) rmSync(join(folder, name), { force: true });
  }
}

function refusal(folder: string, owner: Holder & { readonly path: string }): RxAnomalyError {
  const remedy = canLookUp(owner)
    ? 'stop it first, or use another folder'
    : `stop it first, or use another folder; where it is gone already, wait ${SILENCE / 1000} s or delete ${owner.path}`;
  return new RxAnomalyError('LOCKED', `${folder}: is used by ${describe(owner)}; ${remedy}`);
}

function describe({ pid, thread, command, host, since }: Holder): string {
  if (pid < 0) return 'a process that cannot be identified';
  const who = pid === process.pid ? 'this process itself' : `process ${pid}`;
  const inThread = thread === 0 ? '' : `, thread ${thread}`;
  return `${who}${inThread} (${command}) on ${host} since ${new Date(since).toISOString()}`;
}

/** Blocks: a lock is taken before anything else can be done. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function pathOf(folder: string, token: string): string {
  return join(folder, `owner.${token}.lock`);
}

const LOCK = /^owner\.(.+)\.lock$/;
/** As FileCheckpointStore and `announce` name them. */
const TEMPORARY = /\.checkpoint\..+\.tmp$|^owner\..+\.lock\.tmp$/;
const UNKNOWN: Omit<Holder, 'token'> = { pid: -1, thread: 0, command: '', host: '', since: 0 };

let isReleasedAtExit = false;

function releaseAtExit(): void {
  if (isReleasedAtExit) return;
  isReleasedAtExit = true;
  process.on('exit', () => FolderLock.releaseAll());
}

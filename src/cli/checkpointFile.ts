import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RxAnomalyError } from '../core/errors.ts';
import { asJson, type Json, nestedSnapshot, seal, unseal } from '../models/snapshot.ts';
import { messageOf } from './messageOf.ts';

/**
 * One saved state in a folder: written to a temporary file, synced, then renamed, so that there is always a whole one;
 * the one before is kept and is what a damaged one falls back to.
 */
export class CheckpointFile {
  readonly path: string;
  #isDamaged = false; // the newest: then it must not take the place of the one before it

  /**
   * @param folder made if it is not there
   * @throws RxAnomalyError BAD_INPUT when it cannot be made or written to
   */
  constructor(folder: string) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    } catch (error) {
      throw new RxAnomalyError('BAD_INPUT', `${folder}: cannot be used for checkpoints: ${messageOf(error)}`);
    }
    this.path = join(folder, 'detect.checkpoint.json');
  }

  /**
   * The saved state; undefined when there is none.
   *
   * @param tell gets a line when the newest checkpoint cannot be read and the one before is used
   * @throws RxAnomalyError BAD_SNAPSHOT when there is one and none can be read
   */
  load(tell: (line: string) => void): Json | undefined {
    if (!existsSync(this.path) && !existsSync(this.#previous)) return undefined;
    try {
      return read(this.path);
    } catch (damage) {
      if (!existsSync(this.#previous)) throw unreadable(this.path, damage);
      try {
        const state = read(this.#previous);
        this.#isDamaged = true;
        tell(`checkpoint ${this.path}: ${messageOf(damage)}; going on from the one before it`);
        return state;
      } catch {
        throw unreadable(this.path, damage); // the older one is no news
      }
    }
  }

  async save(state: object): Promise<void> {
    const temporary = `${this.path}.${process.pid}.tmp`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify(seal('Checkpoint', 1, null, asJson(state))));
      await file.sync();
    } finally {
      await file.close();
    }
    if (existsSync(this.path) && !this.#isDamaged) await rename(this.path, this.#previous);
    await rename(temporary, this.path);
    this.#isDamaged = false;
  }

  get #previous(): string {
    return `${this.path}.previous`;
  }
}

function read(path: string): Json {
  return unseal(nestedSnapshot(JSON.parse(readFileSync(path, 'utf8')) as Json), 'Checkpoint', 1, null);
}

/** What to tell of a checkpoint that cannot be gone on from. */
export function unreadable(path: string, cause: unknown): RxAnomalyError {
  const message = `checkpoint ${path}: ${messageOf(cause)}; delete it to start afresh`;
  return new RxAnomalyError('BAD_SNAPSHOT', message, { cause });
}

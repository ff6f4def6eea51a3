import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RxAnomalyError } from '../core/errors.ts';
import { asJson, type Json, nestedSnapshot, type Snapshot, seal, unseal } from '../models/snapshot.ts';

/**
 * One saved state in a folder: written to a temporary file, synced, then renamed, so that there is always a whole one;
 * the one before is kept and is what a damaged one falls back to.
 */
export class CheckpointFile {
  readonly path: string;
  readonly #config: Json;

  /**
   * @param folder made if it is not there
   * @param config what the state depends on; a checkpoint of another configuration is refused
   */
  constructor(folder: string, config: object) {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw new RxAnomalyError('BAD_INPUT', `${folder}: cannot be used for checkpoints: ${messageOf(error)}`);
    }
    this.path = join(folder, 'detect.checkpoint.json');
    this.#config = asJson(config);
  }

  /**
   * The saved state; undefined when there is none.
   *
   * @param tell gets a line when the newest checkpoint is damaged and the one before is used
   * @throws RxAnomalyError BAD_SNAPSHOT when neither can be used, or they belong to another configuration
   */
  load(tell: (line: string) => void): Json | undefined {
    if (!existsSync(this.path) && !existsSync(this.#previous)) return undefined;
    try {
      return this.#read(this.path);
    } catch (damage) {
      if (!existsSync(this.#previous)) throw damage;
      const state = this.#read(this.#previous);
      tell(`${messageOf(damage)}; going on from the one before it`);
      return state;
    }
  }

  async save(state: object): Promise<void> {
    const temporary = `${this.path}.${process.pid}.tmp`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify(seal('Checkpoint', 1, this.#config, asJson(state))));
      await file.sync();
    } finally {
      await file.close();
    }
    if (existsSync(this.path)) await rename(this.path, this.#previous);
    await rename(temporary, this.path);
  }

  get #previous(): string {
    return `${this.path}.previous`;
  }

  #read(path: string): Json {
    const fail = (why: string): RxAnomalyError =>
      new RxAnomalyError('BAD_SNAPSHOT', `checkpoint ${path}: ${why}`);
    let snapshot: Snapshot;
    try {
      snapshot = nestedSnapshot(JSON.parse(readFileSync(path, 'utf8')) as Json);
    } catch (error) {
      throw fail(`it cannot be read: ${messageOf(error)}; delete it to start afresh`);
    }
    try {
      return unseal(snapshot, 'Checkpoint', 1, this.#config);
    } catch (error) {
      throw fail(messageOf(error));
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

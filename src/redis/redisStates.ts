import { randomBytes } from 'node:crypto';
import type { Redis } from '../clients/redis/connectRedis.ts';
import {
  Overtaken,
  type Partition,
  type SavedState,
  type StateRevision,
  type StateStore,
  type UnsavedState,
} from '../distributed/contract.ts';

/** States in one request. */
const MOST = 64;
/** Bytes of them, above which no other is added. */
const LARGE = 4_000_000;

/** Saves each state whose revision is still the one that is expected; returns which. */
const SAVE = `
local saved = {}
for k = 1, #ARGV, 4 do
  local isNewest = (redis.call('HGET', KEYS[1], 'r' .. ARGV[k]) or '') == ARGV[k + 1]
  if isNewest then redis.call('HSET', KEYS[1], 'r' .. ARGV[k], ARGV[k + 2], 's' .. ARGV[k], ARGV[k + 3]) end
  saved[#saved + 1] = isNewest and 1 or 0
end
return saved`;

/** Removes each state whose revision is still that one. */
const REMOVE = `
for k = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], 'r' .. ARGV[k]) == ARGV[k + 1] then
    redis.call('HDEL', KEYS[1], 'r' .. ARGV[k], 's' .. ARGV[k])
  end
end
return 0`;

/** States in a hash for each partition: of a name, one field with the revision and one with the bytes. */
export class RedisStates implements StateStore {
  readonly #redis: Redis;
  readonly #name: string;

  constructor(redis: Redis, name: string) {
    this.#redis = redis;
    this.#name = name;
  }

  async load(partition: Partition, names: readonly string[]): Promise<readonly (SavedState | undefined)[]> {
    const all: (SavedState | undefined)[] = [];
    for (let k = 0; k < names.length; k += MOST) {
      const fields = names.slice(k, k + MOST).flatMap((name) => [`r${name}`, `s${name}`]);
      const found = await this.#redis.askBytes<(Buffer | null)[]>(['HMGET', this.#key(partition), ...fields]);
      for (let j = 0; j < found.length; j += 2) {
        const [revision, state] = [found[j], found[j + 1]];
        all.push(
          revision && state ? { state: new Uint8Array(state), revision: revision.toString() } : undefined,
        );
      }
    }
    return all;
  }

  async save(partition: Partition, states: readonly UnsavedState[]): Promise<readonly string[]> {
    const revisions: string[] = [];
    for (let k = 0; k < states.length; ) {
      const batch: UnsavedState[] = [];
      for (let bytes = 0; k < states.length && batch.length < MOST && bytes < LARGE; k++) {
        batch.push(states[k]!);
        bytes += states[k]!.state.length;
      }
      const args = batch.flatMap(({ name, state, revision = '' }) => {
        // Random, and no number: one that a crash has lost must not come again for another state.
        const next = randomBytes(9).toString('base64url');
        revisions.push(next);
        return [name, revision, next, Buffer.from(state.buffer, state.byteOffset, state.byteLength)];
      });
      const saved = await this.#redis.ask<number[]>(['EVAL', SAVE, '1', this.#key(partition), ...args]);
      const at = saved.indexOf(0);
      if (at >= 0)
        throw new Overtaken(`${this.#key(partition)}: there is a newer state of ${batch[at]!.name}`);
    }
    return revisions;
  }

  async *names(partition: Partition): AsyncGenerator<readonly string[]> {
    let cursor = '0';
    do {
      const scan = ['HSCAN', this.#key(partition), cursor, 'MATCH', 'r*', 'COUNT', '1000'];
      const [next, found] = await this.#redis.ask<[string, string[]]>(scan);
      const names = found.filter((_, k) => k % 2 === 0).map((field) => field.slice(1));
      if (names.length > 0) yield names;
      cursor = next;
    } while (cursor !== '0');
  }

  async remove(partition: Partition, states: readonly StateRevision[]): Promise<void> {
    if (states.length === 0) return;
    const args = states.flatMap(({ name, revision }) => [name, revision]);
    await this.#redis.ask(['EVAL', REMOVE, '1', this.#key(partition), ...args]);
  }

  #key(partition: Partition): string {
    return `{${this.#name}:${partition}}:states`;
  }
}

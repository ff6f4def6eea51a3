import type { Keeper, KeeperMaker, LeaseChange } from '../clients/leases/threadedLeases.ts';
import { connectRedis, type Redis, type RedisLogin } from '../clients/redis/connectRedis.ts';
import { messageOf } from '../core/errors.ts';

/** What a keeper needs to know; plain values, for a thread. */
export interface LeaseTerms {
  readonly login: RedisLogin;
  readonly name: string;
  readonly worker: string;
  readonly partitions: number;
  /** Milliseconds after which a lease that is not renewed is free. */
  readonly lease: number;
}

/** The workers by when they expire, the partitions by when their leases expire, and who has these. */
export function leaseKeys(name: string): string[] {
  return ['workers', 'leases', 'owners'].map((part) => `{${name}:leases}:${part}`);
}

/**
 * One turn of a worker: it announces itself, renews what it has, and takes what is free up to its share. Workers are ordered by
 * name, and partitions shared evenly. The clock is the server's.
 */
const TURN = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local me, lease, n, leaving = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
if leaving then redis.call('ZREM', KEYS[1], me) else redis.call('ZADD', KEYS[1], now + lease, me) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local own, free = {}, {}
for p = 0, n - 1 do
  local owner = redis.call('HGET', KEYS[3], p)
  if owner == me then
    own[#own + 1] = p
    redis.call('ZADD', KEYS[2], now + lease, p)
  elseif not owner or tonumber(redis.call('ZSCORE', KEYS[2], p) or '0') <= now then
    free[#free + 1] = p
  end
end
if leaving then return {#own, own} end
local workers = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(workers)
local rank = 0
for k, worker in ipairs(workers) do if worker == me then rank = k - 1 end end
local share = math.floor(n / #workers) + (rank < n % #workers and 1 or 0)
local offset = math.floor(rank * n / #workers)
table.sort(free, function(a, b) return (a - offset) % n < (b - offset) % n end)
for _, p in ipairs(free) do
  if #own >= share then break end
  redis.call('HSET', KEYS[3], p, me)
  redis.call('ZADD', KEYS[2], now + lease, p)
  own[#own + 1] = p
end
return {share, own}`;

const RELEASE = `
for k = 2, #ARGV do
  if redis.call('HGET', KEYS[3], ARGV[k]) == ARGV[1] then
    redis.call('HDEL', KEYS[3], ARGV[k])
    redis.call('ZREM', KEYS[2], ARGV[k])
  end
end`;

/** Takes and renews the leases of one worker by a script, in which nothing else happens. */
export const openRedisKeeper: KeeperMaker<LeaseTerms> = async (terms, onChange, onProblem) => {
  const redis = await connectRedis(terms.login, () => {});
  return new RedisKeeper(redis, terms, onChange, onProblem);
};

class RedisKeeper implements Keeper {
  readonly #redis: Redis;
  readonly #terms: LeaseTerms;
  readonly #onChange: (change: LeaseChange) => void;
  readonly #onProblem: (message: string) => void;
  #own: Set<number> = new Set();
  /** Of these, those that it was asked to give back. */
  readonly #asked: Set<number> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void>;
  #isLeaving = false;
  #isClosed = false;
  #isLost = false;
  #renewed: number = Date.now();

  constructor(
    redis: Redis,
    terms: LeaseTerms,
    onChange: (change: LeaseChange) => void,
    onProblem: (message: string) => void,
  ) {
    this.#redis = redis;
    this.#terms = terms;
    this.#onChange = onChange;
    this.#onProblem = onProblem;
    this.#turning = this.#run();
  }

  async release(partitions: readonly number[]): Promise<void> {
    await this.#turning; // no renewal is on its way
    for (const partition of partitions) {
      this.#own.delete(partition);
      this.#asked.delete(partition);
    }
    await this.#eval(RELEASE, partitions.map(String)).catch((error: unknown) => this.#report(error));
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#turning;
    clearTimeout(this.#timer);
    this.#turning = this.#run();
    await this.#turning;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#turning;
    this.#redis.close();
  }

  async #run(): Promise<void> {
    try {
      await this.#turn();
      this.#isLost = false;
    } catch (error) {
      this.#report(error);
      // Others have taken over what was not renewed.
      if (Date.now() - this.#renewed > this.#terms.lease) this.#update([], 0);
    }
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#turning = this.#run();
    }, this.#terms.lease / 5);
  }

  async #turn(): Promise<void> {
    const { lease, partitions } = this.#terms;
    const begun = Date.now();
    const [share, own] = (await this.#eval(TURN, [
      ...[String(lease), String(partitions), this.#isLeaving ? '1' : '0'],
    ])) as [number, number[]];
    this.#renewed = begun;
    this.#update(own, share);
  }

  #update(own: readonly number[], share: number): void {
    const before = this.#own;
    this.#own = new Set(own);
    const gained = own.filter((each) => !before.has(each));
    const taken = [...before].filter((each) => !this.#own.has(each) && !this.#asked.delete(each));
    const surplus = own.filter((each) => !this.#asked.has(each)).slice(share);
    for (const each of surplus) this.#asked.add(each);
    const lost = [...taken, ...surplus];
    if (gained.length + lost.length > 0) this.#onChange({ gained, lost });
  }

  async #eval(script: string, args: readonly string[]): Promise<unknown> {
    const { name, worker, lease } = this.#terms;
    const limit = Math.min(10_000, lease);
    return await this.#redis.ask(['EVAL', script, '3', ...leaseKeys(name), worker, ...args], limit);
  }

  /** The first failure in a row. */
  #report(error: unknown): void {
    if (!this.#isLost) this.#onProblem(`leases: ${messageOf(error)}`);
    this.#isLost = true;
  }
}

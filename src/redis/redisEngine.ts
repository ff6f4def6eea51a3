import { ThreadedLeases } from '../clients/leases/threadedLeases.ts';
import { connectRedis, infoField, type Redis, type RedisLogin } from '../clients/redis/connectRedis.ts';
import { messageOf, RxAnomalyError } from '../core/errors.ts';
import type { Assignment, DistributedEngine, Partition } from '../distributed/contract.ts';
import {
  type CheckedRedisEngine,
  type RedisEngineOptions,
  redisEngineOptions,
} from './redisEngineOptions.ts';
import { type LeaseTerms, leaseKeys, openRedisKeeper } from './redisLeases.ts';
import { RedisLog } from './redisLog.ts';
import { RedisStates } from './redisStates.ts';
import { RedisVerdicts } from './redisVerdicts.ts';

const DEFAULT_PARTITIONS = 8;

/** An engine on Redis. */
export interface RedisEngine<E> extends DistributedEngine<E, string> {
  /** Disconnects. Leases that were not released expire. */
  close(): Promise<void>;
}

/**
 * What `distribute` needs, on one Redis 7 or later (with replicas and Sentinel, not a Cluster). Producers add events to the
 * streams `{NAME:0}:in`, `{NAME:1}:in`, …, by `redisPartitionOf` of the key; verdicts are in `{NAME:0}:out`, ….
 *
 * The server must not evict keys (`maxmemory-policy noeviction`), and should write to disk (`appendonly yes`): with `appendfsync
 * everysec`, a crash takes the last second of events and verdicts, and the workers resume from what is left.
 *
 * Needs `@redis/client` (an optional peer dependency). Node only.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option; rejects with BAD_INPUT without the package, where the server
 * cannot serve, or the name is taken by other settings; SERVER where it refuses or does not answer
 */
export function redisEngine<E>(options: RedisEngineOptions<E>): Promise<RedisEngine<E>> {
  return open(redisEngineOptions.resolve('redisEngine', options) as CheckedRedisEngine<E>);
}

async function open<E>(options: CheckedRedisEngine<E>): Promise<RedisEngine<E>> {
  const { login, name, keepVerdicts, onProblem } = options;
  const redis = await connectRedis(login, onProblem);
  try {
    await requireFit(redis, onProblem);
    const partitions = await joinFleet(redis, options);
    const shared = { ...options, partitions };
    const assignment = new RedisAssignment(redis, shared);
    return {
      log: new RedisLog(redis, shared, options),
      out: new RedisVerdicts(redis, login, name, keepVerdicts),
      states: new RedisStates(redis, name),
      assignment,
      close: async () => {
        await assignment.close();
        redis.close();
      },
    };
  } catch (error) {
    redis.close();
    throw error;
  }
}

/** @throws RxAnomalyError BAD_INPUT where the server evicts keys, is a Cluster, or has no scripts */
async function requireFit(redis: Redis, onProblem: (message: string) => void): Promise<void> {
  const info = await redis.ask<string>(['INFO', 'everything']);
  const bad = (message: string): never => {
    throw new RxAnomalyError('BAD_INPUT', `Redis: ${message}`);
  };
  const policy = infoField(info, 'maxmemory_policy') ?? '';
  if (policy.startsWith('allkeys'))
    bad(
      `the server removes keys when it is full (${policy}), verdicts and states among them; set maxmemory-policy noeviction`,
    );
  if (infoField(info, 'cluster_enabled') === '1')
    bad('the server is a Cluster; use one server, with replicas and Sentinel');
  try {
    await redis.ask(['EVAL', 'return 1', '0']);
  } catch (error) {
    if (/unknown command|NOPERM/i.test(messageOf(error)))
      bad(`scripts (EVAL) are needed, and refused: ${messageOf(error)}`);
    throw error;
  }
  if (infoField(info, 'aof_enabled') === '0')
    onProblem(
      'Redis: the server does not write to disk (appendonly no): a restart loses verdicts and states',
    );
}

/** What the workers of a name have agreed on. */
export interface RedisFleet {
  readonly in: string;
  readonly partitions: number;
}

/** What the workers of a name read; undefined where there has never been one. */
export async function redisFleet(login: RedisLogin, name: string): Promise<RedisFleet | undefined> {
  const redis = await connectRedis(login);
  try {
    const found = await redis.ask<string | null>(['GET', fleetKey(name)]);
    return found === null ? undefined : (JSON.parse(found) as RedisFleet);
  } finally {
    redis.close();
  }
}

function fleetKey(name: string): string {
  return `{${name}:leases}:fleet`;
}

/**
 * Notes what a fleet reads, at its first start.
 *
 * @returns the number of partitions
 * @throws RxAnomalyError BAD_INPUT where another one has this name
 */
async function joinFleet<E>(
  redis: Redis,
  { name, in: events, partitions }: CheckedRedisEngine<E>,
): Promise<number> {
  const first: RedisFleet = { in: events, partitions: partitions ?? DEFAULT_PARTITIONS };
  const found = await redis.ask<string | null>(['SET', fleetKey(name), JSON.stringify(first), 'NX', 'GET']);
  const theirs = found === null ? first : (JSON.parse(found) as RedisFleet);
  const ours: RedisFleet = { in: events, partitions: partitions ?? theirs.partitions };
  if (theirs.in === ours.in && theirs.partitions === ours.partitions) return theirs.partitions;
  throw new RxAnomalyError(
    'BAD_INPUT',
    `Redis: the name ${name} is taken by workers with other settings: theirs ${JSON.stringify(theirs)}, ours ${JSON.stringify(ours)}; use the same, or another name`,
  );
}

class RedisAssignment extends ThreadedLeases<LeaseTerms> implements Assignment {
  readonly #redis: Redis;
  readonly #name: string;

  constructor(
    redis: Redis,
    {
      login,
      name,
      partitions,
      lease,
      onProblem,
    }: Omit<LeaseTerms, 'worker'> & Pick<CheckedRedisEngine<unknown>, 'onProblem'>,
  ) {
    const kind = {
      module: new URL('./redisLeaseThread.js', import.meta.url),
      data: (worker: string): LeaseTerms => ({ login, name, worker, partitions, lease }),
      open: openRedisKeeper,
    };
    super(kind, onProblem);
    this.#redis = redis;
    this.#name = name;
  }

  async owners(): Promise<ReadonlyMap<Partition, string>> {
    const [, leases, owners] = leaseKeys(this.#name);
    const seconds = Number((await this.#redis.ask<string[]>(['TIME']))[0]);
    const [live, all] = await Promise.all([
      this.#redis.ask<string[]>(['ZRANGE', leases!, String(1000 * seconds), '+inf', 'BYSCORE']),
      this.#redis.ask<string[]>(['HGETALL', owners!]),
    ]);
    const alive = new Set(live);
    const found = new Map<Partition, string>();
    for (let k = 0; k < all.length; k += 2) if (alive.has(all[k]!)) found.set(Number(all[k]), all[k + 1]!);
    return found;
  }
}

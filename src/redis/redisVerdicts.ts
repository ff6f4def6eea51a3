import type { Redis, RedisLogin } from '../clients/redis/connectRedis.ts';
import { RxAnomalyError } from '../core/errors.ts';
import {
  type AppendedBefore,
  type Delivered,
  type DeliveredBatch,
  Overtaken,
  type Partition,
  Trimmed,
  type VerdictLog,
} from '../distributed/contract.ts';
import { Waiter } from './redisLog.ts';

type Entry = readonly [id: string, fields: readonly string[]];

/**
 * Appends if the last entry is still that one; one script, in which nothing else happens. Each entry has the id of the one before
 * it: so a reader notices what was removed. Old ones are removed by the server's clock, by which no new one is old.
 */
const APPEND = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if (last[1] and last[1][1] or '') ~= ARGV[1] then return false end
local now = redis.call('TIME')
local oldest = string.format('%.0f', math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[4]))
return redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', 'to', ARGV[2], 'verdicts', ARGV[3], 'after', ARGV[1])`;

const READ = '100';
/** Of an id: no other of this millisecond is greater. */
const GREATEST = '18446744073709551615';

/** Verdicts in a stream for each partition: an entry is a list, and its id its revision. */
export class RedisVerdicts implements VerdictLog<string> {
  readonly maxBytes: number = 4_000_000;
  readonly #redis: Redis;
  readonly #login: RedisLogin;
  readonly #name: string;
  readonly #keep: number;

  /** @param keep milliseconds for which verdicts are kept; the last ones of a partition longer */
  constructor(redis: Redis, login: RedisLogin, name: string, keep: number) {
    this.#redis = redis;
    this.#login = login;
    this.#name = name;
    this.#keep = keep;
  }

  async last(partition: Partition): Promise<Delivered<string>> {
    const [entry] = await this.#redis.ask<Entry[]>([
      ...['XREVRANGE', this.#stream(partition), '+', '-', 'COUNT', '1'],
    ]);
    if (entry === undefined) return { position: undefined, revision: '' };
    const { position, revision } = this.#batch(partition, entry);
    return { position, revision };
  }

  async append(
    partition: Partition,
    after: Delivered<string>,
    to: string,
    verdicts: string,
  ): Promise<Delivered<string>> {
    const stream = this.#stream(partition);
    const revision = await this.#redis.ask<string | null>([
      ...['EVAL', APPEND, '1', stream, after.revision, to, verdicts, String(this.#keep)],
    ]);
    if (revision !== null) return { position: to, revision };
    throw new Overtaken(`${stream}: there are verdicts after ${after.revision || 'none'} by now`);
  }

  async *read(
    partition: Partition,
    after: string | AppendedBefore | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<DeliveredBatch<string>> {
    const stream = this.#stream(partition);
    const waiter = new Waiter(this.#login, signal);
    let last = typeof after === 'object' ? `${Math.max(0, after.time - 1)}-${GREATEST}` : after || undefined;
    let known = typeof after === 'string' ? after : undefined; // the entry before the next one
    try {
      while (!signal.aborted) {
        const from = last === undefined ? '-' : `(${last}`;
        const found = await this.#redis.ask<Entry[]>(['XRANGE', stream, from, '+', 'COUNT', READ]);
        for (const entry of found) {
          if (signal.aborted) return;
          const before = entry[1][5] ?? known;
          if (known !== undefined && before !== known)
            throw new Trimmed(
              `Redis: of the stream ${stream}, entries after ${known || 'none'} were removed before they were read; let it keep them for longer`,
            );
          last = known = entry[0];
          yield this.#batch(partition, entry);
        }
        if (found.length === 0) await waiter.wait(new Map([[stream, last]]));
      }
    } finally {
      waiter.close();
    }
  }

  #batch(partition: Partition, [revision, fields]: Entry): DeliveredBatch<string> {
    const [to, position, name, verdicts] = fields;
    if (to === 'to' && name === 'verdicts') return { position: position!, revision, verdicts: verdicts! };
    throw new RxAnomalyError(
      'BAD_INPUT',
      `Redis: entry ${revision} of ${this.#stream(partition)} has no verdicts: somebody else has added it`,
    );
  }

  #stream(partition: Partition): string {
    return `{${this.#name}:${partition}}:out`;
  }
}

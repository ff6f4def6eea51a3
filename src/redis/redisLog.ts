import { connectRedis, type Redis, type RedisLogin } from '../clients/redis/connectRedis.ts';
import {
  comparePositions,
  type RedisEntry,
  readStream,
  waitForEntries,
} from '../clients/redis/streamReader.ts';
import { messageOf } from '../core/errors.ts';
import {
  type KeyedEvent,
  type LogBatch,
  type LogEntry,
  type Partition,
  type PartitionedLog,
  type Published,
  Trimmed,
} from '../distributed/contract.ts';

/** How events are entries of a stream. */
export interface RedisCodec<E> {
  /** @throws of any kind, for an entry that cannot be read */
  readonly decode: (entry: RedisEntry) => E;
  readonly encode: (event: E) => Readonly<Record<string, string>>;
}

/** Milliseconds for which the server is asked to wait for entries. */
const WAIT = 2000;
/** Entries that are sent before their answers are awaited. */
const IN_FLIGHT = 500;

/** Adds an entry, and removes old ones by the server's clock; its position has the number of entries so far. */
const ADD = `
local now = redis.call('TIME')
local oldest = string.format('%.0f', math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[1]))
local id = redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', unpack(ARGV, 2))
local info = redis.call('XINFO', 'STREAM', KEYS[1])
for k = 1, #info, 2 do if info[k] == 'entries-added' then return id .. '/' .. info[k + 1] end end`;

/** The stream of a partition's events, to which producers add. */
export function redisStreamOf(name: string, partition: number): string {
  return `{${name}:${partition}}:in`;
}

/**
 * The partition of a key: FNV-1a, 32 bits, of its UTF-8, modulo the number of partitions. Every producer must compute the same.
 *
 * @param partitions 1 or more
 */
export function redisPartitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}

/** Events in a stream for each partition; a position is an id with the number of entries so far. */
export class RedisLog<E> implements PartitionedLog<E, string> {
  readonly partitions: number;
  readonly #redis: Redis;
  readonly #login: RedisLogin;
  readonly #name: string;
  readonly #keep: number;
  readonly #codec: RedisCodec<E>;

  constructor(
    redis: Redis,
    options: {
      readonly login: RedisLogin;
      readonly in: string;
      readonly partitions: number;
      readonly keep: number;
    },
    codec: RedisCodec<E>,
  ) {
    this.#redis = redis;
    this.#login = options.login;
    this.#name = options.in;
    this.partitions = options.partitions;
    this.#keep = options.keep;
    this.#codec = codec;
  }

  compare(a: string, b: string): number {
    return comparePositions(a, b);
  }

  async *read(
    partition: Partition,
    after: string | undefined,
    limit: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogBatch<E, string>> {
    const stream = redisStreamOf(this.#name, partition);
    const waiter = new Waiter(this.#login, signal);
    let last = after;
    const look = (): ReturnType<typeof readStream> => {
      const looking = readStream(this.#redis, stream, last, limit);
      looking.catch(() => {}); // thrown when it is awaited
      return looking;
    };
    try {
      let next = look();
      while (!signal.aborted) {
        const { entries, pending, gone } = await next;
        if (signal.aborted) return;
        if (gone !== undefined) throw new Trimmed(`Redis: ${gone}`);
        if (entries.length === 0) {
          await waiter.wait(new Map([[stream, last]]));
          next = look();
          continue;
        }
        last = entries.at(-1)!.position;
        if (pending > 0) next = look(); // while these are worked on
        yield { entries: entries.map((entry) => this.#entry(stream, entry)), pending };
        if (pending === 0) next = look();
      }
    } finally {
      waiter.close();
    }
  }

  async lag(partition: Partition, after: string | undefined): Promise<number> {
    return (await readStream(this.#redis, redisStreamOf(this.#name, partition), after, 0)).pending;
  }

  async publish(events: readonly KeyedEvent<E>[]): Promise<Published<string>[]> {
    const published: Published<string>[] = [];
    for (let k = 0; k < events.length; k += IN_FLIGHT)
      published.push(
        ...(await Promise.all(events.slice(k, k + IN_FLIGHT).map((event) => this.#publish(event)))),
      );
    return published;
  }

  async #publish({ key = '', event }: KeyedEvent<E>): Promise<Published<string>> {
    const partition = redisPartitionOf(key, this.partitions);
    const stream = redisStreamOf(this.#name, partition);
    const fields = Object.entries(this.#codec.encode(event)).flat();
    const position = await this.#redis.ask<string>(['EVAL', ADD, '1', stream, String(this.#keep), ...fields]);
    return { partition, position };
  }

  #entry(stream: string, entry: RedisEntry): LogEntry<E, string> {
    const { position } = entry;
    try {
      return { position, event: this.#codec.decode(entry) };
    } catch (error) {
      return { position, unreadable: `${stream} ${position}: ${messageOf(error)}` };
    }
  }
}

/** A connection to wait with, as it can do nothing else meanwhile; made when it is needed, lost when `signal` aborts. */
export class Waiter {
  readonly #login: RedisLogin;
  readonly #signal: AbortSignal;
  #redis: Redis | undefined;

  constructor(login: RedisLogin, signal: AbortSignal) {
    this.#login = login;
    this.#signal = signal;
  }

  /** Resolves when a stream may have more, or `signal` has aborted. @throws ServerFailure when the connection is lost */
  async wait(positions: ReadonlyMap<string, string | undefined>): Promise<void> {
    const stop = (): void => this.close();
    try {
      this.#redis ??= await connectRedis(this.#login);
      if (this.#signal.aborted) return;
      this.#signal.addEventListener('abort', stop);
      await waitForEntries(this.#redis, positions, WAIT);
    } catch (error) {
      this.close();
      if (!this.#signal.aborted) throw error;
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
  }

  close(): void {
    this.#redis?.close();
    this.#redis = undefined;
  }
}

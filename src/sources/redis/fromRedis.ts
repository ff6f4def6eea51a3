import { asyncScheduler, lastValueFrom, Observable } from 'rxjs';
import { at, PayloadReader } from '../../clients/payloadReader.ts';
import { connectRedis, type Redis } from '../../clients/redis/connectRedis.ts';
import {
  endOfStream,
  type RedisEntry,
  readStream,
  waitForEntries,
} from '../../clients/redis/streamReader.ts';
import { retrying } from '../../clients/retry.ts';
import type { Value } from '../../core/reading.ts';
import {
  type CheckedRedis,
  type FromRedisOptions,
  type RedisPosition,
  redisOptions,
} from './redisOptions.ts';

/** An entry of a stream as a reading, which the operators take without selectors. */
export interface RedisReading<V extends Value = Value> {
  readonly key: string;
  /** Milliseconds since 1970-01-01T00:00:00Z; NaN where it cannot be read. */
  readonly time: number;
  /** What is there instead of a time, where `time` is NaN; it is in what is reported of it. */
  readonly timeText?: string;
  /** A number, or an array where `value` is a list; NaN for what is missing. */
  readonly value: V;
  readonly stream: string;
  /** Where to resume after this reading. */
  readonly position: RedisPosition;
}

/** Entries that are asked for at a time. */
const PAGE = 1000;
/** Milliseconds for which the server is asked to wait. */
const WAIT = 2000;

/**
 * The entries of Redis streams, in the order of each stream, forever: what is there, then what comes. After a lost connection it
 * connects again, with growing pauses, and resumes where it was. Entries that were removed from a stream before they were read
 * are reported.
 *
 * Needs Redis 7 and the package `@redis/client` (an optional peer dependency). Unsubscribing disconnects.
 *
 * ```ts
 * fromRedis({ url: 'redis://localhost', streams: 'press:temperature' }).pipe(detectAnomalies())
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER where the server refuses, or is not reached as often as `retry` allows; BAD_INPUT
 * without the package, or where the server is too old.
 */
export function fromRedis(
  options: FromRedisOptions & { readonly value: readonly string[] },
): Observable<RedisReading<readonly number[]>>;
export function fromRedis(
  options: FromRedisOptions & { readonly value?: string },
): Observable<RedisReading<number>>;
export function fromRedis(options: FromRedisOptions): Observable<RedisReading>;
export function fromRedis(options: FromRedisOptions): Observable<RedisReading> {
  const checked = redisOptions.resolve('fromRedis', options);
  return new Observable((subscriber) => {
    const positions = new Map<string, string | undefined>(
      checked.streams.map((stream) => [stream, checked.position[stream]]),
    );
    const state = { isKnown: false, positions, reader: new Entries(checked) };
    return new Observable<RedisReading>((attempt) => {
      const abort = new AbortController();
      readAll(checked, state, abort.signal, (reading) => attempt.next(reading)).then(
        () => attempt.complete(),
        (error: unknown) => attempt.error(error),
      );
      return () => abort.abort();
    })
      .pipe(retrying(checked.retry, Math.random, asyncScheduler, () => state.isKnown))
      .subscribe(subscriber);
  });
}

interface ReadState {
  isKnown: boolean;
  readonly positions: Map<string, string | undefined>;
  readonly reader: Entries;
}

/** Reads until `signal` aborts, or the connection is lost. */
async function readAll(
  { login, streams, from, backlog, onWarning }: CheckedRedis,
  state: ReadState,
  signal: AbortSignal,
  emit: (reading: RedisReading) => void,
): Promise<void> {
  const redis = await connectRedis(login);
  const stop = (): void => redis.close();
  signal.addEventListener('abort', stop);
  try {
    if (!state.isKnown && from === 'new') await skipPast(redis, state.positions);
    state.isKnown = true;
    while (!signal.aborted) {
      let count = 0;
      for (const stream of streams) {
        const { entries, gone } = await readStream(redis, stream, state.positions.get(stream), PAGE);
        if (gone !== undefined) onWarning({ kind: 'gone', message: `Redis: ${gone}` });
        count += entries.length;
        if (gone !== undefined && entries.length === 0) state.positions.set(stream, undefined);
        for (const entry of entries) {
          if (signal.aborted) return;
          state.positions.set(stream, entry.position);
          const reading = state.reader.read(stream, entry, state.positions);
          if (reading !== undefined) emit(reading);
        }
        if (backlog !== undefined) await lastValueFrom(backlog.room(), { defaultValue: undefined });
      }
      if (count === 0 && !signal.aborted) await waitForEntries(redis, state.positions, WAIT);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    redis.close();
  }
}

async function skipPast(redis: Redis, positions: Map<string, string | undefined>): Promise<void> {
  for (const [stream, position] of positions)
    if (position === undefined) positions.set(stream, await endOfStream(redis, stream));
}

/** Makes readings of entries, and counts those that cannot be read. */
class Entries {
  readonly #reader: PayloadReader;
  readonly #options: CheckedRedis;
  #count = 0;

  constructor(options: CheckedRedis) {
    this.#reader = new PayloadReader({ value: options.value, time: options.time });
    this.#options = options;
  }

  read(
    stream: string,
    { fields, time, position }: RedisEntry,
    positions: ReadonlyMap<string, string | undefined>,
  ): RedisReading | undefined {
    const json = Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, parsed(text)]));
    const found = this.#reader.readJson(json);
    const { key: path } = this.#options;
    const key = path === undefined ? stream : at(json, path);
    const isKey = typeof key === 'string' || typeof key === 'number';
    if ('problem' in found || !isKey) {
      this.#report(stream, position, 'problem' in found ? found.problem : `has no ${path} that is text`);
      return undefined;
    }
    const all = [...positions].filter((each): each is [string, string] => each[1] !== undefined);
    return {
      ...{ key: String(key), ...found, time: found.time ?? time, stream },
      position: Object.fromEntries(all),
    };
  }

  #report(stream: string, position: string, problem: string): void {
    const count = ++this.#count;
    if ((count & (count - 1)) !== 0) return;
    const others = count === 1 ? '' : ` (${count} such entries so far)`;
    const message = `Redis: entry ${position.split('/')[0]} of ${stream} ${problem}; it is left out${others}; name another stream, or the field of the value`;
    this.#options.onWarning({ kind: 'entry', message });
  }
}

/** What is an object or a list as JSON; other text as it is. */
function parsed(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

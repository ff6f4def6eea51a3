import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { ServerFailure } from '../retry.ts';

/** How a Redis is reached. Plain values only: a thread gets them, too. */
export interface RedisLogin {
  /** `redis://localhost:6379`, `rediss://` with TLS; the number of a database as its path. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Of Node's TLS, as PEM, for `rediss:`. @default the certificates that Node trusts */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
}

/** A connection. Every request ends, with a transient ServerFailure where the server does not answer. */
export interface Redis {
  /** The reply to a command, with text as text. @param limit milliseconds */
  ask<T>(args: readonly RedisArgument[], limit?: number): Promise<T>;
  /** The same with Buffers instead of text. */
  askBytes<T>(args: readonly RedisArgument[]): Promise<T>;
  close(): void;
}

export type RedisArgument = string | Buffer;

/** What is used of the package `@redis/client`: its own types would ask every user of ours for it. */
interface RedisPackage {
  createClient(options: object): RedisClient;
}

interface RedisClient {
  connect(): Promise<unknown>;
  sendCommand(args: readonly RedisArgument[], options?: object): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): void;
}

const PACKAGE = '@redis/client';
/** Milliseconds for an answer, after which a request is taken for lost. */
const TIMEOUT = 10_000;
const RECONNECT = 250;
/** Of the protocol: a text. */
const BLOB = 36;
/** The server is loading its data, has no room, or is no longer the one that takes writes. */
const TRANSIENT = /^(?:LOADING|OOM|READONLY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|BUSY|MISCONF)\b/;

/**
 * Connects to a Redis 7 or later.
 *
 * @param onLost called when the connection is lost; it is then made again. Undefined: a lost connection is lost
 * @throws RxAnomalyError BAD_INPUT without the package, or where the server cannot serve; SERVER where it refuses or does not
 * answer
 */
export async function connectRedis(login: RedisLogin, onLost?: (message: string) => void): Promise<Redis> {
  const { url, username, password, tls } = login;
  const where = new URL(url).host;
  const client = (await loadRedis()).createClient({
    ...{ url, RESP: 2, disableOfflineQueue: true, disableClientInfo: true, name: 'rx-anomaly' },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    socket: {
      ...(tls === undefined ? {} : { tls: true, ...tls }),
      connectTimeout: TIMEOUT,
      reconnectStrategy: () => (isOpen && onLost !== undefined ? RECONNECT : false),
    },
  });
  let isOpen = false;
  let isLost = false;
  client.on('error', (error) => {
    if (isOpen && !isLost) onLost?.(`Redis (${where}): ${messageOf(error)}; connecting again`);
    isLost = true;
  });
  const send = async (args: readonly RedisArgument[], limit: number, options = {}): Promise<unknown> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
    });
    try {
      const answer = await Promise.race([client.sendCommand(args, options), late]);
      isLost = false;
      return answer;
    } catch (error) {
      throw redisFailure(error, where);
    } finally {
      clearTimeout(timer);
    }
  };
  const redis: Redis = {
    ask: async <T>(args: readonly RedisArgument[], limit = TIMEOUT) => (await send(args, limit)) as T,
    askBytes: async <T>(args: readonly RedisArgument[]) =>
      (await send(args, TIMEOUT, { typeMapping: { [BLOB]: Buffer } })) as T,
    close: () => {
      isOpen = false;
      try {
        client.destroy();
      } catch {
        // it was closed already
      }
    },
  };
  try {
    await client.connect();
    requireVersion(await redis.ask<string>(['INFO', 'server']), where);
    isOpen = true;
    isLost = false;
    return redis;
  } catch (error) {
    redis.close();
    throw redisFailure(error, where, url.startsWith('rediss:'));
  }
}

/** What INFO has under a name. */
export function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

/** @throws RxAnomalyError BAD_INPUT before 7, whose streams do not show what was removed */
function requireVersion(info: string, where: string): void {
  const version = infoField(info, 'redis_version') ?? 'unknown';
  if (Number.parseInt(version, 10) >= 7) return;
  throw new RxAnomalyError('BAD_INPUT', `Redis (${where}) is version ${version}; 7.0 or later is needed`);
}

/** What a request failed of, with what to do about it. @param isTls whether it is the first one of a connection by TLS */
function redisFailure(error: unknown, where: string, isTls = false): Error {
  if (error instanceof RxAnomalyError) return error;
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const message = messageOf(inner);
  const isUnanswered = isTls && !/ECONNREFUSED|ENOTFOUND/.test(message);
  const remedy = isUnanswered ? '; has that port TLS?' : '';
  const fail = (isTransient: boolean, more = remedy): ServerFailure =>
    new ServerFailure(`Redis (${where}): ${message}${more}`, isTransient, { cause: error });
  if (/^(?:WRONGPASS|NOAUTH|ERR AUTH)/.test(message)) return fail(false, '; check user name and password');
  if (message.startsWith('WRONGTYPE')) return fail(false, '; that key is no stream');
  if (message.startsWith('NOPERM')) return fail(false, '; give the user this right (ACL SETUSER)');
  if (message.startsWith('OOM')) return fail(true, '; raise maxmemory, or keep events for a shorter time');
  const isReply = /^[A-Z]{3,}\b/.test(message);
  return fail(!isReply || TRANSIENT.test(message) || /^ECONN|^E[A-Z]+:? /.test(message));
}

async function loadRedis(): Promise<RedisPackage> {
  try {
    const module = (await import(PACKAGE)) as RedisPackage & { readonly default?: RedisPackage };
    return module.default ?? module;
  } catch (error) {
    const isMissing = messageOf(error).includes(`'${PACKAGE}'`);
    const reason = isMissing ? 'is not installed' : `does not load (${messageOf(error).split('\n')[0]})`;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `Redis: the package ${PACKAGE} ${reason}; run npm install ${PACKAGE}@6`,
      {
        cause: error,
      },
    );
  }
}

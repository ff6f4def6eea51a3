import type { Backlog } from '../../clients/backlog.ts';
import type { RedisLogin } from '../../clients/redis/connectRedis.ts';
import { checkRetry, LIMIT_AT_FIRST, type RetryOptions, type RetryPolicy } from '../../clients/retry.ts';
import { accepts, anObject, type OptionKind, oneOf, text } from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { liveSourceSpecs } from '../liveSourceSpecs.ts';

/** Which streams of a Redis to read, and what of their entries. */
export interface FromRedisOptions extends RedisLogin {
  /** The name of a stream, or several. */
  readonly streams: string | readonly string[];
  /**
   * The field that has the value, or a path in one that is JSON: `temp`, `data.temp`; several for a value of as many dimensions.
   * @default 'value'
   */
  readonly value?: string | readonly string[];
  /** The field, or path, of the time. @default the time in the id of an entry */
  readonly time?: string;
  /** The field, or path, of the key. @default the name of the stream */
  readonly key?: string;
  /** Where to begin: with the oldest entry that is kept, or with those that come. @default 'oldest' */
  readonly from?: 'oldest' | 'new';
  /** Resume after the reading that had this position; `from` then counts for streams that it lacks. */
  readonly position?: RedisPosition | undefined;
  /** Nothing is read while this is full. @default none */
  readonly backlog?: Backlog;
  /** When to connect again. @default without end, a server that has never been reached 4 times */
  readonly retry?: RetryOptions;
  /**
   * Called for entries that cannot be read, at the first one and whenever there are twice as many, and for those that were
   * removed from a stream before they were read. @default a warning of the process
   */
  readonly onWarning?: (warning: RedisWarning) => void;
}

/** Of each stream the last entry that was read: plain JSON. */
export type RedisPosition = Readonly<Record<string, string>>;

/** Something about a stream that its reader should know. */
export interface RedisWarning {
  /** `'entry'`: one without a value that can be read; `'gone'`: entries were removed before they were read. */
  readonly kind: 'entry' | 'gone';
  /** One line. */
  readonly message: string;
}

/** FromRedisOptions with every default filled in. */
export interface CheckedRedis {
  readonly login: RedisLogin;
  readonly streams: readonly string[];
  readonly value: string | readonly string[];
  readonly time: string | undefined;
  readonly key: string | undefined;
  readonly from: 'oldest' | 'new';
  readonly position: RedisPosition;
  readonly backlog: Backlog | undefined;
  readonly retry: RetryPolicy;
  readonly onWarning: (warning: RedisWarning) => void;
}

export const aRedis: OptionKind = accepts(
  'an address such as redis://localhost:6379, without user and password',
  (value) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return false;
    const { protocol, host, username, password } = new URL(value);
    return /^rediss?:$/.test(protocol) && host !== '' && username === '' && password === '';
  },
);

const names: OptionKind = accepts('a name, or several that differ', (value) => {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return (
    list.length > 0 &&
    new Set(list).size === list.length &&
    list.every((each) => text.expected(each) === undefined)
  );
});

export const loginTable: OptionSet<RedisLogin, RedisLogin>['table'] = {
  url: { kind: aRedis, required: true, about: 'the server', when: 'always given', isSecret: true },
  username: { kind: text, defaultText: 'none', about: 'user name', when: 'the server asks for one' },
  password: {
    kind: text,
    defaultText: 'none',
    about: 'password',
    when: 'the server asks for one',
    isSecret: true,
  },
  tls: {
    kind: anObject,
    defaultText: 'what Node trusts',
    about: 'certificates',
    when: 'the server has its own',
    isSecret: true,
  },
};

export const redisTable: OptionSet<FromRedisOptions, FromRedisOptions>['table'] = {
  ...loginTable,
  streams: { kind: names, required: true, about: 'streams to read', when: 'always given' },
  value: {
    kind: names,
    defaultText: 'value',
    about: 'field of the value, or a path in one that is JSON',
    when: 'it has another name',
  },
  time: {
    kind: text,
    defaultText: 'the time in the id of an entry',
    about: 'field of the time',
    when: 'entries have times',
  },
  key: {
    kind: text,
    defaultText: 'the name of the stream',
    about: 'field of the key',
    when: 'a stream has many',
  },
  from: {
    kind: oneOf(['oldest', 'new']),
    defaultText: 'oldest',
    about: 'where to begin',
    when: 'the past does not matter',
  },
  position: {
    kind: anObject,
    defaultText: 'none',
    about: 'resume after it',
    when: 'an earlier run has read a part',
  },
  ...liveSourceSpecs,
};

export const redisOptions: OptionSet<FromRedisOptions, FromRedisOptions, CheckedRedis> = new OptionSet<
  FromRedisOptions,
  FromRedisOptions,
  CheckedRedis
>(redisTable, (where, options) => {
  const { url, username, password, tls, streams, value = 'value', time, key, backlog } = options;
  return {
    login: { url, username, password, tls },
    streams: typeof streams === 'string' ? [streams] : streams,
    ...{ value, time, key, backlog },
    from: options.from ?? 'oldest',
    position: options.position ?? {},
    retry: checkRetry(where, options.retry ?? {}, {
      limit: Number.POSITIVE_INFINITY,
      limitAtFirst: LIMIT_AT_FIRST,
    }),
    onWarning: options.onWarning ?? (({ message }) => process.emitWarning(message)),
  };
});

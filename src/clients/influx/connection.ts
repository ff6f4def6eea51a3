import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { badOption, type OptionChecks } from '../../core/options.ts';
import { checkRetry, checkWait, LIMIT_AT_FIRST, type RetryOptions, type RetryPolicy } from '../retry.ts';

/**
 * Where an InfluxDB is. Version 1 takes `username` and `password`, versions 2 and 3 a `token`, through the endpoints
 * that they keep for clients of version 1: there `database` and `retentionPolicy` must be mapped to a bucket
 * (`influx v1 dbrp create`, unless the bucket is called `database/retentionPolicy`).
 */
export interface InfluxConnection {
  /** `http://localhost:8086`; with a path where a proxy adds one. */
  readonly url: string;
  readonly database: string;
  /** @default the database's own default */
  readonly retentionPolicy?: string;
  /** Sent as `Authorization: Token …`. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /**
   * Milliseconds until a whole answer must have arrived, above 0 and below 2^31; otherwise the request has failed.
   * @default 30000
   */
  readonly requestTimeout?: number;
  /** When a failed request is repeated. */
  readonly retry?: RetryOptions;
  /** The clock of all waiting; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Uniform over [0, 1), for jitter. @default Math.random */
  readonly random?: () => number;
}

/** A connection with every default filled in. */
export interface CheckedConnection {
  readonly url: URL;
  readonly database: string;
  readonly retentionPolicy: string | undefined;
  /** The value of the header Authorization. */
  readonly authorization: string | undefined;
  readonly requestTimeout: number;
  readonly retry: RetryPolicy;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** The fields of {@link InfluxConnection}. */
export const CONNECTION_OPTIONS = [
  'url',
  'database',
  'retentionPolicy',
  'token',
  'username',
  'password',
  'requestTimeout',
  'retry',
  'scheduler',
  'random',
] as const;

/** @param limit failures in a row until a request is given up, unless the options set it */
export function checkConnection(
  where: string,
  options: InfluxConnection,
  check: OptionChecks,
  limit: number,
): CheckedConnection {
  const { scheduler = asyncScheduler, random = Math.random } = options;
  if (typeof scheduler?.now !== 'function') throw badOption(where, 'scheduler', 'a scheduler', scheduler);
  check.optionalFunction('random', options.random);
  for (const option of ['retentionPolicy', 'token', 'username', 'password'] as const) {
    if (options[option] !== undefined) checkText(where, option, options[option]);
  }
  return {
    url: checkUrl(where, options.url),
    database: checkText(where, 'database', options.database),
    retentionPolicy: options.retentionPolicy,
    authorization: authorizationOf(where, options),
    requestTimeout: checkWait(check, 'requestTimeout', options.requestTimeout ?? 30_000),
    retry: checkRetry(where, options.retry ?? {}, { limit, limitAtFirst: LIMIT_AT_FIRST }),
    scheduler,
    random,
  };
}

/** Text that is not empty. */
export function checkText(where: string, option: string, text: unknown): string {
  if (typeof text !== 'string' || text === '') throw badOption(where, option, 'text', text);
  return text;
}

function checkUrl(where: string, text: unknown): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  // Passwords and query strings are not shown: messages end up in logs.
  if (typeof text === 'string' && text.includes('@')) {
    throw badOption(where, 'url', 'without a user, who goes into username and password', '…@…');
  }
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    const shown = typeof text === 'string' ? text.replace(/\?.*$/s, '?…') : text;
    throw badOption(where, 'url', "an address such as 'http://localhost:8086'", shown);
  }
  return url;
}

function authorizationOf(where: string, options: InfluxConnection): string | undefined {
  const { token, username, password } = options;
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    throw badOption(where, 'token', 'left out where there is a username or a password', 'both');
  }
  // A line break would end the header and begin another.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw badOption(where, 'token', 'printable ASCII without blanks', '…');
  }
  if (token !== undefined) return `Token ${token}`;
  if (username === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
}

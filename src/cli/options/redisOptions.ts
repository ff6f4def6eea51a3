import { type Command, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { badOption } from '../../core/options.ts';
import { redisTable } from '../../sources/redis/redisOptions.ts';
import type { ColumnOptions } from './options.ts';
import { names } from './parsers.ts';
import { refuseWithoutEffect } from './withoutEffect.ts';

/** The options of a command that reads streams of a Redis, as they were given. */
export interface RedisFlags {
  readonly redis?: string;
  readonly stream?: readonly string[];
}

/** The same where a Redis is read: what has to be given is there. */
export interface RedisOptions extends Pick<ColumnOptions, 'value'> {
  readonly redis: string;
  readonly stream: readonly string[];
  /** The paths of time and key. */
  readonly time?: string;
  readonly key?: string;
  readonly username?: string;
  readonly password?: string;
}

export function redisOptions(): readonly Option[] {
  return [
    new Option('--redis <url>', 'read streams of a Redis, such as redis://localhost:6379'),
    new Option('--stream <names>', `${redisTable.streams.about}, separated by commas`).argParser(names),
  ];
}

/** @throws RxAnomalyError BAD_OPTION where it is none, or holds a password, in error: no part of it is shown then */
export function checkRedisUrl(command: string, url: string): void {
  if (url.includes('@'))
    throw badOption(
      command,
      '--redis',
      'without a user and password, which go into REDIS_USERNAME and REDIS_PASSWORD',
      '…@…',
    );
  const expected = redisTable.url.kind.expected(url);
  if (expected !== undefined) throw badOption(command, '--redis', expected, url);
}

/** User and password from the environment. */
export function redisCredentials(): Pick<RedisOptions, 'username' | 'password'> {
  const { REDIS_USERNAME: username, REDIS_PASSWORD: password } = process.env;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

/**
 * What the options say of the Redis to read; undefined where none is named.
 *
 * @throws RxAnomalyError BAD_OPTION that names an option which is missing, wrong, or of no use
 */
export function readRedisOptions(
  command: 'detect' | 'serve',
  parsed: Command,
  { redis, stream, value, time, key }: RedisFlags & ColumnOptions,
): RedisOptions | undefined {
  refuseWithoutEffect(parsed, [['without --redis', redis !== undefined, ['stream']]]);
  if (redis === undefined) return undefined;
  checkRedisUrl(command, redis);
  if (stream === undefined) throw new RxAnomalyError('BAD_OPTION', `${command}: --redis needs --stream`);
  return {
    ...{ redis, stream },
    ...(value === undefined ? {} : { value }),
    ...path(command, 'time', time),
    ...path(command, 'key', key),
    ...redisCredentials(),
  };
}

function path(
  command: string,
  name: 'time' | 'key',
  given: string | readonly string[] | undefined,
): { readonly [name in 'time' | 'key']?: string } {
  const list = given === undefined || typeof given === 'string' ? given : given.join(',');
  if (list === undefined) return {};
  if (typeof given !== 'string' && given!.length !== 1)
    throw badOption(command, `--${name}`, 'one field of an entry, or a path in it', list);
  return { [name]: list };
}

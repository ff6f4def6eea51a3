import { type Command, Option } from 'commander';
import { redisTable } from '../../sources/redis/redisOptions.ts';
import type { ColumnOptions } from './options.ts';
import { names } from './parsers.ts';
import { credentials, onePath, present, required, requireUrl } from './sourceOptions.ts';
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
  requireUrl(command, '--redis', redis, redisTable.url.kind, 'REDIS');
  return {
    ...{ redis, stream: required(command, '--redis', '--stream', stream) },
    ...present({
      value,
      time: onePath(command, '--time', time, ONE_FIELD),
      key: onePath(command, '--key', key, ONE_FIELD),
    }),
    ...credentials('REDIS'),
  };
}

const ONE_FIELD = 'one field of an entry, or a path in it';

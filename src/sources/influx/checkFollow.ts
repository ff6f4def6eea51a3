import { checkWait } from '../../clients/retry.ts';
import { LONGEST_TIMER } from '../../core/optionKinds.ts';
import { badOption, optionChecks } from '../../core/options.ts';
import type { FollowOptions } from './influxOptions.ts';
import type { InfluxQuery } from './influxQuery.ts';
import { type CheckedPush, checkPush } from './push/checkPush.ts';

/** FollowOptions with every default filled in. */
export interface CheckedFollow {
  readonly every: number;
  readonly longest: number;
  /** Milliseconds. */
  readonly allowedLateness: number;
  readonly push: CheckedPush | undefined;
}

/** All that came within the lateness is kept in memory: ten years in milliseconds indicate a wrong unit. */
const LATEST_POINT = 10 * 366 * 24 * 3_600_000;

/** @returns undefined without follow */
export function checkFollow(
  where: string,
  follow: boolean | FollowOptions,
  query: InfluxQuery,
): CheckedFollow | undefined {
  if (follow === false) return undefined;
  const options = follow === true ? {} : follow;
  const check = optionChecks(`${where}: follow`);
  check.known(options, ['every', 'longest', 'allowedLateness', 'push']);
  if (query.to !== undefined) throw badOption(where, 'to', 'left out with follow', query.to);
  if (query.select?.isWhole === true) {
    throw badOption(where, 'follow', 'left out with a SELECT whose rows depend on their neighbours', follow);
  }
  if (query.select !== undefined && options.push !== undefined) {
    throw badOption(where, 'follow.push', 'left out with select', options.push);
  }
  const every = checkWait(check, 'every', options.every ?? 1000);
  const longest = checkWait(check, 'longest', options.longest ?? Math.min(10 * every, LONGEST_TIMER));
  if (longest < every) throw badOption(where, 'follow.longest', 'every or more', longest);
  return {
    every,
    longest,
    allowedLateness: check.within('allowedLateness', options.allowedLateness ?? 10_000, 0, LATEST_POINT),
    push: options.push === undefined ? undefined : checkPush(where, options.push),
  };
}

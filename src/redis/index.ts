/**
 * Readings from the streams of a Redis, and detection by many processes on it. Needs the package `@redis/client`. Node only.
 *
 * @module rx-anomaly/redis
 */

export { Backlog } from '../clients/backlog.ts';
export type { RedisLogin } from '../clients/redis/connectRedis.ts';
export type { RedisEntry } from '../clients/redis/streamReader.ts';
export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export type { Value } from '../core/reading.ts';
export { fromRedis, type RedisReading } from '../sources/redis/fromRedis.ts';
export type { FromRedisOptions, RedisPosition, RedisWarning } from '../sources/redis/redisOptions.ts';
export { type RedisEngine, redisEngine } from './redisEngine.ts';
export type { RedisEngineOptions } from './redisEngineOptions.ts';
export { redisPartitionOf, redisStreamOf } from './redisLog.ts';

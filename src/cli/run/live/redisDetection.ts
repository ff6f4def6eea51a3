import { Backlog } from '../../../clients/backlog.ts';
import { asJson, fields, type State, text } from '../../../models/snapshot/state.ts';
import { fromRedis, type RedisReading } from '../../../sources/redis/fromRedis.ts';
import type { RedisPosition } from '../../../sources/redis/redisOptions.ts';
import type { RedisOptions } from '../../options/redisOptions.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { detectorOptions } from '../detectorOptions.ts';
import { openDetection } from '../openDetection.ts';
import type { DetectionOptions } from '../rowOptions.ts';
import { detectorConfig } from '../runConfig.ts';
import { sourceRetry } from './outages.ts';

/** Of the state in its store. */
const NAME = 'redis';
/** Entries that wait: no more are asked for meanwhile. */
const MAX_WAITING = 5000;

/** The entries of Redis streams, until interrupted. */
export async function redisDetection(
  { redis: url, stream, value, time, key, username, password }: RedisOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { counts, log } = context;
  const backlog = new Backlog(MAX_WAITING);
  const paths = { value: value === undefined ? null : [...value], time: time ?? null, key: key ?? null };
  return await openDetection<RedisReading, RedisPosition>(
    {
      name: NAME,
      config: { stream: [...stream], ...paths, ...detectorConfig(detectionOptions) },
      detect: {
        ...detectorOptions<RedisReading>(detectionOptions, context, 'clock'),
        value: (entry) => entry.value,
      },
      readPosition,
      source: (position) =>
        fromRedis({
          ...({ url, streams: stream, backlog, position, username, password } as const),
          ...(value === undefined ? {} : { value: value.length === 1 ? value[0]! : value }),
          ...(time === undefined ? {} : { time }),
          ...(key === undefined ? {} : { key }),
          retry: sourceRetry(context),
          onWarning: ({ message }) => log(`warning: ${message}`),
        }),
      place: ({ position }) => {
        counts.newRows++;
        return () => asJson({ position });
      },
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => value ?? ['value'],
    },
    context,
  );
}

/** @throws RxAnomalyError BAD_SNAPSHOT where it is none of a Redis */
function readPosition(state: State): RedisPosition {
  const { position } = fields(state, ['position']);
  const saved = Object.entries(fields(position)).map(([stream, at]) => [stream, text(stream, at)]);
  return Object.fromEntries(saved) as RedisPosition;
}

import { ServerFailure } from '../../clients/retry.ts';
import { redisEngine, redisFleet } from '../../redis/redisEngine.ts';
import { redisTable } from '../../sources/redis/redisOptions.ts';
import { credentials, requireUrl } from '../options/sourceOptions.ts';
import type { BrokerSettings, OpenBroker, WorkerEvent } from './broker.ts';
import { messageReader } from './messageReader.ts';

export async function openRedis({
  command,
  url,
  in: given,
  out,
  partitions,
  value,
  time,
  keepVerdicts,
  log,
}: BrokerSettings): Promise<OpenBroker> {
  requireUrl(command, '--redis', url, redisTable.url.kind, 'REDIS');
  const login = { url, ...credentials('REDIS') };
  const events = given ?? (await redisFleet(login, out))?.in;
  if (events === undefined)
    throw new ServerFailure(`Redis: no worker has ever run with --out ${out}; start one`, true);
  const read = messageReader({ value, time });
  const engine = await redisEngine<WorkerEvent>({
    ...{ ...login, name: out, in: events },
    ...(partitions === undefined ? {} : { partitions }),
    ...(keepVerdicts === undefined ? {} : { keepVerdicts }),
    decode: ({ fields: { key = '', event }, time: stored }) => {
      if (event === undefined) throw new Error('has no field event');
      return read(key, Buffer.from(event), stored);
    },
    onProblem: (message) => log(`warning: ${message}`),
  });
  return { engine, fleet: async () => await redisFleet(login, out), close: async () => await engine.close() };
}

import { type RedisEngine, redisEngine } from '../../src/redis/redisEngine.ts';
import { describeEngine, type TestEngine, type TestEvent } from '../distributed/contractSuite.ts';
import { describeWithRedis } from '../support/environment/redis.ts';

let logs = 0;

describeWithRedis('the engine on Redis', (redis) => {
  describeEngine('Redis', async ({ partitions }): Promise<TestEngine<string>> => {
    const name = `t${logs++}`;
    const engines: RedisEngine<TestEvent>[] = [];
    return {
      connect: async () => {
        const options = { url: redis().url, name, partitions, lease: 2000, onProblem: () => {} };
        const engine = await redisEngine<TestEvent>(options);
        engines.push(engine);
        return engine;
      },
      kill: async (engine) => await engines.find(({ out }) => out === engine.out)?.close(),
      trim: async (partition, upTo) => {
        const [time, sequence] = upTo.split('/')[0]!.split('-');
        const next = `${time}-${Number(sequence) + 1}`;
        await redis().ask('XTRIM', `{${name}:${partition}}:in`, 'MINID', next);
      },
      trimVerdicts: async (partition, upTo) => {
        const [time, sequence] = upTo.split('-');
        await redis().ask('XTRIM', `{${name}:${partition}}:out`, 'MINID', `${time}-${Number(sequence) + 1}`);
      },
      close: async () => {
        await Promise.all(engines.map((engine) => engine.close()));
      },
    };
  });
});

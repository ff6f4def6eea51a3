import { describe, expect, it } from 'vitest';
import { redisEngine } from '../../../src/redis/redisEngine.ts';
import { redisPartitionOf, redisStreamOf } from '../../../src/redis/redisLog.ts';
import { deliveredOf } from '../../distributed/workers.ts';
import { describeWithRedis, type RedisServer } from '../../support/environment/redis.ts';
import { rxAnomaly, start } from '../rxAnomaly.ts';

const TIMEOUT = 600_000;
const KEYS = 30;
const PARTITIONS = 6;
const MODELS = [
  '--forecaster',
  'ema',
  '--scorer',
  'zScore',
  '--value',
  'v',
  '--time',
  'at',
  '--deliver',
  'all',
];

/** Adds the same events to both logs; keys in turn, so that those of one are in order. */
async function send(redis: RedisServer, from: number, to: number): Promise<void> {
  const add = async (n: number): Promise<void> => {
    const draw = ((Math.imul(n + 1, 2_654_435_761) >>> 0) % 1000) / 1000;
    const v = Math.sin(n / 300) + draw + (n % 211 === 0 ? 9 : 0);
    const event = JSON.stringify({ v, at: 1_700_000_000_000 + n * 1000 });
    const key = `k${n % KEYS}`;
    const fields = ['*', 'key', key, 'event', event];
    await redis.ask('XADD', redisStreamOf('readings', redisPartitionOf(key, PARTITIONS)), ...fields);
    await redis.ask('XADD', redisStreamOf('alone', 0), ...fields);
  };
  for (let n = from; n < to; n += KEYS) await Promise.all(Array.from({ length: KEYS }, (_, k) => add(n + k)));
}

/** What is delivered, by key, without positions, which differ between logs. */
async function delivered(redis: RedisServer, name: string, events: string): Promise<Map<string, object[]>> {
  const engine = await redisEngine({ url: redis.url, name, in: events, onProblem: () => {} });
  const byKey = new Map<string, object[]>();
  for (const text of (await deliveredOf(engine as never)).flat()) {
    const { position: _, key, ...verdict } = JSON.parse(text) as { position: string; key: string };
    byKey.set(key, [...(byKey.get(key) ?? []), verdict]);
  }
  await engine.close();
  return byKey;
}

async function lag(redis: RedisServer, name: string): Promise<number> {
  const { stdout } = await rxAnomaly(['status', '--redis', redis.url, '--out', name, '--format', 'json']);
  return stdout === '' ? Number.POSITIVE_INFINITY : (JSON.parse(stdout) as { lag: number }).lag;
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((done) => setTimeout(done, 100));
}

function worker(redis: RedisServer, name: string, events: string, partitions: number) {
  const started = start([
    ...['worker', '--redis', redis.url, '--in', events, '--out', name, '--partitions', String(partitions)],
    ...MODELS,
  ]);
  let seen = '';
  started.child.stderr!.on('data', (text: string) => {
    seen += text;
  });
  return { ...started, hasTaken: () => seen.includes('taken') };
}

describe('workers', { timeout: TIMEOUT }, () => {
  describeWithRedis('on Redis', (redis) => {
    it('that die, with a server that dies, deliver what one process delivers', async () => {
      const running = Array.from({ length: 3 }, () => worker(redis(), 'shared', 'readings', PARTITIONS));
      const alone = worker(redis(), 'single', 'alone', 1);
      await until(() => [...running, alone].every((each) => each.hasTaken()));
      const chunk = KEYS * 10;
      let sent = 0;
      for (let round = 0; round < 6; round++) {
        await send(redis(), sent, sent + chunk);
        sent += chunk;
        running.shift()!.child.kill('SIGKILL');
        running.push(worker(redis(), 'shared', 'readings', PARTITIONS));
        if (round === 2 || round === 4) {
          await redis().kill();
          await redis().start();
        }
      }
      await until(async () => (await lag(redis(), 'shared')) === 0 && (await lag(redis(), 'single')) === 0);
      const [shared, single] = [
        await delivered(redis(), 'shared', 'readings'),
        await delivered(redis(), 'single', 'alone'),
      ];
      expect([...single.values()].reduce((sum, { length }) => sum + length, 0)).toBe(sent);
      expect([...shared.keys()].sort()).toEqual([...single.keys()].sort());
      for (const [key, verdicts] of single) expect(shared.get(key), key).toEqual(verdicts);
      for (const each of [...running, alone]) each.child.kill('SIGTERM');
      for (const each of [...running, alone]) expect((await each.finished).code).toBe(143);
    });

    it('name what is wrong', async () => {
      const bad = async (...args: string[]): Promise<string> => (await rxAnomaly(args)).stderr;
      expect(await bad('status', '--redis', redis().url, '--out', 'none')).toContain(
        'no worker has ever run',
      );
      expect(await bad('worker', '--redis', 'redis://me:hidden@x', '--in', 'a')).toMatch(
        /^(?!.*hidden).*REDIS_PASSWORD/,
      );
    });
  });
});

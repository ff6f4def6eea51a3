import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../../src/clients/redis/connectRedis.ts';
import { Overtaken, Trimmed } from '../../src/distributed/contract.ts';
import { type RedisEngine, redisEngine } from '../../src/redis/redisEngine.ts';
import type { RedisEngineOptions } from '../../src/redis/redisEngineOptions.ts';
import { redisPartitionOf, redisStreamOf } from '../../src/redis/redisLog.ts';
import { RedisVerdicts } from '../../src/redis/redisVerdicts.ts';
import { describeWithRedis, type RedisServer } from '../support/environment/redis.ts';

interface Event {
  readonly key: string;
  readonly value: number;
}

async function engineOf(
  redis: RedisServer,
  name: string,
  options: Partial<RedisEngineOptions<Event>> = {},
): Promise<RedisEngine<Event>> {
  const all = { url: redis.url, name, partitions: 2, lease: 1000, onProblem: () => {}, ...options };
  return await redisEngine<Event>(all);
}

const events = (count: number): { key: string; event: Event }[] =>
  Array.from({ length: count }, (_, value) => ({
    key: `k${value % 7}`,
    event: { key: `k${value % 7}`, value },
  }));

/** The events of a partition after a position, until there are so many. */
async function read(
  engine: RedisEngine<Event>,
  partition: number,
  count: number,
  after?: string,
): Promise<{ readonly position: string; readonly value: number | string }[]> {
  const found: { position: string; value: number | string }[] = [];
  const stop = new AbortController();
  if (count === 0) return found;
  for await (const { entries } of engine.log.read(partition, after, 13, stop.signal)) {
    for (const entry of entries)
      found.push({ position: entry.position, value: entry.unreadable ?? entry.event.value });
    if (found.length >= count) stop.abort();
  }
  return found;
}

async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await test())) await new Promise((done) => setTimeout(done, 10));
}

describeWithRedis('the engine on Redis', (redis) => {
  it('gives all events of a partition in order, from any position, and how many are left', async () => {
    const name = `e-${randomUUID()}`;
    const engine = await engineOf(redis(), name);
    await engine.log.publish(events(100));
    const seen: number[] = [];
    for (const p of [0, 1]) {
      const count = await engine.log.lag(p, undefined);
      const all = await read(engine, p, count);
      seen.push(...all.map(({ value }) => Number(value)));
      expect(all.map(({ position }) => position)).toEqual(
        all.map(({ position }) => position).toSorted((a, b) => engine.log.compare(a, b)),
      );
      for (const cut of [1, 12, 13, count - 1]) {
        const { position } = all[cut - 1]!;
        expect(await engine.log.lag(p, position)).toBe(count - cut);
        expect(await read(engine, p, count - cut, position)).toEqual(all.slice(cut));
      }
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, k) => k));
    await engine.close();
  });

  it('takes what any producer adds, and names what it cannot read', async () => {
    const name = `e-${randomUUID()}`;
    const engine = await engineOf(redis(), name);
    const waiting = read(engine, 0, 2);
    await redis().ask('XADD', redisStreamOf(name, 0), '*', 'temp', '3');
    await redis().ask('XADD', redisStreamOf(name, 0), '*', 'event', '{"key":"a","value":4}');
    expect((await waiting).map(({ value }) => value)).toEqual([
      expect.stringMatching(/^\{e-.*:0\}:in .* has no field event/),
      4,
    ]);
    await engine.close();
  });

  it('reports events that are gone, at the start and while it reads', async () => {
    const name = `e-${randomUUID()}`;
    const engine = await engineOf(redis(), name, { partitions: 1 });
    await engine.log.publish(events(60));
    const all = await read(engine, 0, 60);
    const reading = engine.log
      .read(0, all[2]!.position, 5, new AbortController().signal)
      [Symbol.asyncIterator]();
    expect((await reading.next()).done).toBe(false);
    await redis().ask('XTRIM', redisStreamOf(name, 0), 'MAXLEN', '30'); // more than are read ahead
    const ahead = async (): Promise<void> => {
      for (let k = 0; k < 2; k++) await reading.next();
    };
    await expect(ahead()).rejects.toThrow(Trimmed);
    expect(await read(engine, 0, 30, all[29]!.position)).toEqual(all.slice(30));
    await expect(read(engine, 0, 30, all[28]!.position)).rejects.toThrow(
      /, 1 entries after .* let it keep more/,
    );
    await redis().ask('DEL', redisStreamOf(name, 0));
    await expect(read(engine, 0, 1, all[59]!.position)).rejects.toThrow(Trimmed);
    await engine.close();
  });

  it('appends verdicts all or nothing, and only at the end that was seen', async () => {
    const name = `e-${randomUUID()}`;
    const [a, b] = [await engineOf(redis(), name), await engineOf(redis(), name)];
    const none = await a.out.last(0);
    expect(none).toEqual({ position: undefined, revision: '' });
    const first = await a.out.append(0, none, '1-0/1', '[1]');
    await expect(b.out.append(0, none, '1-0/1', '[1]')).rejects.toThrow(Overtaken);
    expect(await b.out.last(0)).toEqual(first);
    const racers = Array.from({ length: 20 }, (_, k) =>
      (k % 2 === 0 ? a : b).out.append(0, first, `2-0/2`, `[${k}]`),
    );
    const won = (await Promise.allSettled(racers)).filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    const stop = new AbortController();
    const found: string[] = [];
    const reading = (async () => {
      for await (const { verdicts, position } of b.out.read(0, undefined, stop.signal)) {
        found.push(`${position} ${verdicts.length}`);
        if (found.length === 3) stop.abort();
      }
    })();
    await until(() => found.length === 2);
    await a.out.append(0, await a.out.last(0), '3-0/3', '[]');
    await reading;
    expect(found.map((each) => each.split(' ')[0])).toEqual(['1-0/1', '2-0/2', '3-0/3']);
    expect(await a.out.last(1)).toEqual(none);
    await Promise.all([a.close(), b.close()]);
  });

  it('removes old verdicts, the last ones of a partition never, by the clock of the server', async () => {
    const login = { url: redis().url };
    const connected = await connectRedis(login);
    const out = new RedisVerdicts(connected, login, 'kept', 1);
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 1e9); // of a machine that is ahead
    for (let n = 1; n <= 350; n++) await out.append(0, await out.last(0), `${n}-0/${n}`, `[${n}]`);
    vi.restoreAllMocks();
    expect(Number(await redis().ask('XLEN', '{kept:0}:out'))).toBeLessThan(250);
    expect((await out.last(0)).position).toBe('350-0/350');
    connected.close();
  });

  it('keeps states of any bytes and size, each only over the revision that was seen', async () => {
    const name = `e-${randomUUID()}`;
    const [a, b] = [await engineOf(redis(), name), await engineOf(redis(), name)];
    const names = Array.from({ length: 150 }, (_, k) => (k === 0 ? 'sensor/1 ü\n"' : `k${k}`));
    const bytes = (k: number): Uint8Array => Uint8Array.from({ length: 1000 * k }, (_, j) => (j * k) % 251);
    const states = names.map((each, k) => ({ name: each, state: bytes(k), revision: undefined }));
    const revisions = await a.states.save(0, states);
    const found = await b.states.load(0, [...names, 'none']);
    expect(found.at(-1)).toBeUndefined();
    expect(found.slice(0, -1).map((each) => each!.revision)).toEqual(revisions);
    for (const [k, each] of found.slice(0, -1).entries())
      expect(Buffer.compare(each!.state, bytes(k))).toBe(0);
    await expect(b.states.save(0, [states[3]!])).rejects.toThrow(/there is a newer state of k3/);
    const [next] = await b.states.save(0, [{ ...states[3]!, revision: revisions[3] }]);
    await expect(a.states.save(0, [{ ...states[3]!, revision: revisions[3] }])).rejects.toThrow(Overtaken);
    expect((await a.states.load(0, ['k3']))[0]!.revision).toBe(next);
    expect(await a.states.load(1, ['k3'])).toEqual([undefined]);
    await Promise.all([a.close(), b.close()]);
  });

  it('shares partitions evenly, hands them over, and takes those of the dead', async () => {
    const name = `e-${randomUUID()}`;
    const make = () => engineOf(redis(), name, { partitions: 5, lease: 1000 });
    const [a, b] = [await make(), await make()];
    const own = { a: new Set<number>(), b: new Set<number>() };
    const stops = { a: new AbortController(), b: new AbortController() };
    const follow = async (who: 'a' | 'b', engine: RedisEngine<Event>, releases: boolean): Promise<void> => {
      for await (const { gained, lost } of engine.assignment.watch(who, stops[who].signal)) {
        for (const p of gained) own[who].add(p);
        for (const p of lost) own[who].delete(p);
        if (releases) await engine.assignment.release(who, lost);
      }
    };
    const first = follow('a', a, true);
    await until(() => own.a.size === 5);
    const second = follow('b', b, true);
    const closed = expect(second).rejects.toThrow('the engine was closed while a worker used it');
    await until(() => own.a.size === 3 && own.b.size === 2);
    await until(async () => (await a.assignment.owners()).size === 5);
    expect(new Set([...own.a, ...own.b]).size).toBe(5);
    await b.close(); // without giving anything back, as a process that dies
    await until(() => own.a.size === 5);
    stops.a.abort();
    await Promise.all([first, closed]);
    await a.assignment.release('a', [0, 1, 2, 3, 4]);
    expect((await a.assignment.owners()).size).toBe(0);
    await a.close();
  });

  it('works on after kill -9 of the server, with all that was acknowledged', async () => {
    const name = `e-${randomUUID()}`;
    const problems: string[] = [];
    const engine = await engineOf(redis(), name, {
      partitions: 1,
      onProblem: (message) => problems.push(message),
    });
    await engine.log.publish(events(20));
    const delivered = await engine.out.append(0, await engine.out.last(0), '1-0/1', '[1]');
    const [revision] = await engine.states.save(0, [
      { name: 'a', state: Uint8Array.of(7), revision: undefined },
    ]);
    await redis().kill();
    await expect(engine.out.last(0)).rejects.toMatchObject({ code: 'SERVER', isTransient: true });
    await redis().start();
    await until(() =>
      engine.out.last(0).then(
        () => true,
        () => false,
      ),
    );
    expect(await engine.out.last(0)).toEqual(delivered);
    expect((await engine.states.load(0, ['a']))[0]).toEqual({ state: Uint8Array.of(7), revision });
    expect(await read(engine, 0, 20)).toHaveLength(20);
    expect(problems[0]).toMatch(/^Redis \(127\.0\.0\.1:\d+\): .*connecting again$/);
    await engine.close();
  });

  it('refuses other settings under its name, and a server that evicts', async () => {
    const name = `e-${randomUUID()}`;
    await (await engineOf(redis(), name)).close();
    await expect(engineOf(redis(), name, { partitions: 3 })).rejects.toThrow(
      /other settings.*"partitions":2/,
    );
    await redis().ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(engineOf(redis(), name)).rejects.toThrow(/allkeys-lru.*noeviction/);
    await redis().ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await redis().ask('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '+@all', '-eval');
    const limited = { username: 'limited', password: 'secret' };
    await expect(engineOf(redis(), name, limited)).rejects.toThrow(/scripts \(EVAL\) are needed.*NOPERM/);
  });

  it('reports a server without room, and one that does not write to disk', async () => {
    const name = `e-${randomUUID()}`;
    const problems: string[] = [];
    await redis().ask('CONFIG', 'SET', 'appendonly', 'no');
    const engine = await engineOf(redis(), name, { onProblem: (message) => problems.push(message) });
    expect(problems).toEqual([expect.stringMatching(/appendonly no/)]);
    await redis().ask('CONFIG', 'SET', 'maxmemory', '1mb');
    const added = engine.log.publish(events(1));
    await expect(added).rejects.toMatchObject({
      isTransient: true,
      message: expect.stringMatching(/maxmemory/),
    });
    await redis().ask('CONFIG', 'SET', 'maxmemory', '0');
    await redis().ask('CONFIG', 'SET', 'appendonly', 'yes');
    await engine.close();
  });
});

describeWithRedis(
  'the engine on a Cluster',
  (redis) => {
    it('refuses it', async () => {
      await expect(engineOf(redis(), 'c')).rejects.toThrow(/is a Cluster; use one server/);
    });
  },
  ['--cluster-enabled', 'yes'],
);

describe('the partition of a key', () => {
  it('is FNV-1a of its UTF-8, the same for all producers', () => {
    const known: readonly (readonly [string, number])[] = [
      ['', 0x811c9dc5],
      ['a', 0xe40c292c],
      ['foobar', 0xbf9cf968],
    ];
    for (const [key, hash] of known) expect(redisPartitionOf(key, 1024)).toBe(hash % 1024);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1024 }), (key, partitions) => {
        const partition = redisPartitionOf(key, partitions);
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
      }),
    );
  });

  it.each([
    [{ url: 'redis://localhost', name: 'a:b' }, 'name'],
    [{ url: 'redis://localhost', name: 'a', partitions: 0 }, 'partitions'],
    [{ url: 'redis://localhost', name: 'a', lease: 10 }, 'lease'],
    [{ url: 'localhost', name: 'a' }, 'url'],
  ])('refuses the options %j', (options, name) => {
    expect(() => redisEngine(options as never)).toThrow(new RegExp(`^redisEngine: .*${name}`));
  });
});

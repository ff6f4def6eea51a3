import { randomUUID } from 'node:crypto';
import { firstValueFrom, type Subscription } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/clients/backlog.ts';
import { connectRedis } from '../../../src/clients/redis/connectRedis.ts';
import type { RetryReport } from '../../../src/clients/retry.ts';
import { fromRedis, type RedisReading } from '../../../src/sources/redis/fromRedis.ts';
import type { FromRedisOptions, RedisWarning } from '../../../src/sources/redis/redisOptions.ts';
import { describeWithRedis, type RedisServer } from '../../support/environment/redis.ts';

const RETRY = { first: 20, longest: 100 };
const subscriptions: Subscription[] = [];
afterEach(() => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
});

/** A subscription, what it has emitted so far, and what went wrong. */
function reader(options: FromRedisOptions, onNext: () => void = () => {}) {
  const seen: RedisReading[] = [];
  const warnings: RedisWarning[] = [];
  const retries: RetryReport[] = [];
  const errors: unknown[] = [];
  const subscription = fromRedis({
    retry: { ...RETRY, onRetry: (report) => retries.push(report) },
    onWarning: (warning) => warnings.push(warning),
    ...options,
  }).subscribe({
    next: (reading) => {
      seen.push(reading);
      onNext();
    },
    error: (error: unknown) => errors.push(error),
  });
  subscriptions.push(subscription);
  return { seen, warnings, retries, errors, subscription, values: () => seen.map(({ value }) => value) };
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((done) => setTimeout(done, 5));
}

const add = async (redis: RedisServer, stream: string, ...values: number[]): Promise<void> => {
  for (const value of values) await redis.ask('XADD', stream, '*', 'value', String(value));
};

describeWithRedis('fromRedis', (redis) => {
  const nameOf = (): string => `s-${randomUUID()}`;
  const of = (streams: string | string[]): FromRedisOptions => ({ url: redis().url, streams });

  it('reads what is there, and then what comes', async () => {
    const stream = nameOf();
    await add(redis(), stream, 1, 2);
    const { seen, values } = reader(of(stream));
    await until(() => seen.length === 2);
    await add(redis(), stream, 3);
    await until(() => seen.length === 3);
    expect(values()).toEqual([1, 2, 3]);
    expect(seen[2]).toMatchObject({ key: stream, stream });
    expect(Math.abs(seen[2]!.time - Date.now())).toBeLessThan(60_000);
  });

  it('resumes after any position, of several streams, until each was read once', async () => {
    const [a, b] = [nameOf(), nameOf()];
    await add(redis(), a, ...Array.from({ length: 30 }, (_, k) => k));
    await add(redis(), b, ...Array.from({ length: 30 }, (_, k) => 100 + k));
    const whole = reader(of([a, b]));
    await until(() => whole.seen.length === 60);
    for (const cut of [1, 29, 30, 31, 59]) {
      const position = JSON.parse(JSON.stringify(whole.seen[cut - 1]!.position)) as Record<string, string>;
      const rest = reader({ ...of([a, b]), position });
      await until(() => rest.seen.length === 60 - cut);
      expect(rest.values()).toEqual(whole.values().slice(cut));
      expect(rest.warnings).toEqual([]);
    }
  });

  it('begins with what is new where that is asked for', async () => {
    const stream = nameOf();
    await add(redis(), stream, 1);
    const { seen, values } = reader({ ...of(stream), from: 'new' });
    const live = setInterval(() => void add(redis(), stream, 2), 20); // until it has begun
    await until(() => seen.length > 0);
    clearInterval(live);
    expect(new Set(values())).toEqual(new Set([2]));
  });

  it('reads fields, and JSON in them, by path', async () => {
    const stream = nameOf();
    const time = '2026-01-05T00:00:00Z';
    await redis().ask('XADD', stream, '*', 'data', '{"temp":"21.5","hum":[40]}', 'host', 'a', 'at', time);
    const { seen } = reader({ ...of(stream), value: ['data.temp', 'data.hum.0'], key: 'host', time: 'at' });
    await until(() => seen.length === 1);
    expect(seen[0]).toMatchObject({ key: 'a', value: [21.5, 40], time: Date.parse(time) });
  });

  it('reports what it cannot read', async () => {
    const stream = nameOf();
    await redis().ask('XADD', stream, '1-1', 'temp', '21');
    await redis().ask('XADD', stream, '*', 'value', 'high', 'temp', '3');
    await add(redis(), stream, 5);
    const { seen, warnings } = reader(of(stream));
    await until(() => seen.length === 1);
    expect(warnings.map(({ message }) => message)).toEqual([
      `Redis: entry 1-1 of ${stream} has no value; its numbers are in temp; it is left out; name another stream, or the field of the value`,
      expect.stringMatching(/expected value to be a number, got "high".*\(2 such entries so far\)/),
    ]);
  });

  it('reports entries that were removed before they were read, and only then', async () => {
    const stream = nameOf();
    await add(redis(), stream, 1, 2, 3, 4, 5);
    const first = reader(of(stream));
    await until(() => first.seen.length === 5);
    first.subscription.unsubscribe();
    const after = (k: number): FromRedisOptions => ({ ...of(stream), position: first.seen[k]!.position });
    await redis().ask('XTRIM', stream, 'MAXLEN', '3');
    const exact = reader(after(1)); // has had 1 and 2
    const late = reader(after(0));
    await until(() => exact.seen.length === 3 && late.seen.length === 3);
    expect(exact.warnings).toEqual([]);
    expect(late.warnings).toMatchObject([
      { kind: 'gone', message: expect.stringMatching(/, 1 entries after/) },
    ]);
    await redis().ask('XTRIM', stream, 'MAXLEN', '0');
    const none = reader(after(3));
    await until(() => none.warnings.length > 0);
    expect(none.warnings).toMatchObject([{ message: expect.stringMatching(/, 1 entries after/) }]);
    await add(redis(), stream, 6);
    await until(() => none.seen.length === 1);
    expect(none.warnings).toHaveLength(1);
    expect(reader(after(4)).warnings).toEqual([]);
  });

  it('reports a deleted entry, and a stream that is another one by now', async () => {
    const stream = nameOf();
    await add(redis(), stream, 1, 2, 3);
    const ids = (await redis().ask<[string, string[]][]>('XRANGE', stream, '-', '+')).map(([id]) => id);
    const first = reader(of(stream));
    await until(() => first.seen.length === 3);
    first.subscription.unsubscribe();
    await redis().ask('XDEL', stream, ids[1]!);
    const second = reader({ ...of(stream), position: first.seen[0]!.position });
    await until(() => second.seen.length === 1);
    expect(second.warnings[0]!.message).toMatch(/an entry after .* was deleted before it was read/);
    second.subscription.unsubscribe();
    await redis().ask('DEL', stream);
    await redis().ask('XADD', stream, '1-1', 'value', '7');
    const third = reader({ ...of(stream), position: first.seen[2]!.position });
    await until(() => third.warnings.length > 0);
    expect(third.warnings[0]!.message).toMatch(/it is another one by now/);
  });

  it('reads each entry once where the server is killed and comes back', async () => {
    const stream = nameOf();
    const found = reader(of(stream));
    const expected: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (let k = 0; k < 50; k++) expected.push(expected.length);
      await add(redis(), stream, ...expected.slice(-50));
      if (round === 1) await until(() => found.seen.length > 60);
      await redis().kill();
      await redis().start();
    }
    await until(() => found.seen.length >= expected.length);
    expect(found.values()).toEqual(expected);
    expect(found.warnings).toEqual([]);
    expect(found.errors).toEqual([]);
  });

  it('reads no further while its backlog is full', async () => {
    const stream = nameOf();
    const backlog = new Backlog(1);
    const { seen } = reader({ ...of(stream), backlog }, () => backlog.add(1));
    await add(redis(), stream, 1);
    await until(() => seen.length === 1);
    await add(redis(), stream, 2);
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setTimeout(done, 5));
    expect(seen).toHaveLength(1);
    backlog.add(-1);
    await until(() => seen.length === 2);
  });

  it('takes a server that hangs for lost', async () => {
    const connection = await connectRedis({ url: redis().url });
    redis().signal('SIGSTOP');
    await expect(connection.ask(['PING'], 200)).rejects.toMatchObject({ code: 'SERVER', isTransient: true });
    redis().signal('SIGCONT');
    connection.close();
  });

  it('ends with an error where the server refuses', async () => {
    await redis().ask('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '+@all', '-eval');
    const source = fromRedis({ ...of('a'), username: 'limited', password: 'secret' });
    await expect(firstValueFrom(source)).rejects.toThrow(/NOPERM.*ACL SETUSER/);
    const wrong = fromRedis({ ...of('a'), username: 'limited', password: 'wrong' });
    await expect(firstValueFrom(wrong)).rejects.toThrow(/^(?!.*wrong).*check user name and password/);
  });
});

describe('fromRedis, without a server', () => {
  it('gives up after four attempts, with the reason', async () => {
    const source = fromRedis({
      url: 'redis://127.0.0.1:1',
      streams: 'a',
      retry: { ...RETRY, onRetry: () => {} },
    });
    await expect(firstValueFrom(source)).rejects.toThrow(
      /^Redis \(127\.0\.0\.1:1\): .*ECONNREFUSED.*5 attempts, as it was never reached/,
    );
  });

  it.each([
    [{ url: 'http://localhost', streams: 'a' }, 'url'],
    [{ url: 'redis://me:hidden@localhost', streams: 'a' }, 'url'],
    [{ url: 'redis://localhost', streams: [] }, 'streams'],
    [{ url: 'redis://localhost', streams: ['a', 'a'] }, 'streams'],
    [{ url: 'redis://localhost', streams: 'a', value: '' }, 'value'],
    [{ url: 'redis://localhost', streams: 'a', from: 'end' }, 'from'],
    [{ url: 'redis://localhost' }, 'streams'],
  ])('refuses %j, and shows no password', (options, name) => {
    expect(() => fromRedis(options as never)).toThrow(new RegExp(`^(?!.*hidden)fromRedis: .*${name}`));
  });
});

import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { describeWithRedis, type RedisServer } from '../../support/environment/redis.ts';
import { rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';
import { picture, serve } from '../serve/served.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const random = new Random(3);
const ROWS = Array.from({ length: 400 }, (_, k) => ({
  time: new Date(Date.UTC(2026, 0, 5) + 60_000 * k).toISOString(),
  value: 20 + 5 * Math.sin(k / 20) + 0.3 * random.normal() + (k === 350 ? 40 : 0),
}));

async function add(redis: RedisServer, stream: string, rows: typeof ROWS): Promise<void> {
  for (const { time, value } of rows)
    await redis.ask('XADD', stream, '*', 'at', time, 'data', JSON.stringify({ temp: value }));
}

/** Resolves when a process has written so many lines. */
async function written({ child }: Started, count: number): Promise<void> {
  let lines = 0;
  while (lines < count) {
    const [text] = (await once(child.stdout!, 'data')) as [string];
    lines += text.split('\n').length - 1;
  }
}

describeWithRedis('detect --redis', (redis) => {
  const args = (stream: string, ...more: string[]): string[] => [
    ...['--redis', redis().url, '--stream', stream, '--value', 'data.temp', '--time', 'at', ...more],
  ];

  it('makes the same verdicts as of a table, through Ctrl-C, kill -9 of the server, and a restart', async () => {
    const lines = ROWS.map(({ time, value }) => `${time},${value}`);
    const table = folder.file('press.csv', ['time,temp', ...lines].join('\n'));
    const expected = parseLines((await rxAnomaly(['detect', table])).stdout);
    const kept = ['detect', ...args('press', '--checkpoint', join(folder.path, 'state'))];
    let found = '';
    for (const part of [ROWS.slice(0, 150), ROWS.slice(150, 300), ROWS.slice(300)]) {
      const run = start(kept);
      const all = written(run, part.length);
      await add(redis(), 'press', part.slice(0, 100));
      await redis().kill();
      await redis().start();
      await add(redis(), 'press', part.slice(100));
      await all;
      run.child.kill('SIGINT');
      const { stdout, stderr, code } = await run.finished;
      expect(stderr).toContain('state saved in');
      expect(code).toBe(130);
      found += stdout;
    }
    const facts = (all: typeof expected): unknown[] =>
      all.map(({ time, value, score }) => ({ time, value, score }));
    expect(facts(parseLines(found))).toEqual(facts(expected));
    await add(redis(), 'press', ROWS.slice(0, 9));
    await redis().ask('XTRIM', 'press', 'MAXLEN', '2');
    const late = start(kept);
    await written(late, 2);
    late.child.kill('SIGINT');
    expect((await late.finished).stderr).toMatch(/warning: Redis: of the stream press, 7 entries after/);
  });

  it('names what it cannot use: a key that is no stream, a port without TLS, entries without a value', async () => {
    await redis().ask('SET', 'text', 'a');
    const wrong = await rxAnomaly(['detect', '--redis', redis().url, '--stream', 'text']);
    expect(wrong.stderr).toMatch(/WRONGTYPE .*; that key is no stream/);
    expect(wrong.code).toBe(1);
    await redis().ask('XADD', 'named', '*', 'temp', '5');
    const found = async (run: Started, text: string): Promise<string> => {
      let stderr = '';
      while (!stderr.includes(text)) stderr += String((await once(run.child.stderr!, 'data'))[0]);
      run.child.kill('SIGINT');
      return (await run.finished).stderr;
    };
    const url = redis().url.replace('redis:', 'rediss:');
    const [unnamed] = await Promise.all([
      found(start(['detect', '--redis', redis().url, '--stream', 'named']), 'its numbers are in temp'),
      found(start(['detect', '--redis', url, '--stream', 'named']), 'has that port TLS?'),
    ]);
    expect(unnamed).toContain('no entries: there was nothing');
  });

  it('shows a stream for each key', async () => {
    for (const host of ['a', 'b']) await redis().ask('XADD', 'plant', '*', 'value', '5', 'host', host);
    const { url } = await serve(['--redis', redis().url, '--stream', 'plant', '--key', 'host']);
    let shown: readonly string[] = [];
    while (shown.length < 2) {
      shown = ((await picture(url)).streams ?? []).map(({ name }) => String(name));
      await new Promise((done) => setTimeout(done, 50));
    }
    expect([...shown].sort()).toEqual(['a', 'b']);
  });
});

describe('detect --redis, called wrongly', () => {
  const URL = ['--redis', 'redis://localhost'];
  it.each([
    [URL, /--redis needs --stream/],
    [['--stream', 'a'], /--stream has no effect without --redis/],
    [[...URL, '--stream', 'a', '--key', 'x,y'], /--key.*one field of an entry/],
    [[...URL, '--stream', 'a', '--since', '1h'], /--since has no effect without --influx or --prometheus/],
    [['--redis', 'http://localhost', '--stream', 'a'], /--redis.*redis:\/\/localhost:6379/],
    [['--redis', 'redis://me:hidden@localhost', '--stream', 'a'], /^(?!.*hidden).*REDIS_PASSWORD/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await rxAnomaly(['detect', ...more]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

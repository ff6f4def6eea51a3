import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { InfluxPosition } from '../../../src/influx/index.ts';
import { seal } from '../../../src/models/snapshot/snapshot.ts';
import type { Json } from '../../../src/models/snapshot/state.ts';
import { FileCheckpointStore } from '../../../src/stores/fileCheckpointStore.ts';
import { faultyProxy } from '../../support/environment/faultyProxy.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { rxAnomaly, start, temporaryFolder } from '../rxAnomaly.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const START = BigInt(Date.UTC(2026, 0, 5)) * 1_000_000n;
const KEYS = ['a', 'b'];
/** How soon a run ends that took so long to start, in milliseconds: on a machine under load both take longer. */
const promptly = (startUp: number): number => 4000 + 5 * startUp;
const KILLS = { most: 24, least: 12, within: 25_000 }; // as many as go into that many ms

/** What two pumps read at a second: a season, noise, a spike now and then. */
function pointsAt(second: number, random: Random): string[] {
  return KEYS.map((key) => {
    const spike = random.uniform() < 0.004 ? 40 : 0;
    const rpm = 5 * Math.sin(second / 20) + 0.3 * random.normal() + spike;
    return `pumps,pump=${key} rpm=${rpm} ${START + BigInt(second) * 1_000_000_000n + 7n}`;
  });
}

/** Where in the source the state in a folder is, which another process may be using. */
async function positionIn(folder: string): Promise<unknown> {
  const saved = await new FileCheckpointStore(folder, { readOnly: true }).load('influx');
  return (saved!.state as { readonly position: unknown }).position;
}

describeWithInfluxd('detect --influx', (influxd) => {
  /** Pumps in a database of their own. */
  class Pumps {
    seconds = 0; // written so far
    readonly #random = new Random(5);
    readonly database: string;

    constructor(database: string) {
      this.database = database;
    }

    args(...more: string[]): string[] {
      return [
        ...['detect', '--influx', influxd().url, '--database', this.database, '--measurement', 'pumps'],
        ...['--field', 'rpm', '--group-by', 'pump', ...more],
      ];
    }

    async write(count: number): Promise<void> {
      const lines = Array.from({ length: count }, () => pointsAt(this.seconds++, this.#random)).flat();
      await influxd().write(this.database, lines);
    }

    /** Everything in a measurement, its series in the order of their names. */
    async rows(measurement: string): Promise<unknown[]> {
      const series = await influxd().query(`SELECT * FROM "${measurement}" GROUP BY pump`, this.database);
      return series.map(({ tags, columns, values }) => ({ tags, columns, values }));
    }
  }

  let pumps: Pumps;
  const args = (...more: string[]) => pumps.args(...more);
  const write = (count: number) => pumps.write(count);
  const rows = (measurement: string) => pumps.rows(measurement);

  beforeAll(async () => {
    pumps = new Pumps(await influxd().freshDatabase());
    await write(1000);
  });

  it('writes a verdict for every point, in order of time', async () => {
    const { code, stdout, stderr } = await rxAnomaly(args());
    expect(stderr).toMatch(/^2,000 points in .* anomal/m);
    expect(code).toBe(0);
    const lines = parseLines(stdout);
    expect(lines).toHaveLength(2000);
    expect(lines.map(({ key }) => key)).toEqual(Array.from({ length: 1000 }, () => ['a', 'b']).flat());
    expect(lines[2]?.time).toBe('2026-01-05T00:00:01.000Z');
    expect(lines.filter(({ isAnomaly }) => isAnomaly).length).toBeGreaterThan(0);
  });

  it('begins where the option says, and writes incidents, the open ones marked', async () => {
    const since = await rxAnomaly(args('--since', '2026-01-05T00:16:39Z', '--quiet'));
    expect(parseLines(since.stdout).map(({ time }) => time)).toEqual(
      Array.from({ length: 2 }, () => '2026-01-05T00:16:39.000Z'),
    );
    const { stdout } = await rxAnomaly(args('--output', 'incidents', '--format', 'csv', '--quiet'));
    expect(stdout).toMatch(/^kind,key,start,end,count,severity,open,/);
    expect(stdout.trim().split('\n').length).toBeGreaterThan(1);
  });

  it('killed at random moments while it follows, has written in the end what it would have written', async () => {
    const own = new Pumps(await influxd().freshDatabase()); // the other tests read all that there is
    await own.write(200);
    const state = join(folder.path, 'killed');
    const live = own.args('--checkpoint', state, '--write-back', 'killed', '--follow');
    live.push('--poll', '0.02', '--allowed-lateness', '2', '--checkpoint-every', '0.02', '--quiet');
    const moments = new Random(7);
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        await own.write(1);
        await setTimeout(20);
      }
    })();
    const began = performance.now();
    const first = start(live);
    while (!existsSync(join(state, 'influx.checkpoint'))) await setTimeout(5);
    first.child.kill('SIGKILL');
    await first.finished;
    let startUp = performance.now() - began;
    const places = new Set<string>();
    let kills = 1;
    for (; kills < KILLS.most; kills++) {
      if (kills >= KILLS.least && performance.now() - began > KILLS.within) break;
      const { child, finished } = start(live);
      await Promise.race([setTimeout(startUp * (0.5 + 1.2 * moments.uniform())), finished]);
      child.kill('SIGKILL');
      const { code, stderr } = await finished;
      expect(stderr).toBe('');
      expect(code).toBeNull();
      const known = places.size;
      places.add(JSON.stringify(await positionIn(state)));
      if (places.size === known) startUp *= 1.2; // the machine may have become slower since
    }
    isOver = true;
    await writing;
    expect(places.size).toBeGreaterThan(kills / 5); // it did come further between the kills
    const rest = await rxAnomaly(own.args('--checkpoint', state, '--write-back', 'killed'));
    expect(rest.stderr).toContain('resuming from');
    expect((await rxAnomaly(own.args('--write-back', 'whole'))).code).toBe(0);
    const killed = await own.rows('killed');
    expect(killed).toEqual(await own.rows('whole'));
    expect(JSON.stringify(killed).match(/\["2026/g)).toHaveLength(2 * own.seconds);
  }, 300_000);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s soon, with its state saved, and says nothing twice', async (signal, exitCode) => {
    const live = args('--checkpoint', join(folder.path, signal), '--follow', '--poll', '0.02');
    let text = '';
    for (const delay of [0, 300, 800]) {
      const { child, finished, startedAt } = start(live);
      await Promise.race([once(child.stderr!, 'data'), once(child.stdout!, 'data'), finished]);
      const startUp = performance.now() - startedAt;
      await setTimeout(delay);
      await write(1);
      child.kill(signal);
      const sent = performance.now();
      const { code, stdout, stderr } = await finished;
      expect(performance.now() - sent).toBeLessThan(promptly(startUp));
      expect(code).toBe(exitCode);
      expect(stderr).toContain('state saved in ');
      text += stdout;
    }
    text += (await rxAnomaly(args('--checkpoint', join(folder.path, signal)))).stdout;
    expect(text).toBe((await rxAnomaly(args())).stdout);
  });

  it('ends on SIGINT also while the server takes no verdicts, which come again', async () => {
    const proxy = await faultyProxy(influxd().url);
    try {
      proxy.next = ({ path }) => (path.startsWith('/write') ? 'hang' : 'pass');
      const hanging = args('--checkpoint', join(folder.path, 'hanging'), '--write-back', 'hanging');
      const { child, finished, startedAt } = start([...hanging, '--follow', '--influx', proxy.url]);
      await expect.poll(() => proxy.log.some(({ path }) => path.startsWith('/write'))).toBe(true);
      const startUp = performance.now() - startedAt;
      child.kill('SIGINT');
      const sent = performance.now();
      const { code, stderr } = await finished;
      expect(performance.now() - sent).toBeLessThan(promptly(startUp));
      expect(stderr).toContain('not all was taken in time: what was not comes again the next time\n');
      expect(stderr).not.toContain('state saved');
      expect(code).toBe(130);
      expect((await rxAnomaly([...hanging])).code).toBe(0);
      expect(await rows('hanging')).toHaveLength(2);
      expect(JSON.stringify(await rows('hanging')).match(/\["2026/g)).toHaveLength(2 * pumps.seconds);
    } finally {
      await proxy.close();
    }
  });

  it('writes that a key is silent while it follows, once, also over a restart', async () => {
    const own = await influxd().freshDatabase();
    const now = Date.now() * 1e6;
    const put = (key: string, ...ago: number[]): Promise<void> =>
      influxd().write(
        own,
        ago.map(
          (second) => `pumps,pump=${key} rpm=${second % 3} ${BigInt(now) - BigInt(second) * 1_000_000_000n}`,
        ),
      );
    await put('a', 60, 59, 58);
    const follow = () =>
      start([
        ...['detect', '--influx', influxd().url, '--database', own, '--measurement', 'pumps'],
        ...['--field', 'rpm', '--group-by', 'pump', '--follow', '--poll', '0.1', '--allowed-lateness', '0'],
        ...['--checkpoint', join(folder.path, 'silent'), '--absent-after', '2s', '--write-back', 'silence'],
      ]);
    const silent = async (): Promise<unknown[]> => {
      const [series] = await influxd().query(
        'SELECT is_absence, pump FROM "silence" WHERE is_absence = true',
        own,
      );
      return series?.values ?? [];
    };
    const first = follow();
    await expect.poll(silent).toHaveLength(1);
    first.child.kill('SIGTERM');
    expect((await first.finished).code).toBe(143);
    const second = follow();
    await put('b', 20);
    await expect.poll(silent).toHaveLength(2); // b, and not a once more
    second.child.kill('SIGTERM');
    expect((await second.finished).code).toBe(143);
    expect((await silent()).map((row) => (row as unknown[])[2])).toEqual(['a', 'b']);
  });

  it('resumes from the state before a damaged one, and says so', async () => {
    const state = join(folder.path, 'damaged');
    const again = args('--checkpoint', state, '--write-back', 'damaged');
    await rxAnomaly(again);
    await write(20);
    await rxAnomaly(again);
    const file = join(state, 'influx.checkpoint');
    writeFileSync(file, readFileSync(file).subarray(0, -10));
    const { code, stderr } = await rxAnomaly(again);
    expect(stderr).toMatch(/^checkpoint .*: .*; resuming from the one before it$/m);
    expect(stderr).toMatch(/^40 points in/m);
    expect(code).toBe(0);
    await rxAnomaly(args('--write-back', 'undamaged'));
    expect(await rows('damaged')).toEqual(await rows('undamaged'));
  });

  it('refuses a state whose position is none of an InfluxDB', async () => {
    const state = join(folder.path, 'position');
    await rxAnomaly(args('--checkpoint', state));
    const original = new FileCheckpointStore(state, { readOnly: true });
    const { kind, version, config, state: parts } = (await original.load('influx'))!;
    const { from, seen } = (parts as unknown as { readonly position: { readonly position: InfluxPosition } })
      .position.position;
    const forged: readonly (readonly [string, Json])[] = [
      ['a part of the state is missing', 5],
      ['position is missing', {}],
      ['from to be a text', { position: { from: 12, seen } }],
      ['from to be nanoseconds', { position: { from: "0' OR 1", seen } }],
      ['seen to be a list', { position: { from, seen: 'all' } }],
      ['seen to be nanoseconds and a series', { position: { from, seen: [...seen, 'none'] } }],
    ];
    for (const [why, position] of forged) {
      const store = new FileCheckpointStore(state);
      await store.save('influx', seal(kind, version, config, { ...(parts as object), position }));
      await store.close(); // the folder belongs to one process
      const { code, stderr } = await rxAnomaly(args('--checkpoint', state, '--quiet'));
      expect(stderr).toContain(why);
      expect(code).toBe(1);
    }
  });

  it('refuses a state of another configuration in one line', async () => {
    const state = ['--checkpoint', join(folder.path, 'config')];
    await rxAnomaly(args(...state));
    for (const [other, why] of [
      [['--scorer', 'tail'], 'with --scorer evidence, and this run is with --scorer tail'],
      [
        ['--threshold', '0.4'],
        'with --threshold 0.5 (--sensitivity medium), and this run is with --threshold 0.4',
      ],
      [['--measurement', 'fans'], 'with --measurement pumps, and this run is with --measurement fans'],
      [['--seed', '2'], 'with --seed 1, and this run is with --seed 2'],
    ] as const) {
      const { code, stderr } = await rxAnomaly(args(...state, ...other, '--quiet'));
      expect(stderr).toContain(why);
      expect(stderr).toMatch(/^rx-anomaly: checkpoint [^\n]*influx\.checkpoint: it was saved [^\n]*\n$/);
      expect(code).toBe(1);
    }
  });

  it('refuses to write over what it reads', async () => {
    const { code, stderr } = await rxAnomaly(args('--write-back', 'pumps'));
    expect(stderr).toContain(
      'detect: expected --write-back to be another measurement than the one that is read',
    );
    expect(code).toBe(2);
    const alias = await rxAnomaly(args('--write-back', 'pumps', '--write-back-retention-policy', 'autogen'));
    expect(alias.stderr).toContain('toInflux: expected measurement to be');
    expect(alias.code).toBe(2);
    await influxd().query(`CREATE RETENTION POLICY long ON ${pumps.database} DURATION INF REPLICATION 1`);
    const other = await rxAnomaly(args('--write-back', 'pumps', '--write-back-retention-policy', 'long'));
    expect(other.code).toBe(0);
    const [series] = await influxd().query('SELECT count(score) FROM long.pumps', pumps.database);
    expect(series!.values[0]![1]).toBe(2 * pumps.seconds);
  });

  it('reports what is not there, and what would be read as one stream', async () => {
    const missing = await rxAnomaly(args('--field', 'rpn'));
    expect(missing.stderr).toContain('has no field "rpn"; its nearest of numbers are "rpm"');
    expect({ code: missing.code, stdout: missing.stdout }).toEqual({ code: 1, stdout: '' });
    const server = ['detect', '--influx', influxd().url, '--database', pumps.database];
    const merged = await rxAnomaly([
      ...server,
      '--measurement',
      'pumps',
      '--field',
      'rpm',
      '--since',
      '2026-01-05T00:16:39Z',
    ]);
    expect(merged.stderr).toContain('2 series are read as one stream');
    expect(merged.stderr).toContain('--group-by pump');
    expect(merged.code).toBe(0);
    const unchecked = await rxAnomaly([
      ...server,
      '--measurement',
      'nosuch',
      '--field',
      'x',
      '--no-schema-check',
    ]);
    expect(unchecked.code).toBe(0);
  });

  it('reports a failed request at once, and ends soon where nothing listens', async () => {
    const { code, stderr } = await rxAnomaly(args('--influx', 'http://127.0.0.1:1', '--follow'));
    expect(stderr).toMatch(/^InfluxDB at http:.*ECONNREFUSED.*; trying again for about \d seconds$/m);
    expect(stderr).toMatch(
      /^rx-anomaly: InfluxDB at http.*given up after 5 attempts, as it was never reached: .*; set url \(--influx\) to where InfluxDB listens/m,
    );
    expect(code).toBe(1);
  });

  it('reports at once that there are more streams than models', async () => {
    const { stderr } = await rxAnomaly(args('--max-keys', '1'));
    expect(stderr).toMatch(
      /expected at most maxKeys \(1\) keys, .*; its model is dropped and flags nothing: raise maxKeys \(--max-keys\)$/m,
    );
    const { stderr: calm } = await rxAnomaly(args('--max-keys', '2'));
    expect(calm).not.toContain('--max-keys');
  });

  it('takes secrets from the environment, and names a server that refuses', async () => {
    const proxy = await faultyProxy(influxd().url);
    vi.stubEnv('INFLUX_TOKEN', 't0ken');
    try {
      const { code, stderr } = await rxAnomaly(
        args('--influx', proxy.url, '--database', 'nowhere', '--quiet'),
      );
      expect(proxy.log[0]?.headers.authorization).toBe('Token t0ken');
      expect(stderr).toMatch(
        /^rx-anomaly: fromInflux: the server has no database "nowhere"; the nearest are "[^\n]*\n$/,
      );
      expect(code).toBe(1);
      expect((await rxAnomaly(['detect', '--help'])).stdout).not.toContain('t0ken');
    } finally {
      vi.unstubAllEnvs();
      await proxy.close();
    }
  });
});

describe.concurrent('detect --influx', () => {
  const server = ['detect', '--influx', 'http://127.0.0.1:1'];
  it.each([
    [['detect'], 'detect: nothing to read; name a table'],
    [[...server, 'a.csv'], 'detect: name a table or --influx, not both; got a.csv'],
    [['detect', 'a.csv', '--follow'], 'detect: --follow has no effect without --influx or --prometheus'],
    [['serve', 'a.csv', '--group-by', 'x'], 'serve: --group-by has no effect without --influx'],
    [['serve', ...server.slice(1), '--field', 'f'], 'serve: --influx needs --database'],
    [[...server, '--value', 'x'], 'detect: --influx needs --field'],
    [server, 'detect: --influx needs --field'],
    [[...server, '--field', 'f'], 'detect: --influx needs --database'],
    [[...server, '--field', 'f', '--database', 'd'], 'detect: --influx needs --measurement'],
    [[...server, '--since', 'soon'], 'Expected a time such as'],
    [['detect', '--influx', 'localhost'], 'expected --influx to be an address such as'],
    [[...server, '--poll', 'x'], 'Expected a number of seconds'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await rxAnomaly(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

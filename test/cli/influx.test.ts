import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { describeWithInfluxd } from '../support/influxd.ts';
import { rxAnomaly, start, temporaryFolder } from './rxAnomaly.ts';
import { parseLines } from './verdicts.ts';

const folder = temporaryFolder();
const START = BigInt(Date.UTC(2026, 0, 5)) * 1_000_000n;
const KEYS = ['a', 'b'];

/** What two pumps read at a second: a season, noise, a spike now and then. */
function pointsAt(second: number, random: Random): string[] {
  return KEYS.map((key) => {
    const spike = random.uniform() < 0.01 ? 15 : 0;
    const rpm = 5 * Math.sin(second / 20) + 0.3 * random.normal() + spike;
    return `pumps,pump=${key} rpm=${rpm} ${START + BigInt(second) * 1_000_000_000n + 7n}`;
  });
}

describeWithInfluxd('detect --influx', (influxd) => {
  let database: string;
  const random = new Random(5);
  let seconds = 0; // written so far

  const args = (...more: string[]): string[] => [
    ...['detect', '--influx', influxd().url, '--database', database, '--measurement', 'pumps'],
    ...['--field', 'rpm', '--group-by', 'pump', ...more],
  ];
  const write = async (count: number): Promise<void> => {
    const lines = Array.from({ length: count }, () => pointsAt(seconds++, random)).flat();
    await influxd().write(database, lines);
  };
  /** Everything in a measurement, its series in the order of their names. */
  const rows = async (measurement: string): Promise<unknown[]> => {
    const [series] = await influxd()
      .query(`SELECT * FROM "${measurement}" GROUP BY pump`, database)
      .then((all) => [all]);
    return series.map(({ tags, columns, values }) => ({ tags, columns, values }));
  };

  beforeAll(async () => {
    database = await influxd().freshDatabase();
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
    expect(lines.filter(({ isAnomaly }) => isAnomaly).length).toBeGreaterThan(2);
  });

  it('begins where it is told to, and writes incidents, the open ones marked', async () => {
    const since = await rxAnomaly(args('--since', '2026-01-05T00:16:39Z', '--quiet'));
    expect(parseLines(since.stdout).map(({ time }) => time)).toEqual(
      Array.from({ length: 2 }, () => '2026-01-05T00:16:39.000Z'),
    );
    const { stdout } = await rxAnomaly(args('--output', 'incidents', '--format', 'csv', '--quiet'));
    expect(stdout).toMatch(/^key,start,end,count,severity,open,/);
    expect(stdout.trim().split('\n').length).toBeGreaterThan(3);
  });

  it('killed at fifty random moments while it follows, has written in the end what it would have written', async () => {
    const state = join(folder.path, 'killed');
    const live = args('--checkpoint', state, '--write-back', 'killed', '--follow');
    live.push('--poll', '0.02', '--allowed-lateness', '2', '--checkpoint-every', '0.02', '--quiet');
    const moments = new Random(7);
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        await write(1);
        await setTimeout(5);
      }
    })();
    const began = performance.now();
    const first = start(live);
    while (!existsSync(join(state, 'influx.checkpoint.json'))) await setTimeout(5);
    first.child.kill('SIGKILL');
    await first.finished;
    const startUp = performance.now() - began;
    const places = new Set<string>();
    for (let kill = 1; kill < 50; kill++) {
      const { child, finished } = start(live);
      await Promise.race([setTimeout(startUp * (0.5 + 1.2 * moments.uniform())), finished]);
      child.kill('SIGKILL');
      const { code, stderr } = await finished;
      expect(stderr).toBe('');
      expect(code).toBeNull();
      places.add(readFileSync(join(state, 'influx.checkpoint.json'), 'utf8').slice(0, 300));
    }
    isOver = true;
    await writing;
    expect(places.size).toBeGreaterThan(10); // it did come further between the kills
    const rest = await rxAnomaly(args('--checkpoint', state, '--write-back', 'killed'));
    expect(rest.stderr).toContain('going on from');
    expect((await rxAnomaly(args('--write-back', 'whole'))).code).toBe(0);
    const killed = await rows('killed');
    expect(killed).toEqual(await rows('whole'));
    expect(JSON.stringify(killed).match(/\["2026/g)).toHaveLength(2 * seconds);
  }, 180_000);
});

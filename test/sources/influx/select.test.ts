import { asyncScheduler, lastValueFrom, type Subscription, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import type { FromInfluxOptions } from '../../../src/sources/influx/influxOptions.ts';
import type { InfluxReading } from '../../../src/sources/influx/influxReading.ts';
import { parseSelect } from '../../../src/sources/influx/selectStatement.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { BASE, linesOf } from './readings.ts';

const SECOND = 1_000_000_000n;

describe('what a SELECT says about how it may be read', () => {
  it.each([
    'SELECT v FROM m',
    `SELECT "limit", 'x' FROM "derivative(" WHERE host = 'a; DROP' AND v > 1`,
    'select abs(v) from m where host =~ /(offset|limit);/',
    'SELECT mean(v) AS v, max(w) FROM m WHERE (a = 1 OR b = 2) GROUP BY time(90s), host fill(none)',
    'SELECT a - b FROM (SELECT mean(x) AS a, mean(y) AS b FROM m GROUP BY time(1m), host)',
  ])('%s: by pages', (select) => {
    expect(parseSelect('fromInflux', select).isWhole).toBe(false);
  });

  it.each([
    'SELECT derivative(v) FROM m',
    'SELECT moving_average(mean(v), 3) FROM m GROUP BY time(1m)',
    'SELECT mean(v) FROM m',
    'SELECT mean(v) FROM m GROUP BY time(1m) fill(previous)',
    'SELECT mean(v) FROM m GROUP BY time(1m) FILL( linear )',
    'SELECT v FROM m LIMIT 10',
    'SELECT top(v, 3) FROM m GROUP BY time(1h)',
    'SELECT max(a) FROM (SELECT mean(v) AS a FROM m GROUP BY time(1m)) GROUP BY time(1h)',
  ])('%s: as a whole', (select) => {
    expect(parseSelect('fromInflux', select).isWhole).toBe(true);
  });

  it.each([
    ['SELECT mean(v) FROM m GROUP BY time(1h30m)', 5400n * SECOND, 0n],
    ['SELECT mean(v) FROM m GROUP BY host, TIME ( 1w , -2d )', 604_800n * SECOND, -172_800n * SECOND],
    ['SELECT mean(v) FROM m GROUP BY time(10u,5ns)', 10_000n, 5n],
  ])('%s: the windows it has', (select, width, offset) => {
    expect(parseSelect('fromInflux', select).window).toEqual({ width, offset });
  });

  it.each([
    'DROP MEASUREMENT m',
    'SELECT v FROM m; DROP MEASUREMENT m',
    'SELECT v INTO other FROM m',
    'SELECT v FROM m) ; DROP MEASUREMENT m --',
    'SELECT v FROM m) UNION (SELECT v FROM m',
    'SELECT v FROM m -- and no more',
    'SELECT v FROM m /* and no more',
    "SELECT v FROM m WHERE a = 'open",
    'SELECT v FROM m ORDER BY time DESC',
  ])('%s: not at all', (select) => {
    expect(() => parseSelect('fromInflux', select)).toThrow(/^fromInflux: expected select to be /);
  });
});

describeWithInfluxd('fromInflux with a SELECT', (influxd) => {
  const readAll = (database: string, options: Omit<FromInfluxOptions, 'url' | 'database'>) =>
    lastValueFrom(fromInflux({ url: influxd().url, database, ...options }).pipe(toArray()));

  async function filled(): Promise<string> {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(120, { hosts: 4, step: SECOND }));
    return database;
  }

  it.each([
    ['SELECT v FROM m', {}],
    ['SELECT v, host FROM m', { groupBy: 'host', fields: 'v' }],
    ['SELECT mean(v) AS a, count(v) AS n FROM m GROUP BY time(7s), host fill(none)', { groupBy: 'host' }],
    ['SELECT sum(v) FROM m GROUP BY time(20s,3s)', {}],
    ['SELECT 2 * v AS twice FROM m WHERE host =~ /h[12]/', {}],
    ["SELECT derivative(v, 1s) FROM m WHERE host = 'h1'", {}],
    ['SELECT moving_average(sum(v), 3) FROM m GROUP BY time(5s)', {}],
    ['SELECT v FROM m LIMIT 50', {}],
    [
      'SELECT mean(a) FROM (SELECT sum(v) AS a FROM m GROUP BY time(4s), host fill(none)) GROUP BY host',
      { groupBy: 'host' },
    ],
  ])('%s: by pages the same as at once', async (select, options) => {
    const database = await filled();
    const bare = ({ position: _, ...rest }: InfluxReading) => rest;
    const range = { from: BASE, to: BASE + 120n * SECOND };
    const paged = (await readAll(database, { select, ...options, ...range, pageSize: 5 })).map(bare);
    const whole = (await readAll(database, { select, ...options, ...range })).map(bare);
    expect(paged.length).toBeGreaterThan(1);
    expect(paged).toEqual(whole);
  });

  it('has a number for value where one column is left, else an array', async () => {
    const database = await filled();
    const one = await readAll(database, { select: 'SELECT v, host FROM m', groupBy: 'host' });
    expect(one[5]).toMatchObject({
      value: 5,
      key: 'h1',
      tags: { host: 'h1' },
      fields: { v: 5 },
      measurement: 'm',
    });
    const two = await readAll(database, { select: 'SELECT v, v + 1 AS w FROM m' });
    expect(two[5]).toMatchObject({ value: [5, 6], key: undefined, tags: {} });
  });

  it('says which column is missing', async () => {
    const database = await filled();
    await expect(readAll(database, { select: 'SELECT v FROM m', groupBy: 'host' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'fromInflux: the answer to select has no column host, only time, v',
    });
  });

  it('refuses two measurements at once, which come one after the other', async () => {
    const database = await filled();
    await influxd().write(database, `n v=1 ${BASE}`);
    await expect(readAll(database, { select: 'SELECT v FROM m, n' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('passes on what InfluxDB has against it', async () => {
    const database = await filled();
    await expect(readAll(database, { select: 'SELECT nonsense(v) FROM m' })).rejects.toMatchObject({
      code: 'SERVER',
      message: 'InfluxDB: undefined function nonsense()',
    });
  });

  it('follows windows, each when it is over and what is late has come', async () => {
    const database = await influxd().freshDatabase();
    let now = Number(BASE / 1_000_000n);
    const clock = { now: () => now };
    const scheduler = Object.assign(Object.create(asyncScheduler) as typeof asyncScheduler, clock);
    const windows: unknown[] = [];
    await influxd().write(database, linesOf(25, { hosts: 1, step: SECOND }));
    const subscription: Subscription = fromInflux({
      url: influxd().url,
      database,
      select: 'SELECT sum(v) FROM m GROUP BY time(10s)',
      from: BASE,
      scheduler,
      follow: { every: 20, allowedLateness: 3000 },
    }).subscribe({ next: ({ value }) => windows.push(value), error: expect.unreachable });
    const clockSays = (seconds: number) => {
      now = Number(BASE / 1_000_000n) + 1000 * seconds;
    };
    clockSays(12.9); // the first window has been over for 2.9 s
    await new Promise((done) => setTimeout(done, 500));
    expect(windows).toEqual([]);
    clockSays(13);
    await expect.poll(() => windows.length).toBe(1);
    await influxd().write(database, `m,host=late v=1000 ${BASE + 11n * SECOND}`);
    clockSays(23);
    await expect.poll(() => windows.length).toBe(2);
    expect(windows).toEqual([45, 1000 + 145]);
    subscription.unsubscribe();
  });
});

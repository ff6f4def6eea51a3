import { Subject, type Subscription } from 'rxjs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Backlog } from '../../../src/clients/backlog.ts';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import type { FromInfluxOptions } from '../../../src/sources/influx/influxOptions.ts';
import type { InfluxReading } from '../../../src/sources/influx/influxReading.ts';
import { type FaultyProxy, faultyProxy } from '../../support/environment/faultyProxy.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { BASE, identity, linesOf, upTo } from './readings.ts';

const SECOND = 1_000_000_000n;

const sorted = (values: readonly unknown[]) => values.map(Number).sort((a, b) => a - b);

describeWithInfluxd('fromInflux, live', (influxd) => {
  let proxy: FaultyProxy;
  let subscriptions: Subscription[] = [];
  beforeAll(async () => {
    proxy = await faultyProxy(influxd().url);
  });
  afterAll(() => proxy?.close());
  afterEach(async () => {
    for (const subscription of subscriptions) subscription.unsubscribe();
    subscriptions = [];
    proxy.next = () => 'pass';
  });

  /** Follows `m` and collects what comes. */
  function follow(database: string, options: Partial<FromInfluxOptions> = {}) {
    const readings: InfluxReading[] = [];
    const subscription = fromInflux({
      url: influxd().url,
      database,
      measurement: 'm',
      fields: 'v',
      retry: { first: 20, longest: 100 },
      follow: { every: 20 },
      ...options,
    }).subscribe({ next: (reading) => readings.push(reading), error: expect.unreachable });
    subscriptions.push(subscription);
    const values = () => readings.map(({ value }) => value);
    return { readings, values, subscription, reached: (count: number) => reach(values, count) };
  }

  const reach = async (values: () => unknown[], count: number): Promise<void> => {
    await expect.poll(() => values().length).toBeGreaterThanOrEqual(count);
    await new Promise((done) => setTimeout(done, 100)); // for what should not come
  };

  it('goes from history to live without a gap or a double, while somebody writes', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(500));
    const { values, reached } = follow(database, { pageSize: 40 });
    for (let first = 500; first < 1000; first += 7) {
      await influxd().write(database, linesOf(Math.min(7, 1000 - first), { first }));
    }
    await reached(1000);
    expect(sorted(values())).toEqual(upTo(1000)); // InfluxDB shows a write series by series: some come late
  });

  it('hands out late points once, as long as they are no later than allowed', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, [`m,host=a v=1 ${BASE}`, `m,host=a v=2 ${BASE + 100n * SECOND}`]);
    const { values, reached } = follow(database, { follow: { every: 20, allowedLateness: 10_000 } });
    await reached(2);
    await influxd().write(database, [
      `m,host=b v=3 ${BASE + 90n * SECOND}`,
      `m,host=b v=4 ${BASE + 89n * SECOND}`, // too late
      `m,host=b v=5 ${BASE + 100n * SECOND}`, // of the very moment of the newest
    ]);
    await reached(4);
    await influxd().write(database, `m,host=a v=6 ${BASE + 100n * SECOND + 1n}`);
    await reached(5);
    expect(values()).toEqual([1, 2, 3, 5, 6]);
  });

  it('reads a stretch of late points that is longer than a page', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(60, { step: SECOND }));
    const { values, reached } = follow(database, {
      pageSize: 7,
      follow: { every: 20, allowedLateness: 3_600_000 },
    });
    await reached(60);
    await influxd().write(
      database,
      linesOf(60, { step: SECOND }).map((line) => line.replace(/host=h\d v=/, 'host=late v=9')),
    );
    await reached(120);
    expect(new Set(values()).size).toBe(120);
  });

  it('still sees the present after a point from the future', async () => {
    const database = await influxd().freshDatabase();
    const now = BigInt(Date.now()) * 1_000_000n;
    await influxd().write(database, `m v=1 ${now + 86_400n * SECOND}`);
    const { values, reached } = follow(database, { from: BigInt(now) - SECOND });
    await reached(1);
    await influxd().write(database, 'm v=2');
    await reached(2);
    expect(values()).toEqual([1, 2]);
  });

  it('continues after a position: what came before it does not come again, what came late does', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(300, { step: SECOND }));
    const first = follow(database, { pageSize: 64 });
    await first.reached(300);
    first.subscription.unsubscribe();
    await influxd().write(database, [
      ...linesOf(50, { first: 300, step: SECOND }),
      `m v=-1 ${BASE + 295n * SECOND}`,
    ]);
    for (const at of [0, 63, 64, 150, 299]) {
      const position = JSON.parse(JSON.stringify(first.readings[at]!.position));
      const { values, reached, subscription } = follow(database, { position });
      await reached(350 - at);
      subscription.unsubscribe();
      const rest = upTo(350).slice(at + 1);
      expect(sorted(values())).toEqual([-1, ...rest]);
    }
  });

  it('keeps positions small', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(5000, { step: SECOND }));
    const { readings, reached } = follow(database, { follow: { every: 20, allowedLateness: 5000 } });
    await reached(5000);
    const sizes = readings.map(({ position }) => position.seen.length);
    expect(Math.max(...sizes)).toBe(6);
  });

  it('waits while a shared backlog is full', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(100));
    const backlog = new Backlog(15);
    const { values, reached, readings } = follow(database, { pageSize: 11, backlog });
    const counting = new Subject<InfluxReading>();
    subscriptions.push(counting.subscribe(() => backlog.add(1)));
    backlog.add(15);
    await new Promise((done) => setTimeout(done, 200));
    expect(readings.length).toBeLessThanOrEqual(10);
    backlog.add(-1);
    await reached(100);
    expect(values()).toEqual(upTo(100));
  });

  it('is pushed what is written, and drops its subscription at the end', async () => {
    const database = await influxd().freshDatabase();
    const shown = async () =>
      (await influxd().query('SHOW SUBSCRIPTIONS')).find(({ name }) => name === database);
    await influxd().write(database, linesOf(10));
    const { readings, values, reached, subscription } = follow(database, {
      groupBy: 'host',
      where: { host: ['h0', 'h1', 'h2'] },
      follow: { every: 60_000, push: { name: 'rx "test"' } }, // no look will come to its help
    });
    await expect.poll(shown).toBeDefined();
    await reached(10);
    await influxd().write(database, [
      ...linesOf(5, { first: 10 }),
      `other,host=h0 v=77 ${BASE + 20n}`,
      `m,host=h9 v=78 ${BASE + 21n}`,
      `m,host=h0 w=79 ${BASE + 22n}`,
    ]);
    await reached(15);
    await influxd().write(database, linesOf(5, { first: 12 })); // three of them for the second time
    await reached(17);
    expect(values()).toEqual(upTo(17));
    subscription.unsubscribe();
    await expect.poll(shown).toBeUndefined();
    const swept: InfluxReading[] = [];
    await fromInflux({
      url: influxd().url,
      database,
      measurement: 'm',
      fields: 'v',
      groupBy: 'host',
      where: { host: ['h0', 'h1', 'h2'] },
    }).forEach((reading) => {
      swept.push(reading);
    });
    const bare = ({ position: _, ...rest }: InfluxReading) => rest;
    expect(readings.map(bare)).toEqual(swept.map(bare)); // pushed or read, it is the same
    expect(readings.map(identity)).toEqual(swept.map(identity));
  });

  it('finds what a push has missed', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(10));
    const shown = async () =>
      (await influxd().query('SHOW SUBSCRIPTIONS')).find(({ name }) => name === database);
    const { values, reached } = follow(database, { follow: { every: 300, push: {}, allowedLateness: 1000 } });
    await expect.poll(shown).toBeDefined();
    const policy = `"${(await shown())!.values[0]![1]}" ON "${database}"."autogen"`;
    await influxd().write(database, linesOf(10, { first: 10 }));
    await influxd().query(`DROP SUBSCRIPTION ${policy}`);
    await influxd().write(database, linesOf(10, { first: 20 }));
    await reached(30);
    expect(sorted(values())).toEqual(upTo(30));
  });
});

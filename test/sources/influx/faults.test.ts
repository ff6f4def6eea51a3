import { filter, lastValueFrom, map, take, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RetryReport } from '../../../src/clients/retry.ts';
import { Random } from '../../../src/core/random.ts';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import {
  DISK_FULL,
  type Fault,
  type FaultyProxy,
  faultyProxy,
} from '../../support/environment/faultyProxy.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { linesOf, upTo } from './readings.ts';

const COUNT = 2000;
const RETRY = { first: 20, longest: 200 };

describeWithInfluxd('fromInflux, when things go wrong', (influxd) => {
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await faultyProxy(influxd().url);
  });
  afterAll(() => proxy?.close());

  async function filled(lines = linesOf(COUNT)): Promise<string> {
    const database = await influxd().freshDatabase();
    await influxd().write(database, lines);
    return database;
  }

  const FAULTS: Readonly<Record<string, Fault>> = {
    hangs: 'hang',
    'breaks off in the middle of an answer': 'cut',
    'stops in the middle of an answer': 'stall',
    'closes the connection': 'lose',
    'answers 500': { status: 500, body: 'internal error' },
    'answers 503 while it starts': { status: 503, body: '{"error":"engine is closed"}' },
    'answers half of a JSON': { status: 200, body: '{"results":[{"series":[{"name":"m","col' },
    'answers nothing': { status: 200, body: '' },
    'reports a passing error in a sound answer': {
      status: 200,
      body: '{"results":[{"statement_id":0,"error":"timeout"}]}',
    },
    'is full': DISK_FULL,
  };

  it.each(Object.entries(FAULTS))('continues when the server %s', async (_, fault) => {
    const database = await filled();
    const random = new Random(7);
    proxy.next = () => (random.uniform() < 0.4 ? fault : 'pass');
    const reports: RetryReport[] = [];
    const values = await lastValueFrom(
      fromInflux({
        url: proxy.url,
        database,
        measurement: 'm',
        fields: 'v',
        pageSize: 150,
        requestTimeout: 400,
        retry: { ...RETRY, limit: Infinity, onRetry: (report) => reports.push(report) },
      }).pipe(
        map(({ value }) => value),
        toArray(),
      ),
    );
    expect(values).toEqual(upTo(COUNT));
    expect(reports.length).toBeGreaterThan(2);
    expect(reports[0]!.error.message).toMatch(/^InfluxDB( at http:\S+)?: \S/);
  });

  it('gives up after as many failures in a row as it may, and says what the matter was', async () => {
    proxy.next = () => ({ status: 500, body: 'no' });
    const options = {
      url: proxy.url,
      database: 'x',
      measurement: 'm',
      fields: 'v',
      retry: { ...RETRY, limit: 2 },
    };
    await expect(lastValueFrom(fromInflux(options))).rejects.toMatchObject({
      code: 'SERVER',
      message: `InfluxDB at ${proxy.url}: Internal Server Error; given up after 3 attempts`,
    });
  });

  it('does not repeat what cannot succeed', async () => {
    proxy.next = () => 'pass';
    const asked = proxy.log.length;
    const options = { url: proxy.url, database: 'nosuch', measurement: 'm', fields: 'v', retry: RETRY };
    await expect(lastValueFrom(fromInflux(options))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/^fromInflux: the server has no database "nosuch"; the nearest are "db/),
    });
    expect(proxy.log.length).toBe(asked + 2); // the second for the names
    const unchecked = fromInflux({ ...options, checkSchema: false });
    await expect(lastValueFrom(unchecked)).rejects.toMatchObject({
      code: 'SERVER',
      message: 'InfluxDB: database not found: nosuch',
    });
    expect(proxy.log.length).toBe(asked + 3);
  });

  it('ends the request under way when it is unsubscribed from', async () => {
    proxy.next = () => 'hang';
    const asked = proxy.log.length;
    const options = { url: proxy.url, database: 'x', measurement: 'm', fields: 'v', retry: RETRY };
    const subscription = fromInflux(options).subscribe({ error: expect.unreachable });
    await expect.poll(() => proxy.log.length).toBe(asked + 1);
    subscription.unsubscribe();
    await new Promise((done) => setTimeout(done, 100));
    expect(proxy.log.length).toBe(asked + 1);
  });

  it('survives the death of influxd in the middle of history', async () => {
    const database = await filled();
    let isKilled = false;
    const outage = async (): Promise<void> => {
      isKilled = true;
      await influxd().kill();
      setTimeout(() => influxd().start(), 2000);
    };
    const values = await lastValueFrom(
      fromInflux({
        url: influxd().url,
        database,
        measurement: 'm',
        fields: 'v',
        pageSize: 100,
        retry: { ...RETRY, limit: 100 },
      }).pipe(
        tap(({ value }) => {
          if (value === COUNT / 2 && !isKilled) outage();
        }),
        map(({ value }) => value),
        toArray(),
      ),
    );
    expect(isKilled).toBe(true);
    expect(values).toEqual(upTo(COUNT));
  });

  it('survives the death of influxd while it follows, and finds what was written right before and after', async () => {
    const database = await filled();
    const more = (first: number) => influxd().write(database, linesOf(100, { first }));
    const seen: number[] = [];
    const following = lastValueFrom(
      fromInflux({
        url: influxd().url,
        database,
        measurement: 'm',
        fields: 'v',
        pageSize: 300,
        retry: RETRY,
        follow: { every: 30, allowedLateness: 1000 },
      }).pipe(
        tap(({ value }) => seen.push(value)),
        filter(() => seen.length >= COUNT + 400),
        take(1),
      ),
    );
    await expect.poll(() => seen.length).toBe(COUNT);
    await more(COUNT);
    await expect.poll(() => seen.length).toBe(COUNT + 100);
    await more(COUNT + 100);
    await influxd().kill();
    await new Promise((done) => setTimeout(done, 2000));
    await influxd().start();
    await more(COUNT + 200);
    await more(COUNT + 300);
    await following;
    expect(seen.sort((a, b) => a - b)).toEqual(upTo(COUNT + 400)); // a write shows series by series
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InfluxReading } from '../../../src/sources/influx/influxReading.ts';
import { readInflux } from '../../../src/sources/influx/readInflux.ts';
import { type FaultyProxy, faultyProxy } from '../../support/environment/faultyProxy.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { linesOf, upTo } from './readings.ts';

describeWithInfluxd('readInflux', (influxd) => {
  let proxy: FaultyProxy;
  let database: string;
  beforeAll(async () => {
    proxy = await faultyProxy(influxd().url);
    database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(500));
  });
  afterAll(() => proxy?.close());

  const options = () => ({
    url: proxy.url,
    database,
    measurement: 'm',
    fields: 'v',
    checkSchema: false,
    pageSize: 20,
  });

  it('gives every reading to a consumer that takes its time, and asks for no page before there is room', async () => {
    const values: InfluxReading['value'][] = [];
    const asked = proxy.log.length;
    for await (const { value } of readInflux(options())) {
      values.push(value);
      if (values.length % 10 === 0) await new Promise((done) => setTimeout(done, 2));
      const pages = proxy.log.length - asked;
      expect(pages).toBeLessThanOrEqual(values.length / 19 + 4);
    }
    expect(values).toEqual(upTo(500));
  });

  it('asks for nothing more when the loop is left', async () => {
    for await (const { value } of readInflux(options())) if (value === 30) break;
    await new Promise((done) => setTimeout(done, 200)); // the request under way may still arrive
    const asked = proxy.log.length;
    await new Promise((done) => setTimeout(done, 200));
    expect(proxy.log.length).toBe(asked);
  });

  it('ends by a signal while it waits for new points, and before it has begun', async () => {
    const controller = new AbortController();
    const values: InfluxReading['value'][] = [];
    for await (const { value } of readInflux({ ...options(), follow: true }, controller.signal)) {
      values.push(value);
      if (value === 499) setTimeout(() => controller.abort(), 50);
    }
    expect(values).toEqual(upTo(500));
    for await (const _ of readInflux(options(), controller.signal)) expect.unreachable();
  });

  it('throws what goes wrong after what went well, and bad options at once', async () => {
    const values: InfluxReading['value'][] = [];
    proxy.next = ({ number }) => (number > first + 2 ? { status: 400, body: '{"error":"no"}' } : 'pass');
    const first = proxy.log.length;
    const all = async () => {
      for await (const { value } of readInflux(options())) values.push(value);
    };
    await expect(all()).rejects.toMatchObject({ code: 'SERVER' });
    expect(values).toEqual(upTo(57)); // three pages, the last point of each left to the next
    expect(() => readInflux({ ...options(), pageSize: 0 })).toThrow('readInflux: expected pageSize');
  });
});

import { lastValueFrom, map, tap, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import {
  Backlog,
  fromInflux,
  type InfluxConnection,
  type InfluxReading,
  type ToInfluxOptions,
  toInflux,
} from '../../src/influx/index.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { BASE, linesOf } from '../sources/influx/readings.ts';
import { DISK_FULL, faultyProxy } from '../support/environment/faultyProxy.ts';
import { describeWithInfluxd } from '../support/environment/influxd.ts';
import { verdictOf } from '../support/records.ts';

describeWithInfluxd('from InfluxDB to InfluxDB', (influxd) => {
  it('writes a verdict for each reading: same tags, same nanosecond', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(300));
    const server = { url: influxd().url, database };
    const verdicts = await lastValueFrom(
      fromInflux({ ...server, measurement: 'm', fields: 'v', groupBy: 'host', pageSize: 50 }).pipe(
        detectAnomalies(),
        toInflux(server),
        toArray(),
      ),
    );
    expect(verdicts.length).toBe(300);
    const read = async (select: string) =>
      (await influxd().query(select, database)).map(({ values }) => values);
    expect(await read('SELECT value, host FROM rx_anomaly ORDER BY time')).toEqual(
      await read('SELECT v, host FROM m ORDER BY time'),
    );
  });

  it('reads no faster than is written where both share a backlog, whatever happens to the writing', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, linesOf(3000));
    const proxy = await faultyProxy(influxd().url);
    let writes = 0;
    proxy.next = ({ path }) => (path.startsWith('/write') && ++writes % 3 === 1 ? DISK_FULL : 'pass');
    const backlog = new Backlog(200);
    const retry = { first: 5, longest: 20 };
    let waiting = 0;
    const options = { url: proxy.url, database, retry, backlog };
    const passed = await lastValueFrom(
      fromInflux({ ...options, measurement: 'm', fields: 'v', pageSize: 100 }).pipe(
        map((reading) => verdictOf(reading, false, { time: reading.time, value: reading.value })),
        toInflux({ ...options, batchSize: 70, every: 20 }),
        tap(() => {
          waiting = Math.max(waiting, backlog.size);
        }),
        toArray(),
      ),
    );
    await proxy.close();
    expect(passed.map(({ event }) => event.timeNs)).toEqual(
      linesOf(3000).map((_, at) => String(BASE + BigInt(at))),
    );
    expect(waiting).toBeGreaterThan(100);
    expect(waiting).toBeLessThanOrEqual(200 + 2 * 100);
    expect(backlog.size).toBe(0);
    const [series] = await influxd().query('SELECT count(value) FROM rx_anomaly', database);
    expect(series!.values[0]![1]).toBe(3000);
  });

  /** Reads `m` by one connection and writes to a measurement by another; the error, and how many fields `m` has then. */
  async function writeBack(reading: Partial<InfluxConnection>, writing: Partial<ToInfluxOptions>) {
    const database = await influxd().freshDatabase();
    await influxd().write(database, 'm,host=a value=1,score=2 1');
    await influxd().query(`CREATE RETENTION POLICY long ON ${database} DURATION INF REPLICATION 1`);
    await influxd().query(`CREATE DATABASE other_${database}`);
    const server = { url: influxd().url, database };
    const other = writing.database === undefined ? {} : { database: `other_${database}` };
    const stream = fromInflux({ ...server, ...reading, measurement: 'm', fields: 'value' }).pipe(
      detectAnomalies(),
      toInflux<InfluxReading<number>, number>({
        ...server,
        measurement: 'm',
        ...(writing as object),
        ...other,
      }),
      toArray(),
    );
    const error = await lastValueFrom(stream).then(
      () => undefined,
      ({ code, message }) => `${code}: ${message}`,
    );
    const [series] = await influxd().query('SELECT * FROM m', database);
    return { error, point: series!.values };
  }
  const UNTOUCHED = [['1970-01-01T00:00:00.000000001Z', 'a', 2, 1]];
  const onPort = (host: string) => `http://${host}:${new URL(influxd().url).port}`;

  it.each<[string, () => Partial<InfluxConnection>, () => Partial<ToInfluxOptions>]>([
    ['its own name', () => ({}), () => ({})],
    ['another name of the host', () => ({ url: onPort('localhost') }), () => ({})],
    ['another name of the host where it is written', () => ({}), () => ({ url: onPort('localhost') })],
    ['the name of the default retention policy', () => ({}), () => ({ retentionPolicy: 'autogen' })],
    ['that name where it is read', () => ({ retentionPolicy: 'autogen' }), () => ({})],
    ['a path that a client may add', () => ({}), () => ({ url: `${influxd().url}/` })],
  ])('refuses to overwrite what it reads, under %s', async (_, reading, writing) => {
    expect(await writeBack(reading(), writing())).toEqual({
      error: expect.stringMatching(
        /^BAD_OPTION: toInflux: expected measurement to be .* that is not read: its fields/,
      ),
      point: UNTOUCHED,
    });
  });

  it('knows a host by its address where the server does not say who it is', async () => {
    const proxy = await faultyProxy(influxd().url);
    proxy.next = ({ path }) =>
      path.includes('DIAGNOSTICS') ? { status: 403, body: '{"error":"no"}' } : 'pass';
    const url = proxy.url.replace('127.0.0.1', 'localhost');
    const { error, point } = await writeBack({ url: proxy.url }, { url });
    const elsewhere = await writeBack({ url: proxy.url }, {}); // which cannot be known
    await proxy.close();
    expect(error).toContain('BAD_OPTION: toInflux: expected measurement');
    expect(point).toEqual(UNTOUCHED);
    expect(elsewhere.error).toBeUndefined();
  });

  it('refuses to overwrite what it reads, through a proxy at another port', async () => {
    const proxy = await faultyProxy(influxd().url);
    const { error, point } = await writeBack({ url: proxy.url }, {});
    await proxy.close();
    expect(error).toContain('BAD_OPTION: toInflux: expected measurement');
    expect(point).toEqual(UNTOUCHED);
  });

  it.each<[string, Partial<ToInfluxOptions>]>([
    ['measurement', { measurement: 'verdicts' }],
    ['retention policy', { retentionPolicy: 'long' }],
    ['database', { database: 'other' }],
  ])('writes to another %s', async (_, writing) => {
    expect(await writeBack({}, writing)).toEqual({ error: undefined, point: UNTOUCHED });
  });
});

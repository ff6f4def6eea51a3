import { lastValueFrom, map, tap, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { Backlog, fromInflux, toInflux } from '../../src/influx/index.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { BASE, linesOf } from '../sources/influx/readings.ts';
import { DISK_FULL, faultyProxy } from '../support/faultyProxy.ts';
import { describeWithInfluxd } from '../support/influxd.ts';
import { verdictOf } from '../support/records.ts';

describeWithInfluxd('from InfluxDB to InfluxDB', (influxd) => {
  it('writes a verdict per reading beside it: same tags, same nanosecond', async () => {
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
});

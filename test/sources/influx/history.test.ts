import * as fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import type { FromInfluxOptions } from '../../../src/sources/influx/influxOptions.ts';
import type { InfluxReading } from '../../../src/sources/influx/influxReading.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';

const BASE = 1_600_000_000_000_000_000n;

function readAll(options: FromInfluxOptions): Promise<InfluxReading[]> {
  return lastValueFrom(fromInflux(options).pipe(toArray()));
}

/** A reading by what makes it one point. */
const identity = ({ timeNs, tags, value }: InfluxReading): string =>
  `${timeNs} ${JSON.stringify(tags)} ${String(value)}`;

describeWithInfluxd('fromInflux, history', (influxd) => {
  it('reads readings that the operators need no selectors for, with every digit of their times', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, [
      `m,host=a,rack=r\\ 1 temp=1.5,n=3i,on=true ${BASE + 1n}`,
      `m,host=b temp=-2 ${BASE + 2n}`,
    ]);
    const [first, second] = await readAll({
      url: influxd().url,
      database,
      measurement: 'm',
      fields: ['temp', 'n', 'on'],
      groupBy: 'host',
    });
    expect(first).toMatchObject({
      time: Date.UTC(2020, 8, 13, 12, 26, 40),
      timeNs: String(BASE + 1n),
      key: 'a',
      value: [1.5, 3, 1],
      fields: { temp: 1.5, n: 3, on: true },
      tags: { host: 'a', rack: 'r 1' },
      measurement: 'm',
    });
    expect(second).toMatchObject({
      timeNs: String(BASE + 2n),
      key: 'b',
      value: [-2, Number.NaN, Number.NaN],
    });
  });

  it('loses and doubles nothing at the borders of pages, however many points share a moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ moment: fc.nat(12), host: fc.nat(9), rack: fc.nat(2) }), { maxLength: 120 }),
        fc.integer({ min: 2, max: 15 }),
        async (points, pageSize) => {
          const database = await influxd().freshDatabase();
          const lines = points.map(
            ({ moment, host, rack }, at) => `m,host=h${host},rack=r${rack} v=${at} ${BASE + BigInt(moment)}`,
          );
          if (lines.length > 0) await influxd().write(database, lines);
          const options = { url: influxd().url, database, measurement: 'm', fields: 'v', checkSchema: false };
          const paged = await readAll({ ...options, pageSize });
          const stored = new Map(
            points.map(({ moment, host, rack }, at) => [`${moment} ${host} ${rack}`, at] as const),
          );
          expect(new Set(paged.map(({ value }) => value))).toEqual(new Set(stored.values()));
          expect(paged.length).toBe(stored.size);
          const times = paged.map(({ timeNs }) => timeNs);
          expect(times).toEqual([...times].sort());
          expect(paged.map(identity)).toEqual((await readAll(options)).map(identity));
        },
      ),
      { numRuns: 30 },
    );
  });
});

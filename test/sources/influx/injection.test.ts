import * as fc from 'fast-check';
import { lastValueFrom, of, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { formatPoint } from '../../../src/clients/influx/formatPoint.ts';
import { quoteName, quoteText } from '../../../src/clients/influx/influxQl.ts';
import type { RxAnomalyError } from '../../../src/core/errors.ts';
import { toInflux } from '../../../src/sinks/influx/toInflux.ts';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import type { InfluxWarning } from '../../../src/sources/influx/influxOptions.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { verdictOf } from '../../support/records.ts';

const ATTACKS = [
  `m"; DROP MEASUREMENT "precious"; --`,
  `x' OR 'a' = 'a`,
  `x'; DROP MEASUREMENT precious; SELECT '`,
  `x\\'; DROP MEASUREMENT precious; --`,
  `x\\`,
  `x\\\\' OR 1 = 1 --`,
  `"`,
  `'`,
  `v" FROM precious; --`,
  `x' OR host = 'other`,
  `a\nprecious secret=2 1`,
  `a,b=c d=1 1\nprecious secret=2 1`,
  `/.*/`,
  `*`,
];

describeWithInfluxd('names and values of others', (influxd) => {
  async function precious(): Promise<string> {
    const database = await influxd().freshDatabase();
    await influxd().write(database, [
      'precious secret=1 1',
      'm,host=other v=1,secret=1 1',
      'm,host=mine v=2 1',
    ]);
    return database;
  }
  const untouched = async (database: string) => {
    const series = await influxd().query(
      'SELECT secret FROM precious; SELECT secret FROM precious',
      database,
    );
    expect(series.map(({ values }) => values)).toEqual([[['1970-01-01T00:00:00.000000001Z', 1]]]);
  };

  it.each(ATTACKS)('cannot reach other data through fromInflux: %j', async (attack) => {
    const database = await precious();
    const common = { url: influxd().url, database };
    const attempts = [
      { measurement: attack, fields: 'secret' },
      { measurement: 'm', fields: attack },
      { measurement: 'm', fields: [attack, 'nosuch'], groupBy: attack },
      { measurement: 'm', fields: 'v', where: { host: attack } },
      { measurement: 'm', fields: 'v', where: { [attack]: 'x' } },
    ];
    for (const attempt of attempts) {
      const unchecked = { ...common, ...attempt, checkSchema: false };
      expect(await lastValueFrom(fromInflux(unchecked).pipe(toArray()))).toEqual([]);
      const warnings: string[] = [];
      const onWarning = ({ message }: InfluxWarning) => warnings.push(message);
      const checked = await lastValueFrom(
        fromInflux({ ...common, ...attempt, onWarning }).pipe(toArray()),
      ).catch(({ code, message }: RxAnomalyError) => [code, message.includes('\n')]);
      expect(warnings.length > 0 ? ['BAD_INPUT', false] : checked).toEqual(['BAD_INPUT', false]);
    }
    await untouched(database);
  });

  it.each(ATTACKS)('cannot reach other databases and policies: %j', async (attack) => {
    const database = await precious();
    const options = { url: influxd().url, measurement: 'm', fields: 'v' };
    await expect(
      lastValueFrom(fromInflux({ ...options, database: `${database}${attack}` }).pipe(toArray())),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(
      lastValueFrom(fromInflux({ ...options, database, retentionPolicy: attack }).pipe(toArray())),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await untouched(database);
  });

  it.each(ATTACKS)('write nothing but their own point: %j', async (attack) => {
    const database = await precious();
    const verdict = verdictOf<unknown>({ tags: { [attack]: attack, z: 'last' } }, true, {
      time: 5,
      key: attack,
    });
    await lastValueFrom(
      of(verdict).pipe(toInflux({ url: influxd().url, database, dimensions: [attack.replace('\n', '')] })),
    );
    const series = await influxd().query('SELECT score, incident_id FROM rx_anomaly GROUP BY *', database);
    expect(series.map(({ tags }) => tags?.z)).toEqual(['last']);
    expect(series[0]!.values).toEqual([['1970-01-01T00:00:00.005Z', 0.6, `${attack}@5000000`]]);
    await untouched(database);
  });

  it('are found again under the very name they have', async () => {
    const database = await influxd().freshDatabase();
    const name = fc
      .array(fc.constantFrom('a', ' ', ',', '=', '"', "'", ';', '(', 'ä', '😀', '\\a', '%'), {
        minLength: 1,
        maxLength: 6,
      })
      .map((chars) => chars.join(''))
      .filter((text) => text.trim() === text && !text.includes('\\a,') && !text.startsWith('#'));
    await fc.assert(
      fc.asyncProperty(name, name, name, name, async (measurement, field, tag, value) => {
        fc.pre(field !== tag);
        const point = { measurement, tags: { [tag]: value }, fields: { [field]: 7 }, timeNs: '1' };
        await influxd().write(database, formatPoint(point)!);
        const found = await lastValueFrom(
          fromInflux({
            url: influxd().url,
            database,
            measurement,
            fields: field,
            where: { [tag]: value },
            groupBy: tag,
          }).pipe(toArray()),
        );
        expect(found).toMatchObject([
          { value: 7, key: value, tags: { [tag]: value }, fields: { [field]: 7 } },
        ]);
        await influxd().query(`DROP MEASUREMENT ${quoteName(measurement)}`, database);
      }),
      { numRuns: 60 },
    );
  });

  it('stay text in quotes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('\\', "'", '"', '\n', 'n', ';') }), async (text) => {
        const database = 'nosuch';
        await expect(
          influxd().query(`SELECT ${quoteName(`x${text}`)} FROM m WHERE a = ${quoteText(text)}`, database),
        ).rejects.toThrow('database not found'); // it parses, and means what it should
      }),
      { numRuns: 60 },
    );
  });
});

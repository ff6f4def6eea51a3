import { firstValueFrom, lastValueFrom, map, skip, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import type { FromInfluxOptions, InfluxWarning } from '../../../src/sources/influx/influxOptions.ts';
import type { InfluxPosition } from '../../../src/sources/influx/influxReading.ts';
import { nearestNames } from '../../../src/sources/influx/schema/schemaFindings.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { BASE } from './readings.ts';

const WEEK = 7n * 24n * 3_600_000_000_000n; // a shard of the default retention policy, nanoseconds

describeWithInfluxd('what fromInflux asks before it reads', (influxd) => {
  async function filled(...lines: string[]): Promise<string> {
    const database = await influxd().freshDatabase();
    await influxd().write(database, lines);
    return database;
  }

  /** What is read, what is warned of, and the error. */
  async function read(database: string, options: Partial<FromInfluxOptions> = {}) {
    const warnings: string[] = [];
    const onWarning = ({ message }: InfluxWarning) => warnings.push(message);
    const all = { url: influxd().url, database, measurement: 'pumps', fields: 'rpm', onWarning, ...options };
    const values = lastValueFrom(
      fromInflux(all).pipe(
        map(({ value }) => value),
        toArray(),
      ),
    );
    const error = await values.then(
      () => undefined,
      ({ code, message }) => `${code}: ${message}`,
    );
    return { values: error === undefined ? await values : [], warnings, error };
  }

  it('reads without a word what is as it should be', async () => {
    const database = await filled(`pumps,host=a rpm=1,load=2 1`, `pumps,host=b rpm=3,load=4 2`);
    const sound = { values: [1, 3], warnings: [], error: undefined };
    expect(await read(database, { groupBy: 'host' })).toEqual(sound);
    expect(await read(database, { groupBy: '*' })).toEqual(sound);
    expect(await read(database, { where: { host: 'a' } })).toEqual({ ...sound, values: [1] });
    const vectors = await read(database, { fields: ['rpm', 'load'], groupBy: 'host' });
    const expected = [
      [1, 2],
      [3, 4],
    ];
    expect(vectors).toEqual({ ...sound, values: expected });
  });

  it.each<[Partial<FromInfluxOptions>, string]>([
    [{ measurement: 'pump' }, 'has no measurement "pump"; the nearest are "pumps"'],
    [{ fields: 'RPM' }, 'measurement "pumps" has no field "RPM"; its nearest of numbers are "rpm", "load"'],
    [{ fields: 'host' }, 'has no field "host", "host" is a tag'],
    [{ fields: ['rpm', 'lode'] }, 'has no field "lode"; its nearest of numbers are "load", "rpm"'],
    [
      { fields: 'state' },
      'field "state" of "pumps" is text, which cannot be modelled; its nearest of numbers are',
    ],
    [{ groupBy: 'hosts' }, 'has no tag "hosts"; the nearest are "host"'],
    [{ groupBy: 'rpm' }, 'has no tag "rpm", "rpm" is a field'],
    [{ groupBy: 'host', where: { rak: 'x' } }, 'has no tag "rak"'],
    [
      { retentionPolicy: 'long' },
      'has no retention policy "long", only "autogen": set retentionPolicy (--retention-policy)',
    ],
    [{ database: 'dbx' }, 'the server has no database "dbx"; the nearest are "db'],
  ])('refuses %j, with what there is', async (options, message) => {
    const database = await filled(`pumps,host=a rpm=1,load=2,state="on" 1`);
    const { error, warnings } = await read(database, options);
    expect(error).toContain(`BAD_INPUT: fromInflux: `);
    expect(error).toContain(message);
    expect(warnings).toEqual([]);
  });

  it('says in which retention policy the points are', async () => {
    const database = await filled(`other v=1 1`);
    await influxd().query(`CREATE RETENTION POLICY long ON ${database} DURATION INF REPLICATION 1`);
    const path = `${influxd().url}/write?db=${database}&rp=long`;
    await fetch(path, { method: 'POST', body: 'pumps,host=a rpm=5 1' });
    expect((await read(database)).error).toContain(
      'measurement "pumps" has no points in retention policy "autogen"; it is in "long": set retentionPolicy',
    );
    expect(await read(database, { retentionPolicy: 'long' })).toMatchObject({ values: [5], warnings: [] });
  });

  it('reads numbers of every type, and refuses where others would be left out of them', async () => {
    const at = (shard: bigint, value: string) => `pumps,host=a rpm=${value} ${BASE + shard * WEEK}`;
    const numbers = await filled(at(0n, '1i'), at(2n, '2.5'), at(4n, '3i'));
    expect(await read(numbers)).toEqual({ values: [1, 2.5, 3], warnings: [], error: undefined });
    await influxd().write(numbers, [at(6n, '"4"'), at(6n, '"5"').replace(/0$/, '1'), at(8n, 'true')]);
    expect((await read(numbers)).error).toContain(
      'field "rpm" of "pumps" changes its type: 2 of its values are text and would be left out; begin after them (from',
    );
    expect((await read(numbers)).error).toContain('1 of its values are of type boolean');
    expect(await read(numbers, { to: BASE + 5n * WEEK })).toMatchObject({
      values: [1, 2.5, 3],
      error: undefined,
    });
    const unchecked = await read(numbers, { checkSchema: false });
    expect(unchecked.values).toEqual([1, 2.5, 3]); // which is why
  });

  it('warns where several series come out as one', async () => {
    const database = await filled(
      'pumps,host=a,cpu=0 rpm=1 1',
      'pumps,host=a,cpu=1 rpm=2 1',
      'pumps,host=b,cpu=0 rpm=2 1',
    );
    expect((await read(database)).warnings).toEqual([
      'fromInflux: 3 series are read as one stream, such as "cpu=0,host=a" and "cpu=0,host=b" of "pumps": ' +
        'set groupBy (--group-by cpu,host) for a stream of each',
    ]);
    expect((await read(database, { groupBy: 'host' })).warnings).toEqual([
      expect.stringContaining('several series are read as stream "a", such as'),
    ]);
    expect((await read(database, { groupBy: 'host' })).warnings[0]).toContain('--group-by host,cpu');
    expect((await read(database, { groupBy: ['host', 'cpu'] })).warnings).toEqual([]);
    expect((await read(database, { where: { host: 'b' } })).warnings).toEqual([]);
    expect((await read(database, { where: { host: 'c' } })).warnings).toEqual([
      'fromInflux: no series of measurement "pumps" has "host" = "c"',
    ]);
  });

  it('does not take fields for a vector that never occur in one point', async () => {
    const apart = await filled(
      ...[0, 1, 2].flatMap((i) => [`pumps rpm=${i} ${2 * i}`, `pumps load=${i} ${2 * i + 1}`]),
    );
    const fields = ['rpm', 'load'];
    expect((await read(apart, { fields })).error).toContain(
      'fields "rpm", "load" of "pumps" never occur in one point (12 looked at), so they are no vector: read each by itself',
    );
    await influxd().write(apart, 'pumps rpm=7,load=8 9');
    expect((await read(apart, { fields })).error).toBeUndefined();
  });

  it('begins at a number in whatever unit it is', async () => {
    const database = await filled(`pumps rpm=1 1699999999000000000`, `pumps rpm=2 1700000000000000000`);
    for (const from of [1.7e9, 1.7e12, 1.7e15, 1.7e18])
      expect(await read(database, { from })).toMatchObject({ values: [2], error: undefined });
  });

  it('only warns where a stream is resumed, whose points may have expired', async () => {
    const database = await filled('other v=1 1');
    const position = { from: '5', seen: [] };
    const { error, warnings, values } = await read(database, { position });
    expect({ error, values }).toEqual({ error: undefined, values: [] });
    expect(warnings).toEqual([
      expect.stringContaining('has no measurement "pumps"; the nearest are "other"'),
    ]);
  });

  it('reports points that are written later than allowed, as many as there are', async () => {
    const now = BigInt(Date.now()) * 1_000_000n;
    const ago = (ms: number) => now - BigInt(ms) * 1_000_000n;
    const database = await filled(`pumps,host=a rpm=1 ${ago(60_000)}`, `pumps,host=a rpm=2 ${ago(0)}`);
    const late: InfluxWarning[] = [];
    const values: unknown[] = [];
    const subscription = fromInflux({
      ...{ url: influxd().url, database, measurement: 'pumps', fields: 'rpm', groupBy: 'host' },
      follow: { every: 20, longest: 50, allowedLateness: 1000 },
      onWarning: (warning) => late.push(warning),
    }).subscribe(({ value }) => values.push(value));
    try {
      await expect.poll(() => values).toEqual([1, 2]);
      const lines = Array.from({ length: 7 }, (_, i) => `pumps,host=a rpm=9 ${ago(30_000 + i)}`);
      await influxd().write(database, [...lines, `pumps,host=a rpm=3 ${now + 1n}`]);
      await expect.poll(() => late.at(-1)?.count).toBe(7);
      await influxd().write(database, `pumps,host=b rpm=9 ${ago(20_000)}`);
      await expect.poll(() => late.at(-1)?.count).toBe(8);
      expect(values).toEqual([1, 2, 3]);
      expect(late).toHaveLength(2);
      expect(late[0]).toEqual({
        ...{ kind: 'late', count: 7 },
        message:
          'fromInflux: 7 points were written to "pumps" more than 1 s late and not read; raise allowedLateness (--allowed-lateness)',
      });
    } finally {
      subscription.unsubscribe();
    }
  });

  it('does not count what an earlier run has read as late', async () => {
    const now = BigInt(Date.now() - 600_000) * 1_000_000n; // all of it is over
    const at = (ms: number) => now - BigInt(ms) * 1_000_000n;
    const database = await filled(...[900, 800, 700].map((ms) => `pumps,host=a rpm=1 ${at(ms)}`));
    const late: InfluxWarning[] = [];
    const options = {
      ...{ url: influxd().url, database, measurement: 'pumps', fields: 'rpm', groupBy: 'host' },
      follow: { every: 20, longest: 50, allowedLateness: 1000 },
      onWarning: (warning: InfluxWarning) => late.push(warning),
    };
    const before = await firstValueFrom(fromInflux(options).pipe(skip(2)));
    const values: unknown[] = [];
    const position = JSON.parse(JSON.stringify(before.position)) as InfluxPosition;
    const subscription = fromInflux({ ...options, position }).subscribe(({ value }) => values.push(value));
    try {
      const proof = Array.from(
        { length: 5 },
        (_, i) => `pumps,host=a rpm=2 ${now + 60_000_000_000n + BigInt(i)}`,
      );
      await influxd().write(database, proof); // so that all before is over
      await expect.poll(() => values.length).toBe(5);
      await influxd().write(database, `pumps,host=a rpm=9 ${at(300)}`); // late, and found
      await influxd().write(database, `pumps,host=a rpm=2 ${now + 120_000_000_000n}`);
      await expect.poll(() => late.at(-1)?.count).toBe(1);
    } finally {
      subscription.unsubscribe();
    }
  });
});

describe('the nearest names', () => {
  it('are those that differ by case, a part or few letters, best first', () => {
    const names = ['temperature', 'pressure', 'rpm', 'Temp', 'humidity'];
    expect(nearestNames('temp', names)).toEqual(['Temp', 'temperature', 'rpm']);
    expect(nearestNames('presure', names, 1)).toEqual(['pressure']);
    expect(nearestNames('x', [])).toEqual([]);
  });
});

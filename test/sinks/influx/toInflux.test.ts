import {
  asyncScheduler,
  concat,
  from,
  lastValueFrom,
  map,
  NEVER,
  of,
  Subject,
  throwError,
  toArray,
} from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Value, Verdict } from '../../../src/core/reading.ts';
import { withAbsences } from '../../../src/operators/absences.ts';
import type { LostVerdicts } from '../../../src/sinks/influx/checkToInflux.ts';
import { toInflux } from '../../../src/sinks/influx/toInflux.ts';
import {
  DISK_FULL,
  type Fault,
  type FaultyProxy,
  faultyProxy,
} from '../../support/environment/faultyProxy.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { verdictOf } from '../../support/records.ts';

const START = Date.UTC(2024, 0, 1);
const RETRY = { first: 20, longest: 100 };

/** The k-th verdict of a stream with a reading every second. */
const verdictAt = (k: number, overrides: Partial<Verdict<unknown, number>> = {}) =>
  verdictOf<unknown>({ tags: { host: 'a' } }, false, { time: START + 1000 * k, value: k, ...overrides });

const verdicts = (count: number) => Array.from({ length: count }, (_, k) => verdictAt(k));

describeWithInfluxd('toInflux', (influxd) => {
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await faultyProxy(influxd().url);
  });
  afterAll(() => proxy?.close());

  /** What is stored, one object per point. */
  async function stored(database: string, measurement = 'rx_anomaly'): Promise<Record<string, unknown>[]> {
    const [series] = await influxd().query(`SELECT * FROM "${measurement}"`, database);
    return (series?.values ?? []).map((cells) =>
      Object.fromEntries(cells.map((cell, at) => [series!.columns[at]!, cell])),
    );
  }

  it('writes what a dashboard needs, under the tags and the very nanosecond of the reading', async () => {
    const database = await influxd().freshDatabase();
    const event = { tags: { host: 'a', rack: 'r,1 =' }, timeNs: '1704067200123456789' };
    const verdict = verdictOf<unknown>(event, true, {
      key: 'a',
      time: START + 123,
      value: 7,
      expected: 5,
      lower: 4,
      upper: 6,
      score: 0.75,
      severity: 'high',
      startOfIncident: true,
    });
    const passed = await lastValueFrom(of(verdict).pipe(toInflux({ url: influxd().url, database })));
    expect(passed).toBe(verdict);
    expect(await stored(database)).toEqual([
      {
        time: '2024-01-01T00:00:00.123456789Z',
        expected: 5,
        host: 'a',
        has_forecast: true,
        imputed: false,
        incident_id: 'a@1704067200123456789',
        is_absence: false,
        is_anomaly: true,
        lower: 4,
        rack: 'r,1 =',
        score: 0.75,
        severity: 'high',
        starts_incident: true,
        upper: 6,
        value: 7,
        warming_up: false,
      },
    ]);
  });

  it('names every dimension, and leaves out what is not known', async () => {
    const database = await influxd().freshDatabase();
    const verdict: Verdict<unknown, Value> = {
      ...verdictAt(0),
      key: 'press',
      event: 'no record',
      value: [1, 2],
      expected: [Number.NaN, 3],
      lower: [Number.NaN, 1],
      upper: [Number.NaN, 4],
    };
    const options = { url: influxd().url, database, dimensions: ['temp', 'rpm'] };
    await lastValueFrom(of(verdict).pipe(toInflux(options)));
    const [point] = await stored(database);
    expect(point).toMatchObject({ key: 'press', value_temp: 1, value_rpm: 2, expected_rpm: 3, upper_rpm: 4 });
    expect(point).not.toHaveProperty('expected_temp');
    expect(point).toMatchObject({ has_forecast: false, incident_id: '' });
  });

  it('writes an absence after the last event, and never over it', async () => {
    const database = await influxd().freshDatabase();
    const events = [0, 1, 2, 10].map((k) => {
      const time = START + 1000 * k;
      const event = { tags: { host: 'a' }, timeNs: `${time}000000` };
      return verdictOf<unknown>(event, k === 10, { key: 'a', time, value: k, startOfIncident: k === 10 });
    });
    const found = from(events).pipe(
      withAbsences({ absentAfter: 5000, absentBy: 'time', maxKeys: 1 }, asyncScheduler),
    );
    await lastValueFrom(found.pipe(toInflux({ url: influxd().url, database })));
    const points = await stored(database);
    expect(
      points.map(({ value, is_absence, starts_incident }) => [value, is_absence, starts_incident]),
    ).toEqual([
      [0, false, false],
      [1, false, false],
      [2, false, false],
      [null, true, true],
      [10, false, true],
    ]);
    const [absence, back] = points.slice(3);
    expect(absence).toMatchObject({
      host: 'a',
      time: '2024-01-01T00:00:07Z',
      is_anomaly: true,
      has_forecast: false,
    });
    expect(absence!.incident_id).toBe(`a@absence@${START + 2000}000000`);
    expect(back!.incident_id).toBe(`a@${START + 10_000}000000`);
  });

  it('gives one incident one name, and the next another', async () => {
    const database = await influxd().freshDatabase();
    const flags = [false, true, true, false, true, true, false];
    const starts = [1, 5]; // the fourth is a hole in the first incident
    const stream = flags.map((isAnomaly, k) =>
      verdictAt(k, { isAnomaly, startOfIncident: starts.includes(k) }),
    );
    await lastValueFrom(from(stream).pipe(toInflux({ url: influxd().url, database })));
    const [first, second] = [`${START + 1000}000000`, `${START + 5000}000000`];
    expect((await stored(database)).map((point) => point.incident_id)).toEqual([
      '',
      first,
      first,
      '',
      first,
      second,
      '',
    ]);
  });

  it('leaves one point per verdict, however often it is written', async () => {
    const database = await influxd().freshDatabase();
    const write = () => lastValueFrom(from(verdicts(50)).pipe(toInflux({ url: influxd().url, database })));
    await write();
    const once = await stored(database);
    await write();
    expect(once.length).toBe(50);
    expect(await stored(database)).toEqual(once);
  });

  it('leaves nothing of an earlier verdict on the same reading', async () => {
    const [database, other] = [await influxd().freshDatabase(), await influxd().freshDatabase()];
    const write = (verdict: Verdict<unknown, number>, to: string) =>
      lastValueFrom(of(verdict).pipe(toInflux({ url: influxd().url, database: to })));
    const flagged = {
      key: 'a',
      isAnomaly: true,
      startOfIncident: true,
      severity: 'high',
      score: 0.9,
    } as const;
    const plain = verdictAt(1, { key: 'a', warmingUp: true });
    await write(verdictAt(1, flagged), database);
    expect((await stored(database))[0]).toMatchObject({ incident_id: expect.stringMatching(/^a@/) });
    await write(plain, database);
    await write(plain, other);
    expect(await stored(database)).toEqual(await stored(other));
  });

  it.each([
    [{ batchSize: 1e6 }, 'expected batchSize to be a number from 1 to 100000'],
    [{ every: 1e12 }, 'expected every to be a number from 0 to 2147483647'],
    [{ maxWaiting: 1e9 }, 'expected maxWaiting to be a number from 1 to 100000000'],
    [{ url: 'me:hush@localhost:8086' }, 'expected url to be without a user'],
    [{ url: 'http://localhost:8086/?p=hush' }, 'got "http://localhost:8086/?…"'],
  ])('refuses %j at once', (options, message) => {
    const call = () => toInflux({ url: influxd().url, database: 'x', ...options });
    expect(call).toThrow(message);
    expect(call).not.toThrow('hush');
  });

  it('writes in batches: so many, or what came in the time', async () => {
    const database = await influxd().freshDatabase();
    proxy.next = () => 'pass';
    const before = proxy.log.length;
    const source = new Subject<Verdict<unknown, number>>();
    const out: unknown[] = [];
    const options = { url: proxy.url, database, batchSize: 10, every: 300 };
    const subscription = source.pipe(toInflux(options)).subscribe((verdict) => out.push(verdict));
    for (const verdict of verdicts(24)) source.next(verdict);
    await expect.poll(() => out.length).toBe(20);
    expect(proxy.log.length - before).toBe(2);
    await expect.poll(() => out.length).toBe(24);
    expect(proxy.log.length - before).toBe(3);
    subscription.unsubscribe();
  });

  const FAULTS: Readonly<Record<string, Fault>> = {
    hangs: 'hang',
    'is full': DISK_FULL,
    'answers 503': { status: 503, body: '' },
    'breaks off': 'lose',
    'answers in halves': 'cut',
  };

  it.each(Object.entries(FAULTS))('loses and doubles nothing when the server %s', async (_, fault) => {
    const database = await influxd().freshDatabase();
    const random = new Random(3);
    let faults = 0;
    proxy.next = () => (random.uniform() < 0.5 && ++faults > 0 ? fault : 'pass');
    const options = {
      url: proxy.url,
      database,
      batchSize: 20,
      requestTimeout: 400,
      retry: { ...RETRY, limit: Infinity },
    };
    const passed = await lastValueFrom(from(verdicts(200)).pipe(toInflux(options), toArray()));
    expect(faults).toBeGreaterThan(2);
    expect(passed).toEqual(verdicts(200));
    expect((await stored(database)).map(({ value }) => value)).toEqual(passed.map(({ value }) => value));
  });

  it('survives the death of influxd between two batches', async () => {
    const database = await influxd().freshDatabase();
    const source = new Subject<Verdict<unknown, number>>();
    const options = { url: influxd().url, database, batchSize: 10, retry: { ...RETRY, limit: Infinity } };
    const passed = lastValueFrom(source.pipe(toInflux(options), toArray()));
    const stream = verdicts(100);
    for (const verdict of stream.slice(0, 35)) source.next(verdict);
    await influxd().kill();
    for (const verdict of stream.slice(35, 70)) source.next(verdict);
    await new Promise((done) => setTimeout(done, 1500));
    await influxd().start();
    for (const verdict of stream.slice(70)) source.next(verdict);
    source.complete();
    expect(await passed).toEqual(stream);
    expect((await stored(database)).length).toBe(100);
  });

  it('writes what waits before an error of the source ends the stream', async () => {
    const database = await influxd().freshDatabase();
    const failing = concat(
      from(verdicts(7)),
      throwError(() => new Error('sensor gone')),
    );
    await expect(lastValueFrom(failing.pipe(toInflux({ url: influxd().url, database })))).rejects.toThrow(
      'sensor gone',
    );
    expect((await stored(database)).length).toBe(7);
  });

  it('ends with an error when it is refused, and says which verdicts are not written', async () => {
    const database = await influxd().freshDatabase();
    await influxd().write(database, `rx_anomaly,host=b score="text" ${START}000000`);
    const lost: LostVerdicts<unknown, number>[] = [];
    const options = { url: influxd().url, database, onLost: (report: (typeof lost)[0]) => lost.push(report) };
    await expect(lastValueFrom(from(verdicts(3)).pipe(toInflux(options)))).rejects.toMatchObject({
      code: 'SERVER',
      message: expect.stringContaining('field type conflict'),
    });
    expect(lost.map((report) => report.verdicts.length)).toEqual([3]);
  });

  it("continues without what is refused with 'skip'", async () => {
    const database = await influxd().freshDatabase();
    proxy.next = () => DISK_FULL;
    const lost: LostVerdicts<unknown, number>[] = [];
    const options = {
      url: proxy.url,
      database,
      batchSize: 2,
      retry: { ...RETRY, limit: 1 },
      onFailure: 'skip',
      onLost: (report: (typeof lost)[0]) => {
        lost.push(report);
        proxy.next = () => 'pass';
      },
    } as const;
    const passed = await lastValueFrom(from(verdicts(6)).pipe(toInflux(options), toArray()));
    expect(passed.length).toBe(6);
    expect(lost.map((report) => report.verdicts)).toEqual([verdicts(2)]);
    expect((await stored(database)).map(({ value }) => value)).toEqual([2, 3, 4, 5]);
  });

  it('is an error when more verdicts wait than may, after those that wait are written', async () => {
    const database = await influxd().freshDatabase();
    const options = { url: influxd().url, database, maxWaiting: 5 };
    const flood = concat(from(verdicts(9)), NEVER);
    await expect(lastValueFrom(flood.pipe(toInflux(options)))).rejects.toThrow('more than 5 verdicts wait');
    expect((await stored(database)).length).toBe(5);
  });

  it('refuses a verdict without a time, which could be written twice', async () => {
    const database = await influxd().freshDatabase();
    const untimed = of(verdictAt(0)).pipe(map((verdict) => ({ ...verdict, time: undefined })));
    await expect(
      lastValueFrom(untimed.pipe(toInflux({ url: influxd().url, database }))),
    ).rejects.toMatchObject({
      code: 'BAD_DATA',
    });
  });
});

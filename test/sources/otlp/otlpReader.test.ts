import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { type FromOtlpOptions, otlpOptions } from '../../../src/sources/otlp/otlpOptions.ts';
import { OtlpReader } from '../../../src/sources/otlp/otlpReader.ts';

const SECOND = 1_000_000_000;
const DELTA = 1;
const CUMULATIVE = 2;
type Fields = Readonly<Record<string, unknown>>;

/** A reader, what it reads of requests with one metric each, and its warnings. */
function make(options: Partial<FromOtlpOptions> = {}) {
  const warnings: string[] = [];
  const checked = otlpOptions.resolve('fromOtlp', { port: 0, ...options });
  const reader = new OtlpReader(checked, (kind, message) => warnings.push(`${kind}: ${message}`));
  const read = (metric: Fields, resource: Fields = {}) =>
    reader.read({
      resourceMetrics: [
        { resource: { attributes: attributes(resource) }, scopeMetrics: [{ metrics: [metric] }] },
      ],
    });
  const values = (metric: Fields, resource?: Fields): number[] =>
    read(metric, resource).readings.map(({ value }) => value);
  return { reader, read, values, warnings };
}

const attributes = (all: Fields): object[] =>
  Object.entries(all).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const at = (time: number, start: number, more: Fields): Fields => ({
  ...{ timeUnixNano: String(time * SECOND), startTimeUnixNano: String(start * SECOND) },
  ...more,
});
const counter = (how: number, ...dataPoints: Fields[]): Fields => ({
  name: 'jobs',
  sum: { aggregationTemporality: how, isMonotonic: true, dataPoints },
});
const gauge = (...dataPoints: Fields[]): Fields => ({ name: 'load', gauge: { dataPoints } });

describe('the readings of OTLP', () => {
  it('have a key of service, instance and attributes, whose names are sorted', () => {
    const point = at(5, 0, { asDouble: 1.5, attributes: attributes({ zone: 'b', core: '0' }) });
    const resource = { 'service.name': 'shop', 'service.instance.id': 'i-1', 'process.pid': '7' };
    expect(make().read(gauge(point), resource).readings).toEqual([
      {
        key: 'load{core="0",service.instance.id="i-1",service.name="shop",zone="b"}',
        ...{
          time: 5000,
          value: 1.5,
          metric: 'load',
          resource,
          attributes: { core: '0', zone: 'b' },
          scope: '',
        },
      },
    ]);
    expect(make({ keyOf: ({ metric }) => metric }).read(gauge(point)).readings[0]!.key).toBe('load');
    expect(make({ resource: [] }).read(gauge(point), resource).readings[0]!.key).toBe(
      'load{core="0",zone="b"}',
    );
  });

  it('of a counter are its increase per second, also over a restart of its sender', () => {
    const { values } = make();
    const total = (time: number, start: number, count: number): number[] =>
      values(counter(CUMULATIVE, at(time, start, { asInt: String(count) })));
    expect(total(10, 1, 100)).toEqual([]); // from here on it counts
    expect(total(20, 1, 150)).toEqual([5]);
    expect(total(40, 1, 150)).toEqual([0]);
    expect(total(50, 45, 20)).toEqual([4]); // 20 within the 5 s of its life
    expect(total(60, 45, 20)).toEqual([0]);
    expect(total(70, 0, 30)).toEqual([1]); // no start: only a fall shows a restart
  });

  it('are the same of a delta counter', () => {
    const { values } = make();
    expect(values(counter(DELTA, at(20, 10, { asInt: 50 }), at(40, 20, { asInt: 0 })))).toEqual([5, 0]);
    expect(values(counter(DELTA, at(50, 45, { asInt: 20 })))).toEqual([4]);
  });

  it('of a delta counter that does not send since when it counts are its increase since the point before', () => {
    const { values, warnings } = make();
    const added = (time: number, asInt: number): Fields => ({ timeUnixNano: String(time * SECOND), asInt });
    expect(values(counter(DELTA, added(10, 50)))).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^counter: jobs: the first point/)]);
    expect(values(counter(DELTA, added(20, 50)))).toEqual([5]);
  });

  it('tell two libraries apart where the scope is part of the key', () => {
    const metrics = [gauge(at(5, 0, { asInt: 1 }))];
    const scopes = ['a', 'b'].map((name) => ({ scope: { name }, metrics }));
    const request = { resourceMetrics: [{ scopeMetrics: scopes }] };
    expect(make().reader.read(request).problems).toEqual([
      expect.stringMatching(/^load has several data points of one time; .*resource/),
    ]);
    const apart = make({ resource: ['otel.scope.name'] }).reader.read(request).readings;
    expect(apart.map(({ key, scope }) => [key, scope])).toEqual([
      ['load{otel.scope.name="a"}', 'a'],
      ['load{otel.scope.name="b"}', 'b'],
    ]);
  });

  it('resume with their position: counters count on, and what comes again is not read again', () => {
    const jobs = (time: number, asInt: number): Fields => counter(CUMULATIVE, at(time, 1, { asInt }));
    const first = make();
    first.read(jobs(10, 100));
    const [load] = first.read(gauge(at(10, 0, { asInt: 1 }))).readings;
    expect(load!.position).toEqual({ series: { jobs: [10_000, 1000, 100], load: [10_000, null] } });
    const second = make({ position: JSON.parse(JSON.stringify(load!.position)) });
    expect(second.values(jobs(10, 100))).toEqual([]);
    expect(second.values(gauge(at(10, 0, { asInt: 1 })))).toEqual([]);
    expect(second.values(jobs(20, 150))).toEqual([5]);
    expect(second.warnings).toEqual([]);
  });

  it('have a position without what was read after them, until the request is answered', () => {
    const { reader, read } = make();
    const points = [1, 2, 3].map((time) => at(time, 0, { asInt: time, attributes: attributes({ time }) }));
    const { readings } = read(gauge(...points));
    const series = (k: number): string[] => Object.keys(readings[k]!.position.series);
    expect(series(0)).toEqual(['load{time="1"}']);
    expect(series(1)).toEqual(['load{time="1"}', 'load{time="2"}']);
    reader.answered();
    expect(series(1)).toHaveLength(3);
  });

  it('of a sum that may fall are its level', () => {
    const queue = (value: number, time: number): Fields => ({
      name: 'queue',
      sum: { aggregationTemporality: CUMULATIVE, dataPoints: [at(time, 1, { asInt: value })] },
    });
    const { values } = make();
    expect([values(queue(7, 2)), values(queue(3, 3))]).toEqual([[7], [3]]);
  });

  it.each(['histogram', 'exponentialHistogram'])('of a %s are its count per second and its mean', (type) => {
    const { read, warnings } = make();
    const latency = (time: number, count: number, sum: number): Fields => ({
      name: 'latency',
      [type]: {
        aggregationTemporality: CUMULATIVE,
        dataPoints: [at(time, 1, { count: String(count), sum })],
      },
    });
    read(latency(10, 4, 2));
    const found = read(latency(20, 24, 42)).readings.map(({ key, value }) => [key, value]);
    expect(found).toEqual([
      ['latency.count', 2],
      ['latency.mean', 2],
    ]);
    expect(read(latency(30, 24, 42)).readings.map(({ value }) => value)).toEqual([0]); // no mean of nothing
    expect(warnings).toEqual([
      expect.stringMatching(/^distribution: latency.*not its shape/),
      expect.stringMatching(/^counter: latency: the first point of a counter has no reading/),
    ]);
  });

  it('are in the order of time, and a point that is sent again is none', () => {
    const { values, read } = make();
    const both = gauge(at(3, 0, { asDouble: 3 }), at(2, 0, { asDouble: 'NaN' }));
    expect(values(both)).toEqual([Number.NaN, 3]);
    expect(read(gauge(at(3, 0, { asDouble: 3 })))).toEqual({ readings: [], problems: [] });
  });

  it('are missing values where nothing was recorded, which do not disturb a counter', () => {
    const { values } = make();
    values(counter(CUMULATIVE, at(10, 1, { asInt: 100 })));
    expect(values(counter(CUMULATIVE, at(20, 1, { flags: 1 })))).toEqual([Number.NaN]);
    expect(values(counter(CUMULATIVE, at(30, 1, { asInt: 110 })))).toEqual([1]);
  });

  it('report what is left out', () => {
    const { read } = make();
    const problem = (metric: Fields): string => read(metric).problems.join();
    expect(problem(gauge(at(1, 0, {})))).toBe('load has a data point without a value');
    expect(problem(gauge({ asInt: 1 }))).toBe('load has a data point without timeUnixNano');
    expect(problem({ name: 'x' })).toMatch(/^x has neither gauge/);
    expect(problem(counter(0, at(1, 0, { asInt: 1 })))).toBe('jobs has no aggregationTemporality');
    expect(problem(gauge(at(9, 0, { asInt: 1 }), at(9, 0, { asInt: 2 })))).toMatch(/several data points/);
    read(counter(CUMULATIVE, at(20, 1, { asInt: 1 })));
    expect(problem(counter(CUMULATIVE, at(10, 1, { asInt: 1 })))).toMatch(/older than the point before/);
  });

  it('report senders that share a key', () => {
    const { values, read, warnings } = make();
    for (const [time, pid] of ['1', '2', '1'].entries())
      expect(values(gauge(at(time + 1, 0, { asInt: time })), { 'process.pid': pid })).toEqual([time]);
    expect(warnings).toEqual([
      expect.stringMatching(/^sender: load: several senders .*service\.instance\.id/),
    ]);
    read(counter(CUMULATIVE, at(20, 1, { asInt: 1 })));
    expect(read(counter(CUMULATIVE, at(21, 5, { asInt: 1 }))).problems).toEqual([
      expect.stringMatching(/^jobs counts since another time/),
    ]);
  });

  it('read the metrics that are named', () => {
    const { values } = make({ metrics: ['lo*', 'jobs.*'] });
    expect(values(gauge(at(1, 0, { asInt: 1 })))).toEqual([1]);
    expect(values(counter(DELTA, at(2, 1, { asInt: 1 })))).toEqual([]);
  });

  it('take null for a field that is not set, as JSON of Protocol Buffers does', () => {
    expect(make().values({ ...gauge(at(1, 0, { asInt: '7', flags: null })), sum: null })).toEqual([7]);
  });

  it('are as many as the increases of any counter, and sum up to what was counted', () => {
    const life = fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 5 }), (lives) => {
        const { values } = make();
        values(counter(CUMULATIVE, at(1, 1, { asInt: 0 })));
        let time = 1;
        let found = 0;
        for (const increases of lives) {
          const start = time;
          let total = 0;
          for (const increase of increases) {
            total += increase;
            for (const value of values(counter(CUMULATIVE, at(++time, start, { asInt: total }))))
              found += value;
          }
        }
        expect(found).toBeCloseTo(
          lives.flat().reduce((a, b) => a + b),
          6,
        );
      }),
    );
  });

  it('come of nothing else than requests, whatever JSON is sent', () => {
    const names = ['resourceMetrics', 'scopeMetrics', 'metrics', 'gauge', 'sum', 'dataPoints', 'attributes'];
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 9, withCrossShrink: true },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('json'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(json, (body) => {
        try {
          for (const { time } of make().reader.read(body).readings) expect(time).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RxAnomalyError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

import { once } from 'node:events';
import { connect } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { AggregationTemporalityPreference } from '@opentelemetry/exporter-metrics-otlp-http';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Subscription } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/clients/backlog.ts';
import { fromOtlp } from '../../../src/sources/otlp/fromOtlp.ts';
import type { FromOtlpOptions, OtlpWarning } from '../../../src/sources/otlp/otlpOptions.ts';
import type { OtlpReading } from '../../../src/sources/otlp/otlpReader.ts';
import { exporterOf, type Protocol } from './exporters.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A receiver that listens, and what it has had. */
class Receiver {
  readonly readings: OtlpReading[] = [];
  readonly warnings: OtlpWarning[] = [];
  readonly subscription: Subscription;
  port = 0;
  error: unknown;

  constructor(options: Partial<FromOtlpOptions>, onNext: () => void) {
    const all: FromOtlpOptions = {
      port: 0,
      onListening: (port) => {
        this.port = port;
      },
      onWarning: (warning) => this.warnings.push(warning),
      ...options,
    };
    this.subscription = fromOtlp(all).subscribe({
      next: (reading) => {
        this.readings.push(reading);
        onNext();
      },
      error: (error: unknown) => {
        this.error = error;
      },
    });
    ends.push(() => this.subscription.unsubscribe());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1/metrics`;
  }

  async post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
    const response = await fetch(this.url, {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/json', ...headers },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { headers: head, status } = response;
    const isJson = head.get('content-type') === 'application/json';
    return {
      status,
      headers: head,
      bytes,
      body: isJson ? JSON.parse(Buffer.from(bytes).toString()) : undefined,
    };
  }
}

async function receiver(
  options: Partial<FromOtlpOptions> = {},
  onNext: () => void = () => {},
): Promise<Receiver> {
  const made = new Receiver(options, onNext);
  await until(() => made.port > 0);
  return made;
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((done) => setTimeout(done, 5));
}

/** The SDK of npm, which sends when `flush` is called. */
function sender(url: string, options: Parameters<typeof exporterOf>[2] = {}, protocol: Protocol = 'json') {
  const exporter = exporterOf(protocol, url, options);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  ends.push(() => provider.shutdown().catch(() => {})); // its receiver may have gone
  return { meter: provider.getMeter('test'), flush: () => provider.forceFlush() };
}

let now = 1;
const load = (...values: number[]): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: values.map((asDouble, k) => ({
              name: `load${k}`,
              gauge: { dataPoints: [{ timeUnixNano: String(++now * 1e9), asDouble }] },
            })),
          },
        ],
      },
    ],
  });

describe('fromOtlp, with the SDK of npm as the sender', () => {
  it.each([
    ['json', {}],
    ['json', { compression: 'gzip' }],
    ['protobuf', {}],
    ['protobuf', { compression: 'gzip' }],
  ] as const)('reads gauges, sums and histograms (%s, %j)', async (protocol, options) => {
    const found = await receiver();
    const { meter, flush } = sender(found.url, options, protocol);
    const level = meter.createGauge('level');
    const queue = meter.createUpDownCounter('queue');
    const jobs = meter.createCounter('jobs');
    const latency = meter.createHistogram('latency');
    for (const k of [1, 2]) {
      level.record(k / 4, { room: 'a', big: true, floor: 2 });
      queue.add(-k);
      jobs.add(10);
      latency.record(3);
      latency.record(5);
      await flush();
    }
    const of = (metric: string): OtlpReading[] => found.readings.filter((each) => each.metric === metric);
    expect(of('level').map(({ value }) => value)).toEqual([0.25, 0.5]);
    expect(of('level')[0]!.key).toMatch(
      /^level\{big="true",floor="2",room="a",service\.name="unknown_service:[^"]*"\}$/,
    );
    expect(of('queue').map(({ value }) => value)).toEqual([-1, -3]);
    expect(of('latency.mean').map(({ value }) => value)).toEqual([4]);
    const [rate] = of('jobs');
    const seconds = (of('level')[1]!.time - of('level')[0]!.time) / 1000;
    expect(rate!.value * seconds).toBeCloseTo(10, 0);
    expect(of('jobs')).toHaveLength(1);
    expect(found.warnings.map(({ kind, count }) => [kind, count])).toEqual([
      ['counter', 1],
      ['distribution', 1],
      ['counter', 2],
    ]);
  });

  it('reads delta counters from the first point on', async () => {
    const found = await receiver();
    const temporalityPreference = AggregationTemporalityPreference.DELTA;
    const { meter, flush } = sender(found.url, { temporalityPreference });
    meter.createCounter('jobs').add(5);
    const begun = Date.now();
    await until(() => Date.now() > begun + 1);
    await flush();
    expect(found.readings.map(({ metric }) => metric)).toEqual(['jobs']);
  });

  it('loses nothing where the receiver ends and comes back: what was not answered is sent again', async () => {
    const first = await receiver();
    const { port, url } = first;
    const { meter, flush } = sender(url, { temporalityPreference: AggregationTemporalityPreference.DELTA });
    const level = meter.createGauge('level');
    level.record(1);
    await flush();
    first.subscription.unsubscribe();
    level.record(2);
    const flushed = flush(); // finds no receiver, and tries again
    await new Promise((done) => setTimeout(done, 100));
    const second = await receiver({ port });
    await flushed;
    expect([...first.readings, ...second.readings].map(({ value }) => value)).toEqual([1, 2]);
  });

  it('is sent again what it was asked to take while too much waited', async () => {
    const backlog = new Backlog(1);
    const maxBodySize = 2000;
    const found = await receiver({ backlog, maxBodySize }, () => backlog.add(1));
    const posts = Array.from({ length: 5 }, () => found.post(load(1).padEnd(maxBodySize))); // there is room for four
    const refused = await Promise.race(posts);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    const { meter, flush } = sender(found.url);
    meter.createGauge('level').record(7);
    const flushed = flush();
    while (found.readings.at(-1)?.metric !== 'level') {
      if (backlog.size > 0) backlog.add(-1);
      await new Promise((done) => setTimeout(done, 5));
    }
    backlog.add(-backlog.size);
    await flushed;
    const statuses = (await Promise.all(posts)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 200, 200, 503]);
    expect(found.warnings).toEqual([]);
  });
});

describe('fromOtlp, as a server', () => {
  it('answers when the readings were taken', async () => {
    const backlog = new Backlog(1);
    const found = await receiver({ backlog }, () => backlog.add(1));
    let isAnswered = false;
    const answer = found.post(load(1, 2)).then(({ status }) => {
      isAnswered = true;
      return status;
    });
    await until(() => found.readings.length === 2);
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setTimeout(done, 5));
    expect(isAnswered).toBe(false);
    backlog.add(-2);
    expect(await answer).toBe(200);
  });

  it.each([
    ['{', {}, 400, /expected JSON/],
    ['{"resourceMetrics":1}', {}, 400, /expected resourceMetrics to be a list, got 1/],
    ['[]', {}, 400, /expected the request to be an object/],
    [
      'abc',
      { 'content-type': 'text/plain' },
      415,
      /text\/plain: .*OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf/,
    ],
    ['{}', { 'content-encoding': 'br' }, 415, /OTEL_EXPORTER_OTLP_COMPRESSION/],
    ['{}', { 'content-encoding': 'gzip' }, 400, /gzip is damaged/],
    [' '.repeat(1001), {}, 413, /larger than 1000 bytes/],
    [gzipSync(' '.repeat(1001)), { 'content-encoding': 'gzip' }, 413, /larger than 1000 bytes/],
  ])('refuses %j', async (body, headers, status, message) => {
    const found = await receiver({ maxBodySize: 1000 });
    const refused = await found.post(body as string, headers as Record<string, string>);
    expect(refused).toMatchObject({ status, body: { message: expect.stringMatching(message) } });
    expect(found.warnings).toMatchObject([{ kind: 'request', message: expect.stringMatching(message) }]);
    expect(await found.post('{}')).toMatchObject({ status: 200, body: {} });
  });

  it('answers Protocol Buffers in kind', async () => {
    const found = await receiver();
    const headers = { 'content-type': 'application/x-protobuf' };
    const refused = await found.post('abc', headers);
    expect(refused).toMatchObject({ status: 400, body: undefined });
    expect(Buffer.from(refused.bytes).toString()).toMatch(
      /expected metrics as Protocol Buffers: it is cut off/,
    );
    expect(found.warnings).toHaveLength(1);
    const metric = Buffer.from([0x0a, 1, 97, 0x2a, 2, 0x0a, 0]); // a gauge `a` with an empty point
    const inside = Buffer.from([0x12, metric.length, ...metric]);
    const partly = await found.post(
      Uint8Array.from([0x0a, inside.length + 2, 0x12, inside.length, ...inside]),
      headers,
    );
    expect(partly.status).toBe(200);
    expect(ProtobufMetricsSerializer.deserializeResponse(partly.bytes)).toEqual({
      partialSuccess: { rejectedDataPoints: 1, errorMessage: 'a has a data point without a value' },
    });
    expect(await found.post('', headers)).toMatchObject({ status: 200, bytes: new Uint8Array() });
  });

  it('neither answers nor has in its position what was not processed when it ended', async () => {
    const backlog = new Backlog(1);
    const found = await receiver({ backlog }, () => backlog.add(1));
    const posted = found.post(load(1, 2)).catch(() => 'no answer');
    await until(() => found.readings.length === 2);
    found.subscription.unsubscribe();
    backlog.add(-2); // as operators do with what they will not process
    expect(await posted).toBe('no answer');
    await new Promise((done) => setTimeout(done, 50));
    expect(Object.keys(found.readings[0]!.position.series)).toEqual(['load0']);
  });

  it('reports the points that it leaves out, to the sender and here', async () => {
    const found = await receiver();
    const body = load(1, 2).replace('"asDouble":2', '"asDouble":"high"');
    const errorMessage = 'load1 has a data point without a value';
    expect((await found.post(body)).body).toEqual({
      partialSuccess: { rejectedDataPoints: '1', errorMessage },
    });
    expect(found.readings).toHaveLength(1);
    expect(found.warnings).toMatchObject([{ kind: 'point', count: 1 }]);
  });

  it('asks for its token', async () => {
    const found = await receiver({ token: 'secret' });
    expect((await found.post('{}')).status).toBe(401);
    expect((await found.post('{}', { authorization: 'Bearer secret' })).status).toBe(200);
  });

  it('names its path, and its method', async () => {
    const found = await receiver({ path: '/otlp' });
    expect((await found.post('{}')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${found.port}/otlp`)).status).toBe(405);
  });

  it('names the remedy where gRPC comes', async () => {
    const found = await receiver();
    const client = connect(`http://127.0.0.1:${found.port}`);
    client.on('error', () => {});
    await once(client, 'close');
    expect(found.warnings).toMatchObject([
      { message: expect.stringMatching(/gRPC.*http\/protobuf or http\/json/) },
    ]);
  });

  it('ends where the port is taken', async () => {
    const { port } = await receiver();
    const second = new Receiver({ port }, () => {});
    await until(() => second.error !== undefined);
    expect(second.error).toMatchObject({ code: 'SERVER', message: expect.stringMatching(/EADDRINUSE/) });
  });

  it.each([
    [{ port: 70_000 }, 'port'],
    [{ port: '4318' }, 'port'],
    [{ port: 0, path: 'v1' }, 'path'],
    [{ port: 0, metrics: 'a' }, 'metrics'],
    [{ port: 0, maxBodySize: 0 }, 'maxBodySize'],
    [{ port: 0, position: {} }, 'position'],
    [{ port: 0, position: { series: { a: [1] } } }, 'position'],
    [{}, 'port'],
  ])('refuses the options %j', (options, name) => {
    expect(() => fromOtlp(options as never)).toThrow(new RegExp(`^fromOtlp: .*${name}`));
  });
});

import { once } from 'node:events';
import { join } from 'node:path';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { freePort } from '../../support/environment/influxServer.js';
import { rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';
import { picture, serve } from '../serve/served.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const random = new Random(3);
const ROWS = Array.from({ length: 400 }, (_, k) => ({
  time: Date.UTC(2026, 0, 5) + 60_000 * k,
  value: 20 + 5 * Math.sin(k / 20) + 0.3 * random.normal() + (k === 350 ? 40 : 0),
}));

/** Sends rows as an SDK does: again until they are answered. */
async function send(port: number, rows: typeof ROWS): Promise<void> {
  const dataPoints = rows.map(({ time, value }) => ({ timeUnixNano: `${time}000000`, asDouble: value }));
  const metrics = [{ name: 'load', gauge: { dataPoints } }];
  const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  const request = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/metrics`, request).catch(() => undefined);
    if (response?.status === 200) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function listening({ child }: Started): Promise<void> {
  let text = '';
  while (!text.includes('receiving metrics at')) [text] = (await once(child.stderr!, 'data')) as [string];
}

describe('detect --otlp', () => {
  it('makes the same verdicts as of a table, also when it resumes after Ctrl-C', async () => {
    const lines = ROWS.map(({ time, value }) => `${new Date(time).toISOString()},${value}`);
    const table = folder.file('load.csv', ['time,load', ...lines].join('\n'));
    const expected = parseLines((await rxAnomaly(['detect', table])).stdout);
    const port = await freePort();
    let written = '';
    for (const part of [ROWS.slice(0, 200), ROWS.slice(200)]) {
      const run = start(['detect', '--otlp', String(port), '--checkpoint', join(folder.path, 'state')]);
      await send(port, part);
      run.child.kill('SIGINT');
      const { code, stdout, stderr } = await run.finished;
      expect(stderr).toMatch(/^200 data points in .* s/m);
      expect(code).toBe(130);
      written += stdout;
    }
    const facts = (all: typeof expected): unknown[] =>
      all.map(({ time, value, score }) => ({ time, value, score }));
    const found = parseLines(written);
    expect(facts(found)).toEqual(facts(expected));
    expect(found.some(({ isAnomaly }) => isAnomaly)).toBe(true);
    expect(found[0]!.key).toBe('load');
  });

  it('has a verdict for every point that it has answered, however often it is killed', async () => {
    const port = await freePort();
    const times = new Set<unknown>();
    const collect = (text: string): void => {
      for (const { time } of parseLines(text.slice(0, text.lastIndexOf('\n') + 1))) times.add(time);
    };
    let run = start(['detect', '--otlp', String(port)]);
    for (let k = 0; k < ROWS.length; k += 20) {
      const sent = send(port, ROWS.slice(k, k + 20));
      if (k % 100 === 40) {
        await Promise.race([listening(run), sent]);
        run.child.kill('SIGKILL'); // wherever it is
        collect((await run.finished).stdout);
        run = start(['detect', '--otlp', String(port)]);
      }
      await sent;
    }
    run.child.kill('SIGINT');
    collect((await run.finished).stdout);
    expect([...times].sort()).toEqual(ROWS.map(({ time }) => new Date(time).toISOString()));
  });

  it('names what it refuses', async () => {
    const port = await freePort();
    const run = start(['detect', '--otlp', `localhost:${port}`]);
    await listening(run);
    const headers = { 'content-type': 'text/plain' };
    await fetch(`http://localhost:${port}/v1/metrics`, { method: 'POST', body: 'x', headers });
    const second = await rxAnomaly(['detect', '--otlp', `localhost:${port}`]);
    expect(second.stderr).toMatch(/cannot listen on localhost:\d+/);
    run.child.kill('SIGINT');
    expect((await run.finished).stderr).toMatch(
      /warning: OTLP: .*OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf or http\/json/,
    );
  });

  it('reports that nothing comes', async () => {
    const run = start(['detect', '--otlp', String(await freePort())]);
    let text = '';
    while (!text.includes('nothing to detect yet: no sender reaches the port'))
      text += String((await once(run.child.stderr!, 'data'))[0]);
    run.child.kill('SIGINT');
    expect((await run.finished).code).toBe(130);
  });

  it.each([
    [['--otlp', 'here'], /--otlp.*\[HOST:\]PORT, such as 4318/],
    [['--otlp', '99999'], /--otlp.*\[HOST:\]PORT/],
    [['--metric', 'a'], /--metric has no effect without --otlp/],
    [['--resource', 'a'], /--resource has no effect without --otlp/],
    [['--otlp', '1', '--key', 'a'], /--key has no effect with --otlp/],
    [['--otlp', '1', 'a.csv'], /name a table or --otlp, not both/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await rxAnomaly(['detect', ...more]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('serve --otlp', () => {
  it('shows what an SDK sends', async () => {
    const port = await freePort();
    const { url } = await serve(['--otlp', String(port), '--metric', 'room.*']);
    const exporter = new OTLPMetricExporter({ url: `http://127.0.0.1:${port}/v1/metrics` });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 100 });
    const provider = new MeterProvider({ readers: [reader] });
    for (const name of ['room.heat', 'other']) provider.getMeter('test').createGauge(name).record(20);
    let records = 0;
    while (records < 3) {
      records = (await picture(url)).streams?.[0]?.records ?? 0;
      await new Promise((done) => setTimeout(done, 100));
    }
    expect((await picture(url)).streams!.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^room\.heat\{service\.name=/),
    ]);
    await provider.shutdown();
  });
});

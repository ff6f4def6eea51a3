import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { FIXTURES, rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';
import { metric, picture, say, serve, shownAfter } from './served.ts';

const folder = temporaryFolder();

/** A table with a spike at row 300. */
const table = `time,value\n${Array.from(
  { length: 400 },
  (_, i) =>
    `${new Date(1_700_000_000_000 + i * 60_000).toISOString()},${i === 300 ? 90 : (Math.sin(i / 5) + ((i * 7919) % 13) / 50).toFixed(3)}\n`,
).join('')}`;

describe('serve', () => {
  it('replays every table of a folder, each a stream, and continues until it is interrupted', async () => {
    const { url, started } = await serve([
      `${FIXTURES}sensors`,
      '--speed',
      '1e6',
      '--forecaster',
      'lastValue',
    ]);
    await expect.poll(() => metric(url, 'events_total')).toBeGreaterThan(500);
    const streams = async () => (await picture(url)).streams ?? [];
    const names = async () => (await streams()).map(({ name }) => name);
    await expect.poll(names).toEqual(expect.arrayContaining(['spike', 'machine', 'drift']));
    expect((await streams()).find(({ name }) => name === 'machine')!.dimensions).toEqual([
      'temperature',
      'rpm',
      'vibration',
    ]);
    started.child.kill('SIGINT');
    expect(await started.finished).toMatchObject({ code: 130, stdout: '' });
  });

  it('shows and reports a stream that falls silent in the times of its table, however fast it is replayed', async () => {
    const received: { kind: string; phase: string; start: string; end: string | null }[] = [];
    const server = createServer(async (request, response) => {
      received.push(JSON.parse(await text(request)));
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const at = (row: number): string => new Date(1_700_000_000_000 + row * 60_000).toISOString();
    const rows = Array.from({ length: 300 }, (_, row) =>
      row < 100 || row >= 150 ? [`${at(row)},${Math.sin(row).toFixed(2)}`] : [],
    );
    const file = folder.file('gap.csv', `time,value\n${rows.flat().join('\n')}\n`);
    const args = [file, '--speed', '1e9', '--forecaster', 'lastValue', '--absent-after', '10m'];
    const { url } = await serve([...args, '--webhook', hook]);
    await expect.poll(() => metric(url, 'events_total')).toBe(250);
    await expect.poll(() => metric(url, 'absences_total')).toBe(1);
    const silent = () => received.filter(({ kind }) => kind === 'absence');
    await expect.poll(silent).toMatchObject([
      { phase: 'began', start: at(99), end: null },
      { phase: 'ended', start: at(99), end: at(150) },
    ]);
    const shown = async () => (await picture(url)).incidents?.filter(({ kind }) => kind === 'absence');
    await expect
      .poll(shown)
      .toMatchObject([{ open: false, start: Date.parse(at(99)), end: Date.parse(at(150)) }]);
    server.closeAllConnections();
    server.close();
  });

  it('reports what cannot be read while it runs, by table, and how tables are read', async () => {
    const wrong = table.replace(/^(.*\n(?:.*\n){300}[^,]*),.*/, '$1,abc');
    const late = table.replace('2023-11-15T03:13:20.000Z', '2023-11-15T02:00:00.000Z');
    const files = [folder.file('wrong.csv', wrong), folder.file('late.csv', late)];
    const { url, started } = await serve([...files, '--speed', '1e9', '--forecaster', 'lastValue']);
    await expect.poll(() => metric(url, 'events_total')).toBe(800);
    started.child.kill('SIGINT');
    const { stderr } = await started.finished;
    expect(stderr).toContain('time column "time" (guessed), of 2 tables\n');
    const [atOnce, summary] = stderr.split('\n1 value that is not a number (the first: ');
    expect(atOnce).toMatch(/\nwarning: \S+wrong\.csv: row 301: column value: "abc" is not a number$/m);
    expect(atOnce).toMatch(/\nwarning: \S+late\.csv: row 301: column time: expected a time not before .*$/m);
    expect(summary).toMatch(/^\S+wrong\.csv: row 301/);
  });

  it('keeps the speed', async () => {
    const file = folder.file('slow.csv', table);
    const began = performance.now();
    const { url } = await serve([file, '--speed', '600', '--forecaster', 'lastValue']); // a row every 0.1 s
    let events = 0;
    while (events <= 5) {
      events = await metric(url, 'events_total');
      expect(events).toBeLessThanOrEqual((performance.now() - began) / 100 + 1);
    }
  });

  it('shows the gates of the LSTM', async () => {
    const { url } = await serve([folder.file('gates.csv', table), '--speed', '1e9']);
    await expect.poll(() => metric(url, 'events_total')).toBe(400);
    const abort = new AbortController();
    const { body } = await fetch(new URL('/events?stream=0', url), { signal: abort.signal });
    let received = '';
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      received += chunk;
      if (/"gates":\{"stream":0,"forget":\[0\.\d+/.test(received)) break;
    }
    abort.abort();
  });

  it('applies feedback given before the last start', async () => {
    const file = folder.file('feedback.csv', table);
    const kept = `${folder.path}/given/feedback.ndjson`;
    const args = [file, '--speed', '1e9', '--forecaster', 'lastValue', '--feedback', kept];
    const { url, started } = await serve(args);
    const { incidents } = await shownAfter(url, 400);
    const spike = incidents.find(({ first, last }) => first <= 300 && last >= 300)!;
    expect(await say(url, { kind: 'normal', incident: spike.id })).toBe(200);
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toMatchObject({ kind: 'normal', key: 'feedback' });
    started.child.kill('SIGTERM');
    await started.finished;
    const again = await serve(args);
    const { incidents: left } = await shownAfter(again.url, 400);
    expect(left.filter(({ first, last }) => first <= 300 && last >= 300)).toEqual([]);
  });

  it('sends alerts', async () => {
    const received: string[] = [];
    const server = createServer(async (request, response) => {
      received.push(await text(request));
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const file = folder.file('alerts.csv', table);
    const args = [file, '--speed', '1e9', '--forecaster', 'lastValue', '--alerts', '--webhook', hook];
    const { started } = await serve(args);
    await expect.poll(() => received.some((body) => body.includes('"phase":"began"'))).toBe(true);
    server.close();
    started.child.kill('SIGINT');
    expect((await started.finished).stderr).toMatch(/ alerts: \w+ incident began, 90, expected /);
  });

  it('sends an alert again until it is accepted, whatever the answer, and reports the failure once', async () => {
    const accepted: string[] = [];
    let isUp = false;
    let attempts = 0;
    const server = createServer(async (request, response) => {
      attempts += 1;
      const body = await text(request);
      if (isUp) accepted.push(body);
      response.writeHead(isUp ? 204 : 404).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const file = folder.file('again.csv', table);
    const { started } = await serve([file, '--speed', '1e9', '--forecaster', 'lastValue', '--webhook', hook]);
    let errors = '';
    started.child.stderr!.on('data', (chunk: string) => {
      errors += chunk;
    });
    await expect.poll(() => errors).toContain('webhook: status 404; the alert is kept');
    await expect.poll(() => attempts).toBeGreaterThan(2);
    isUp = true;
    await expect.poll(() => accepted.join()).toContain('"phase":"began"');
    started.child.kill('SIGINT');
    const { stderr } = await started.finished;
    server.close(); // not before: an alert that ends would not be accepted
    expect(stderr.match(/webhook: /g)).toHaveLength(1);
    expect(stderr).not.toContain('given up');
  });

  it('gives an alert up where --webhook-give-up-on names the status', async () => {
    const server = createServer((_, response) => void response.writeHead(410).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const args = [folder.file('gone.csv', table), '--speed', '1e9', '--forecaster', 'lastValue'];
    const { started } = await serve([...args, '--webhook', hook, '--webhook-give-up-on', '404,410']);
    let errors = '';
    started.child.stderr!.on('data', (chunk: string) => {
      errors += chunk;
    });
    await expect.poll(() => errors).toContain('an alert was given up: webhook: status 410');
    server.close();
    started.child.kill('SIGINT');
    await started.finished;
  });

  it('never prints the token', async () => {
    const token = 'a-token-of-some-length';
    const { url, started } = await serve([`${FIXTURES}sensors/spike.csv`, '--token', token]);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    started.child.kill('SIGINT');
    const { stdout, stderr } = await started.finished;
    expect(stderr).toContain('(add ?token=… with the token)');
    expect(stdout + stderr).not.toContain(token);
  });

  it.each([
    ['--webhook', 'http://me:hush@localhost/', 'without a user and password'],
    ['--webhook', 'ftp://me:hush@localhost/', "an address such as 'https://example.org/hook'"],
    ['--token', 'hush', '16 characters or more'],
  ])('refuses %s %s, which it does not show', async (flag, value, expected) => {
    const args = ['serve', `${FIXTURES}sensors/spike.csv`, '--port', '0', flag, value];
    const { code, stderr } = await rxAnomaly(args);
    expect(stderr).toContain(`rx-anomaly: serve: expected ${flag} to be ${expected}`);
    expect(code).toBe(2);
    expect(stderr).not.toContain('hush');
  });

  it.each([
    ['http://me:hush@localhost:8086', 'without a user and password'],
    ['me:hush@localhost:8086', 'without a user and password'],
    [
      'http://localhost:8086?token=hush',
      'an address such as http://localhost:8086, got "http://localhost:8086?…"',
    ],
    ['localhost:8086', 'an address such as http://localhost:8086, got "localhost:8086"'],
  ])('refuses --influx %s, and shows no password', async (url, expected) => {
    for (const command of ['detect', 'serve']) {
      const more = ['--database', 'd', '--measurement', 'm', '--field', 'f'];
      const { code, stderr } = await rxAnomaly([command, '--influx', url, ...more]);
      expect(stderr).toContain(`rx-anomaly: ${command}: expected --influx to be ${expected}`);
      expect(code).toBe(2);
      expect(stderr).not.toContain('hush');
    }
  });

  it.each([
    [[], 'nothing to show'],
    [['--port', '99999', 'x.csv'], 'Expected a port'],
    [['--speed', '0', 'x.csv'], 'Expected a positive number'],
    [['--database', 'x', 'x.csv'], 'serve: --database has no effect without --influx'],
    [['--influx', 'http://localhost:1'], 'serve: --influx needs --field'],
    [
      ['--host', '0.0.0.0', `${FIXTURES}sensors/spike.csv`],
      'serve: --host 0.0.0.0: others can reach the dashboard there; expected --token',
    ],
    [['--time-zone', 'Mars', 'x.csv'], 'Expected the name of a time zone'],
  ])('%j is reported and exits with 2', async (args, message) => {
    const { code, stdout, stderr } = await rxAnomaly(['serve', ...args]);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('names --port where another program listens', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = other.address() as AddressInfo;
      const { code, stderr } = await rxAnomaly(['serve', folder.file('x.csv', table), '--port', `${port}`]);
      expect(stderr).toContain(
        `rx-anomaly: --port ${port}: another program listens there; --port names another, 0 any free one\n`,
      );
      expect(code).toBe(1);
    } finally {
      other.close();
    }
  });

  it('says which line of a feedback file is none', async () => {
    const [file, given] = [folder.file('x.csv', table), folder.file('bad.ndjson', '\n{"kind":"normal"}\n')];
    const { code, stderr } = await rxAnomaly(['serve', file, '--feedback', given]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/bad\.ndjson: line 2: /)]);
  });
});

describeWithInfluxd('serve --influx', (influxd) => {
  it('shows what was written, and what is written then', async () => {
    const server = influxd();
    const database = await server.freshDatabase();
    const line = (host: string, i: number): string =>
      `press,host=${host} temp=${20 + Math.sin(i / 5)} ${(1_700_000_000 + i) * 1e9}`;
    const rows = (from: number, to: number): string =>
      ['a', 'b']
        .flatMap((host) => Array.from({ length: to - from }, (_, i) => line(host, from + i)))
        .join('\n');
    await server.write(database, rows(0, 50));
    const args = [
      '--influx',
      server.url,
      '--database',
      database,
      '--measurement',
      'press',
      '--field',
      'temp',
    ];
    const { url } = await serve([...args, '--group-by', 'host', '--follow', '--forecaster', 'lastValue']);
    await expect.poll(() => metric(url, 'events_total')).toBe(100);
    await server.write(database, rows(50, 60));
    await expect.poll(() => metric(url, 'events_total')).toBe(120);
    const dimensions = async () => (await picture(url)).streams?.map((stream) => stream.dimensions);
    await expect.poll(dimensions).toEqual([['temp'], ['temp']]);
  });
});

it('ends where its source fails before anything has come, so that it is started again', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await rxAnomaly(['serve', '--port', '0', '--otlp', String(port)]);
  other.close();
  expect(stderr).toMatch(/^dashboard: .*\nrx-anomaly: fromOtlp: cannot listen on .*EADDRINUSE/m);
  expect(code).toBe(1);
});

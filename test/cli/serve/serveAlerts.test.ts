import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { AlertJson } from '../../../src/sinks/alertJson.ts';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';
import { metric, type Served, serve } from './served.ts';

const folder = temporaryFolder();
const PATIENT = { timeout: 120_000 };
const FAST = ['--speed', '1e9', '--forecaster', 'lastValue'];
const START = 1_700_000_000_000;
const KEYS = [...'abcdefghij'];

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A service that answers with this status and text. */
async function service(status = 200, answer = '') {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.writeHead(status, { 'Content-Type': 'text/plain' }).end(answer);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, bodies, alerts: () => bodies.map((body) => JSON.parse(body) as AlertJson) };
}

/** Streams a minute apart, which go wrong at row 120, `f` before the others. */
function streams(name: string, rows: number, keys: readonly string[] = KEYS, jump = 50): string {
  const random = new Random(3);
  const lines = Array.from({ length: rows }, (_, row) =>
    keys.map((key, n) => {
      const late = key === 'f' ? 0 : 1 + n;
      const time = new Date(START + row * 60_000 + late * 1000).toISOString();
      const value = Math.sin(row / 5) + 0.1 * random.normal() + (row === 120 ? jump : 0);
      return `${time},${key},${value.toFixed(3)}`;
    }),
  );
  return folder.file(name, `time,stream,value\n${lines.flat().join('\n')}\n`);
}

const config = (value: object): string => folder.file('alerts.json', JSON.stringify(value));

async function end({ started }: Served): Promise<string> {
  started.child.kill('SIGTERM');
  return (await started.finished).stderr;
}

describe('the alerts of serve', () => {
  it('are one of ten streams hit by one cause, which names the first and links to all', async () => {
    const { url, alerts } = await service();
    const file = streams('ten.csv', 400);
    const args = [
      file,
      ...FAST,
      '--key',
      'stream',
      '--group',
      '5m',
      '--public-url',
      'https://ops.example.org/x',
    ];
    const served = await serve([...args, '--webhook', url, '--alerts']);
    await expect.poll(() => alerts().length, PATIENT).toBe(2);
    const [began, ended] = alerts();
    const start = START + 120 * 60_000;
    expect(began).toMatchObject({ phase: 'began', key: 'ten/f', start: new Date(start).toISOString() });
    expect(began!.group!.streams).toBe(10);
    expect(began!.group!.incidents.map(({ key }) => key)).toEqual(
      [...'fabcdeghij'].map((key) => `ten/${key}`),
    );
    expect(began!.text).toMatch(/^10 streams, ten\/f first: \w+ incidents began, 48\.91, expected /);
    const hash = new URLSearchParams(new URL(began!.link!).hash.slice(1));
    expect(Object.fromEntries(hash)).toEqual({
      ...{ stream: 'ten/f', incident: `${start}` },
      ...{ from: `${start - 600_000}`, to: `${start + 10_000 + 600_000}` },
    });
    expect(ended).toMatchObject({ phase: 'ended', id: began!.id });
    await expect.poll(() => metric(served.url, 'events_total'), PATIENT).toBe(4000);
    const stderr = await end(served);
    expect(stderr).toMatch(/ ten\/f: \w+ incident began, .*; with 9 more streams: ten\/a, ten\/b, /);
    expect(alerts()).toHaveLength(2);
  });

  it('of a group that waits are sent by the next run, or when there will be none', async () => {
    const { url, alerts } = await service();
    const file = streams('long.csv', 20_000, ['f', 'a']);
    const args = [file, '--forecaster', 'lastValue', '--key', 'stream', '--webhook', url];
    const group = ['--group', '500h', '--group-wait', '500h'];
    const state = ['--checkpoint', join(folder.path, 'waits')];
    const first = await serve([...args, ...group, ...state, '--speed', '60000']);
    await expect.poll(() => metric(first.url, 'events_total'), PATIENT).toBeGreaterThan(300);
    await end(first);
    expect(alerts()).toEqual([]);
    const next = await serve([...args, ...group, ...state, '--speed', '60000']);
    await end(next);
    expect(alerts()).toEqual([]); // still waits
    await end(await serve([...args, ...state, '--speed', '60000'])); // without --group
    expect(alerts()[0]).toMatchObject({ phase: 'began', key: 'long/f', group: { streams: 2 } });

    const kept = alerts().length;
    const alone = await serve([...args, ...group, '--speed', '60000']);
    await expect.poll(() => metric(alone.url, 'events_total'), PATIENT).toBeGreaterThan(300);
    await end(alone);
    expect(alerts()[kept]).toMatchObject({ phase: 'began', key: 'long/f', group: { streams: 2 } });
  });

  it('go to the sinks of the routes, and are held in quiet hours, over a restart', async () => {
    const [team, pumps] = [await service(), await service()];
    const file = streams('routes.csv', 300, ['f', 'pump-1'], 8);
    const always = { from: '00:00', to: '24:00' };
    const sinks = { team: { url: team.url }, pumps: { url: pumps.url, format: 'slack' } };
    const routes = (more: object) => ({
      sinks,
      routes: [
        { to: ['team'], ...more },
        { to: ['pumps'], keys: ['*/pump-*'] },
      ],
    });
    const state = ['--checkpoint', join(folder.path, 'quiet')];
    const args = [file, ...FAST, '--key', 'stream', ...state];
    const first = await serve([...args, '--alerts-config', config(routes({ quiet: always }))]);
    await expect.poll(() => metric(first.url, 'events_total'), PATIENT).toBe(600);
    await expect.poll(() => pumps.bodies.length, PATIENT).toBeGreaterThan(1);
    await end(first);
    expect(pumps.bodies.every((body) => body.includes('pump-1: '))).toBe(true);
    expect(team.bodies).toEqual([]);
    const again = await serve([...args, '--alerts-config', config(routes({}))]);
    await expect.poll(() => team.bodies.length, PATIENT).toBe(4);
    await end(again);
    const keys = new Set(team.alerts().map(({ key }) => key));
    expect([...keys].sort()).toEqual(['routes/f', 'routes/pump-1']);
    const ids = (phase: string) => team.alerts().flatMap((each) => (each.phase === phase ? [each.id] : []));
    expect(ids('ended').sort()).toEqual(ids('began').sort());
  });
});

describe('alert-test', () => {
  it('sends an alert and its end to each sink and reports the answers', async () => {
    const [up, down] = [await service(202, 'thanks\nfor it'), await service(400, 'no the-token here')];
    const sinks = {
      team: { url: up.url, format: 'slack' },
      pager: { url: down.url, format: 'pagerduty', token: 'the-token' },
    };
    const never = { from: '00:00', to: '24:00' };
    const routes = [{ to: ['team', 'pager'], keys: ['no-such-key'], quiet: never }];
    const { code, stdout, stderr } = await rxAnomaly([
      'alert-test',
      '--alerts-config',
      config({ sinks, routes }),
    ]);
    expect(stdout.split('\n').sort()).toEqual([
      '',
      'pager: failed: webhook: status 400 (no … here); given up after 2 attempts',
      'team: accepted: 202 (thanks for it)',
    ]);
    expect(stderr).toContain('rx-anomaly: alert-test: 1 of 2 sinks failed');
    expect(code).toBe(1);
    expect(up.bodies).toHaveLength(2);
    expect(up.bodies[0]).toContain('rx-anomaly alert-test: low incident began');
  });

  it('sends mail', async () => {
    const mails: string[] = [];
    const server = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] },
      onData: async (stream, _, done) => {
        mails.push(await text(stream));
        done();
      },
    });
    servers.push({ close: () => server.close(() => {}) });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    const mail = { format: 'email', url, from: 'alerts@example.org', to: ['ops@example.org'] };
    const args = ['alert-test', '--alerts-config', config({ sinks: { mail } })];
    const { code, stdout } = await rxAnomaly([...args, '--public-url', 'https://ops.example.org']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^mail: accepted: 250 /)]);
    expect(mails).toHaveLength(2);
    expect(mails[0]).toMatch(/^Subject: \[low\] rx-anomaly alert-test: low incident began/m);
  });

  it('tests a single webhook', async () => {
    const { url, bodies } = await service();
    const { code, stdout } = await rxAnomaly([
      'alert-test',
      '--webhook',
      `${url}topic`,
      '--webhook-format',
      'ntfy',
    ]);
    expect([code, stdout]).toEqual([0, 'webhook: accepted: 200\n']);
    expect(JSON.parse(bodies[0]!)).toMatchObject({ topic: 'topic', tags: ['large_blue_circle', 'low'] });
  });

  it.each([
    [['alert-test'], 'alert-test: nothing to test; name --webhook or --alerts-config'],
    [
      ['alert-test', '--webhook', 'https://example.org/', '--webhook-format', 'pagerduty'],
      'alert-test: --webhook-format pagerduty needs the key of the service: set RX_ANOMALY_WEBHOOK_TOKEN',
    ],
    [
      ['serve', 'x.csv', '--webhook', 'https://h/', '--alerts-config', 'y.json'],
      'serve: --webhook has no effect with --alerts-config; make it one of the sinks in the file',
    ],
    [
      ['serve', 'x.csv', '--webhook-format', 'slack'],
      'serve: --webhook-format has no effect without --webhook',
    ],
    [
      ['serve', 'x.csv', '--public-url', 'https://h/'],
      'serve: --public-url has no effect without --webhook or --alerts-config',
    ],
    [
      ['serve', 'x.csv', '--group', '5m', '--group-wait', '1s'],
      'serve: --group-wait has no effect without --webhook, --alerts-config or --alerts',
    ],
    [
      ['serve', 'x.csv', '--alerts', '--group-wait', '5m'],
      'serve: --group-wait has no effect without --group',
    ],
    [['serve', 'x.csv', '--alerts', '--group', 'soon'], 'Expected a time such as 30s, 5m or 1h.'],
    [['alert-test', '--alerts-config', '/not/there.json'], '/not/there.json: cannot be read: '],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await rxAnomaly(args);
    expect(stderr).toContain(message);
    expect(code).not.toBe(0);
  });
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { describeWithMosquitto, type Mosquitto } from '../../support/environment/mosquitto.ts';
import { rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';
import { picture, serve } from '../serve/served.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const START = Date.UTC(2026, 0, 5);

interface Row {
  readonly time: string;
  readonly temp: number;
}

/** What a press reads every minute: a season, noise, and a spike at 350. */
function series(count: number): Row[] {
  const random = new Random(3);
  return Array.from({ length: count }, (_, k) => ({
    time: new Date(START + 60_000 * k).toISOString(),
    temp: 20 + 5 * Math.sin(k / 20) + 0.3 * random.normal() + (k === 350 ? 40 : 0),
  }));
}

/** From now on the broker keeps what comes to the topic for that client. */
async function keepFor(broker: Mosquitto, clientId: string, topic: string): Promise<void> {
  const properties = { sessionExpiryInterval: 0xffffffff };
  const client = await mqtt.connectAsync(broker.url, {
    clientId,
    clean: false,
    protocolVersion: 5,
    properties,
  });
  await client.subscribeAsync(topic, { qos: 1 });
  await client.endAsync();
}

async function send(broker: Mosquitto, topic: string, rows: readonly Row[]): Promise<void> {
  const sender = await broker.sender();
  // Not one after the other: an acknowledgement may take 40 ms, as TCP delays small packets.
  await Promise.all(
    rows.map(({ time, temp }) =>
      sender.publishAsync(topic, JSON.stringify({ time, data: { temp } }), { qos: 1 }),
    ),
  );
}

/** Resolves when a process has written so many lines. */
async function written({ child }: Started, count: number): Promise<string> {
  let text = '';
  child.stdout!.on('data', (chunk: string) => {
    text += chunk;
  });
  while (text.split('\n').length <= count) await once(child.stdout!, 'data');
  return text;
}

describeWithMosquitto('detect --mqtt', (mosquitto) => {
  const args = (topic: string, ...more: string[]): string[] => [
    ...[
      'detect',
      '--mqtt',
      mosquitto().url,
      '--topic',
      topic,
      '--value',
      'data.temp',
      '--time',
      'time',
      ...more,
    ],
  ];

  it('makes the same verdicts as of a table, also when it resumes from its state after Ctrl-C', async () => {
    const rows = series(400);
    const lines = ['time,temp', ...rows.map(({ time, temp }) => `${time},${temp}`)];
    const table = folder.file('press.csv', lines.join('\n'));
    const expected = parseLines((await rxAnomaly(['detect', table, '--key', 'none'])).stdout);
    const [topic, clientId] = [`plant/${randomUUID()}`, randomUUID()];
    await keepFor(mosquitto(), clientId, topic);
    const found: string[] = [];
    for (const part of [rows.slice(0, 200), rows.slice(200)]) {
      await send(mosquitto(), topic, part);
      const run = start(args(topic, '--client-id', clientId, '--checkpoint', join(folder.path, 'state')));
      await written(run, part.length);
      run.child.kill('SIGINT');
      const { code, stdout, stderr } = await run.finished;
      expect(stderr).toMatch(/^200 messages in .* s/m);
      expect(stderr).toContain('state saved in');
      expect(code).toBe(130);
      found.push(...stdout.trim().split('\n'));
    }
    const got = parseLines(`${found.join('\n')}\n`);
    const facts = (all: typeof got): unknown[] =>
      all.map(({ time, value, score }) => ({ time, value, score }));
    expect(facts(got)).toEqual(facts(expected));
    expect(got.some(({ isAnomaly }) => isAnomaly)).toBe(true);
    expect(got[0]!.key).toBe(topic);
  });

  it('writes a verdict for every message, however often it is killed', async () => {
    const rows = series(600);
    const [topic, clientId] = [`plant/${randomUUID()}`, randomUUID()];
    await keepFor(mosquitto(), clientId, topic);
    await send(mosquitto(), topic, rows);
    const times = new Set<unknown>();
    for (let kills = 0; times.size < rows.length; kills++) {
      const run = start(args(topic, '--client-id', clientId, '--checkpoint', join(folder.path, 'killed')));
      // A run may have written more than it was killed for: of what is left, no more can be waited for.
      const lines = Math.min(40 + 37 * kills, rows.length - times.size);
      await Promise.race([written(run, lines), run.finished]);
      run.child.kill('SIGKILL');
      const { stdout } = await run.finished;
      const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1); // a line may be cut
      for (const { time } of parseLines(whole)) times.add(time);
      if (times.size + 40 > rows.length) break;
    }
    const last = start(args(topic, '--client-id', clientId, '--checkpoint', join(folder.path, 'killed')));
    if (times.size < rows.length) await written(last, rows.length - times.size);
    last.child.kill('SIGINT');
    for (const { time } of parseLines((await last.finished).stdout)) times.add(time);
    expect([...times].sort()).toEqual(rows.map(({ time }) => new Date(time).toISOString()));
  });

  it('reports what it leaves out, and a broker that goes away and returns', async () => {
    const topic = `plant/${randomUUID()}`;
    const clientId = randomUUID();
    await keepFor(mosquitto(), clientId, topic);
    await send(mosquitto(), topic, series(1));
    const sender = await mosquitto().sender();
    await sender.publishAsync(topic, 'online', { qos: 1 });
    const run = start(args(topic, '--client-id', clientId));
    let stderr = '';
    run.child.stderr!.on('data', (text: string) => {
      stderr += text;
    });
    await written(run, 1);
    while (!stderr.includes('expected JSON, got "online"')) await once(run.child.stderr!, 'data');
    await mosquitto().stop();
    while (!stderr.includes('trying again')) await once(run.child.stderr!, 'data');
    await mosquitto().start();
    await send(mosquitto(), topic, series(2));
    await written(run, 2);
    run.child.kill('SIGTERM');
    expect((await run.finished).code).toBe(143);
  });
});

describe('detect --mqtt, called wrongly', () => {
  const MQTT = ['--mqtt', 'mqtt://localhost'];
  it.each([
    [MQTT, /--mqtt needs --topic/],
    [[...MQTT, '--topic', 'a/#/b'], /--topic.*# the last/],
    [['a.csv', ...MQTT, '--topic', 'a'], /name a table or --mqtt, not both; got a.csv/],
    [['--topic', 'a'], /--topic has no effect without --mqtt/],
    [[...MQTT, '--topic', 'a', '--key', 'host'], /--key has no effect with --mqtt/],
    [[...MQTT, '--topic', 'a', '--history', 'a.csv'], /--history has no effect with --mqtt/],
    [['--mqtt', 'http://localhost', '--topic', 'a'], /--mqtt.*mqtts:/],
    [['--mqtt', 'mqtt://me:hidden@localhost', '--topic', 'a'], /^(?!.*hidden).*MQTT_PASSWORD/],
    [[], /nothing to read; name a table, - for standard input, or one of --influx, --mqtt, --prometheus/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await rxAnomaly(['detect', ...more]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describeWithMosquitto('serve --mqtt', (mosquitto) => {
  it('shows a stream for each topic', async () => {
    const place = `plant/${randomUUID()}`;
    const { url } = await serve(['--mqtt', mosquitto().url, '--topic', `${place}/+`, '--value', 'data.temp']);
    let shown: readonly string[] = [];
    while (shown.length < 2) {
      // Until the broker has the filter, nothing comes.
      for (const name of ['a', 'b']) await send(mosquitto(), `${place}/${name}`, series(1));
      shown = ((await picture(url)).streams ?? []).map(({ name }) => String(name));
    }
    expect([...shown].sort()).toEqual([`${place}/a`, `${place}/b`]);
    expect(
      (await rxAnomaly(['serve', '--mqtt', mosquitto().url, '--topic', 'a', '--speed', '2'])).stderr,
    ).toContain('--speed has no effect without a table');
  });
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { firstValueFrom, lastValueFrom, ReplaySubject, type Subscription, take, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/clients/backlog.ts';
import type { RetryReport } from '../../../src/clients/retry.ts';
import { fromMqtt, type MqttReading } from '../../../src/sources/mqtt/fromMqtt.ts';
import type { FromMqttOptions, MqttWarning } from '../../../src/sources/mqtt/mqttOptions.ts';
import { describeWithMosquitto, type Mosquitto } from '../../support/environment/mosquitto.ts';

const RETRY = { first: 20, longest: 100 };

/** A subscription, what it has emitted so far, and what went wrong. */
class Reader {
  readonly readings: ReplaySubject<MqttReading> = new ReplaySubject();
  readonly warnings: MqttWarning[] = [];
  readonly retries: RetryReport[] = [];
  readonly seen: MqttReading[] = [];
  readonly subscription: Subscription;

  constructor(options: FromMqttOptions, onNext: () => void = () => {}) {
    this.readings.subscribe({ next: (reading) => this.seen.push(reading), error: () => {} });
    const all: FromMqttOptions = {
      onWarning: (warning) => this.warnings.push(warning),
      retry: { ...RETRY, onRetry: (report) => this.retries.push(report) },
      ...options,
    };
    this.subscription = fromMqtt(all).subscribe({
      next: (reading) => {
        this.readings.next(reading);
        onNext();
      },
      error: (error: unknown) => this.readings.error(error),
    });
  }

  /** Resolves with the first `count` of a topic. */
  async values(count: number): Promise<readonly unknown[]> {
    const all = await lastValueFrom(this.readings.pipe(take(count), toArray()));
    return all.map(({ value }) => value);
  }
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((done) => setTimeout(done, 10));
}

const readers: Reader[] = [];
function reader(options: FromMqttOptions, onNext?: () => void): Reader {
  const made = new Reader(options, onNext);
  readers.push(made);
  return made;
}
afterEach(() => {
  for (const { subscription } of readers.splice(0)) subscription.unsubscribe();
});

/** Sends until the reader, whose filters the broker may not have yet, has had something. */
async function wake(broker: Mosquitto, to: Reader, topic: string, payload = '0'): Promise<void> {
  const sender = await broker.sender();
  while (to.seen.length === 0) {
    await sender.publishAsync(topic, payload, { qos: 1 });
    await new Promise((done) => setTimeout(done, 20));
  }
}

const topicOf = (name: string): string => `plant/${randomUUID()}/${name}`;

describeWithMosquitto('fromMqtt', (mosquitto) => {
  it('reads numbers, a stream for each topic, at the time at which they come', async () => {
    const topic = topicOf('+');
    const before = Date.now();
    const found = reader({ url: mosquitto().url, topics: topic });
    await wake(mosquitto(), found, topic.replace('+', 'press-1'));
    const sender = await mosquitto().sender();
    await sender.publishAsync(topic.replace('+', 'press-2'), '21.5', { qos: 1 });
    await until(() => found.seen.at(-1)!.value === 21.5);
    const { key, time } = found.seen.at(-1)!;
    expect(key).toBe(topic.replace('+', 'press-2'));
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
    expect(found.warnings).toEqual([]);
  });

  it('reads values and times of JSON', async () => {
    const topic = topicOf('air');
    const found = reader({ url: mosquitto().url, topics: [topic], value: ['t', 'h'], time: 'at' });
    await wake(mosquitto(), found, topic, '{"t":20,"h":40,"at":1700000000}');
    expect(found.seen[0]).toEqual({ key: topic, value: [20, 40], time: 1.7e12 });
  });

  it('leaves out and counts what has no number, and says how to mend it', async () => {
    const topic = topicOf('#');
    const found = reader({ url: mosquitto().url, topics: topic });
    await wake(mosquitto(), found, topic.replace('#', 'a'), '1');
    const sender = await mosquitto().sender();
    for (const text of ['online', '{"temp":3}', 'offline', 'x', '2'])
      await sender.publishAsync(topic.replace('#', 'a'), text, { qos: 1 });
    await until(() => found.seen.at(-1)!.value === 2);
    expect(found.warnings.map(({ kind, count }) => [kind, count])).toEqual([
      ['payload', 1],
      ['payload', 2],
      ['payload', 4],
    ]);
    expect(found.warnings[0]!.message).toContain('expected a number, got "online"; the message is left out');
    expect(found.warnings[1]!.message).toContain(
      'its numbers are in temp; the message is left out (2 such messages',
    );
  });

  it.each([false, true])('with retained: %s reads what the broker keeps, or not', async (retained) => {
    const topic = topicOf('kept');
    const sender = await mosquitto().sender();
    await sender.publishAsync(topic, '17', { qos: 1, retain: true });
    const found = reader({ url: mosquitto().url, topics: topic, retained });
    await wake(mosquitto(), found, topic, '18');
    expect(found.seen[0]!.value).toBe(retained ? 17 : 18);
  });

  it('gets what was sent while it was away, where it has an id', async () => {
    const topic = topicOf('press');
    const options = { url: mosquitto().url, topics: topic, clientId: randomUUID() };
    const first = reader(options);
    await wake(mosquitto(), first, topic);
    first.subscription.unsubscribe();
    const sender = await mosquitto().sender();
    for (let k = 1; k <= 50; k++) await sender.publishAsync(topic, String(k), { qos: 1 });
    const again = reader(options);
    await until(() => again.seen.at(-1)?.value === 50);
    const values = again.seen.map(({ value }) => value).filter((value) => value !== 0); // one that was on its way
    expect(values).toEqual(Array.from({ length: 50 }, (_, k) => k + 1));
  });

  it('connects again when the broker has restarted, and misses nothing that it keeps', async () => {
    const topic = topicOf('press');
    const found = reader({ url: mosquitto().url, topics: topic, clientId: randomUUID() });
    await wake(mosquitto(), found, topic);
    const sender = await mosquitto().sender();
    const sent: Promise<unknown>[] = [];
    for (let round = 0; round < 3; round++) {
      await mosquitto().stop();
      for (let k = 1; k <= 20; k++)
        sent.push(sender.publishAsync(topic, String(100 * round + k), { qos: 1 })); // queued by the sender
      await mosquitto().start();
      await Promise.all(sent.splice(0));
    }
    const wanted = [0, 1, 2].flatMap((round) => Array.from({ length: 20 }, (_, k) => 100 * round + k + 1));
    await until(() => new Set(found.seen.map(({ value }) => value)).size > wanted.length);
    expect([...new Set(found.seen.map(({ value }) => value))].slice(1)).toEqual(wanted);
    expect(found.retries.length).toBeGreaterThanOrEqual(3);
    expect(found.retries[0]!.error.message).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+: /);
  });

  it('acknowledges only what was processed: another process gets the rest', async () => {
    const topic = topicOf('press');
    const backlog = new Backlog(1);
    const options = { url: mosquitto().url, topics: topic, clientId: randomUUID() };
    let isWorking = true; // until the first two are done
    const first = reader({ ...options, backlog }, () => {
      if (!isWorking) backlog.add(1);
    });
    await wake(mosquitto(), first, topic);
    isWorking = false;
    const sender = await mosquitto().sender();
    for (let k = 1; k <= 20; k++) await sender.publishAsync(topic, String(k), { qos: 1 });
    await until(() => first.seen.at(-1)!.value === 1);
    await new Promise((done) => setTimeout(done, 100));
    expect(first.seen.at(-1)!.value).toBe(1); // which is not done, so that no other comes
    first.subscription.unsubscribe();
    const values = await reader(options).values(20);
    expect(values).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
  });

  it('divides the messages among the clients of a group', async () => {
    const name = topicOf('press');
    const topics = `$share/${randomUUID()}/${name}`;
    const [a, b] = [reader({ url: mosquitto().url, topics }), reader({ url: mosquitto().url, topics })];
    const sender = await mosquitto().sender();
    let sent = 0;
    while (a.seen.length === 0 || b.seen.length === 0) {
      await sender.publishAsync(name, String(sent++), { qos: 1 });
      await new Promise((done) => setTimeout(done, 5));
    }
    for (let k = 0; k < 20; k++) await sender.publishAsync(name, String(sent++), { qos: 1 });
    await until(() => [...a.seen, ...b.seen].some(({ value }) => value === sent - 1));
    const values = [...a.seen, ...b.seen].map(({ value }) => value);
    expect(new Set(values).size).toBe(values.length);
  });

  it('ends where another client takes its id, if the broker says so', async () => {
    const topic = topicOf('press');
    const proxy = await inFrontOf(mosquitto().port, () => true);
    const found = reader({ url: proxy.url, topics: topic, clientId: 'the-same' });
    await wake(mosquitto(), found, topic);
    proxy.sockets[0]!.write(Buffer.of(0xe0, 2, 0x8e, 0)); // DISCONNECT: session taken over
    await expect(lastValueFrom(found.readings)).rejects.toMatchObject({
      code: 'SERVER',
      message: expect.stringContaining('another client has connected as the-same; give each process an id'),
    });
    proxy.server.close();
  });

  it('says where the broker does not that it may be so', async () => {
    const topic = topicOf('press');
    const options = { url: mosquitto().url, topics: topic, clientId: randomUUID() };
    const [first, second] = [reader(options), reader(options)];
    await until(() => first.retries.length + second.retries.length > 2);
    expect([...first.retries, ...second.retries][0]!.error.message).toContain(
      `the connection was lost, or another client has connected as ${options.clientId}`,
    );
  });

  it('asks in 3.1.1 a broker that knows nothing newer', async () => {
    const versions: number[] = [];
    const older = await inFrontOf(mosquitto().port, (version, socket) => {
      versions.push(version);
      if (version === 5) socket.end(Buffer.of(0x20, 2, 0, 1)); // CONNACK: unacceptable protocol version
      return version !== 5;
    });
    const topic = topicOf('press');
    const found = reader({ url: older.url, topics: topic });
    await wake(mosquitto(), found, topic, '5');
    expect(found.seen[0]!.value).toBe(5);
    expect(versions.slice(0, 2)).toEqual([5, 4]);
    expect(found.retries).toEqual([]);
    found.subscription.unsubscribe();
    older.server.close();
  });
});

describeWithMosquitto(
  'fromMqtt, at a broker with users and rights',
  (mosquitto) => {
    it('reads what it may', async () => {
      const { url } = mosquitto();
      const found = reader({ url, topics: 'plant/a', username: 'reader', password: 'secret' });
      await wake(mosquitto(), found, 'plant/a', '4');
      expect(found.seen[0]!.value).toBe(4);
    });

    it('ends at once with a wrong password, which no message shows', async () => {
      const url = mosquitto().url.replace('//', '//reader:wrong-one@');
      const found = reader({ url, topics: 'plant/a' });
      const error = await lastValueFrom(found.readings).catch((thrown: unknown) => thrown as Error);
      expect(error).toMatchObject({ code: 'SERVER' });
      expect((error as Error).message).toMatch(
        /^mqtt:\/\/127\.0\.0\.1:\d+: .*; check user name and password$/,
      );
      expect(found.retries).toEqual([]);
    });
  },
  'allow_anonymous false\npassword_file FOLDER/users\nacl_file FOLDER/rights',
);

describeWithMosquitto(
  'fromMqtt, at a broker that stores its sessions',
  (mosquitto) => {
    it('loses none of an hour of messages while the broker is killed five times', async () => {
      const topic = topicOf('press');
      const found = reader({
        ...{ url: mosquitto().url, topics: topic, clientId: randomUUID() },
        ...{ value: 'value', time: 'time' },
      });
      const payload = (second: number): string =>
        JSON.stringify({ value: second, time: new Date(Date.UTC(2026, 0, 5) + 1000 * second).toISOString() });
      await wake(mosquitto(), found, topic, payload(0));
      const sender = await mosquitto().sender();
      const seconds = new Set<unknown>();
      found.readings.subscribe(({ value }) => seconds.add(value));
      const HOUR = 3600;
      for (let sent = 1; sent <= HOUR; ) {
        // A part of what is sent comes before the fault, the rest while the broker is away.
        const published: Promise<unknown>[] = [];
        const publish = (until: number): void => {
          for (; sent <= until; sent++) published.push(sender.publishAsync(topic, payload(sent), { qos: 1 }));
        };
        publish(sent + 399);
        await Promise.all(published);
        await until(() => seconds.size === sent); // what it has acknowledged it need not have stored
        if (sent > HOUR) break;
        await mosquitto().kill();
        publish(sent + 319);
        await mosquitto().start();
        await Promise.all(published);
      }
      await until(() => seconds.size === HOUR + 1);
      // Where an acknowledgement is lost a message comes again; none is missing, or of another time.
      expect([...seconds].toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: HOUR + 1 }, (_, second) => second),
      );
      expect(
        found.seen.every(({ time, value }) => time === Date.UTC(2026, 0, 5) + 1000 * Number(value)),
      ).toBe(true);
      expect(found.retries.length).toBeGreaterThanOrEqual(4);
    });
  },
  'allow_anonymous true\nautosave_on_changes true\nautosave_interval 1',
);

describe('fromMqtt, without a broker', () => {
  it('gives up after four attempts, with the reason', async () => {
    const retries: RetryReport[] = [];
    const source = fromMqtt({
      ...{ url: 'mqtt://127.0.0.1:1', topics: 'a' },
      retry: { ...RETRY, onRetry: (report) => retries.push(report) },
    });
    await expect(firstValueFrom(source)).rejects.toMatchObject({
      code: 'SERVER',
      message: expect.stringMatching(
        /^mqtt:\/\/127\.0\.0\.1:1: .*ECONNREFUSED.*; given up after 5 attempts, as it was never reached: .*$/,
      ),
    });
    expect(retries).toHaveLength(4);
  });

  it.each([
    [{ url: 'http://localhost', topics: 'a' }, 'url'],
    [{ url: 'mqtt://localhost', topics: [] }, 'topics'],
    [{ url: 'mqtt://localhost', topics: 'a/#/b' }, 'topics'],
    [{ url: 'mqtt://localhost', topics: 'a+/b' }, 'topics'],
    [{ url: 'mqtt://localhost', topics: ['a', 'a'] }, 'topics'],
    [{ url: 'mqtt://localhost', topics: 'a', qos: 2 }, 'qos'],
    [{ url: 'mqtt://localhost', topics: 'a', value: [] }, 'value'],
    [{ url: 'mqtt://localhost', topics: 'a', tls: { ca: '…' } }, 'tls'],
    [{ url: 'mqtts://localhost', topics: 'a', tls: { cafile: '…' } }, 'tls'],
    [{ url: 'mqtt://localhost', topic: 'a' }, 'topic'],
  ])('refuses %j', (options, name) => {
    expect(() => fromMqtt(options as never)).toThrow(new RegExp(`^fromMqtt: .*${name}`));
  });

  it('does not show the password of a wrong URL', () => {
    expect(() => fromMqtt({ url: 'http://me:hidden@localhost', topics: 'a' })).toThrow(/^(?!.*hidden)/);
  });
});

/** A proxy of a broker. @param passes whether a client of that version of the protocol is connected to it */
async function inFrontOf(
  port: number,
  passes: (version: number, socket: Socket) => boolean,
): Promise<{ readonly url: string; readonly server: Server; readonly sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', (connectPacket) => {
      if (!passes(connectPacket[connectPacket.indexOf('MQTT') + 4]!, socket)) return;
      const broker = connectSocket(port, '127.0.0.1');
      broker.on('error', () => {});
      broker.write(connectPacket);
      socket.pipe(broker).pipe(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `mqtt://127.0.0.1:${own}`, server, sockets };
}

import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { afterEach, describe, expect, it } from 'vitest';
import { natsEngine } from '../../../src/nats/natsEngine.ts';
import { redisEngine } from '../../../src/redis/redisEngine.ts';
import { redisPartitionOf, redisStreamOf } from '../../../src/redis/redisLog.ts';
import { deliveredOf } from '../../distributed/workers.ts';
import { describeWithNats, type Nats } from '../../support/environment/nats.ts';
import { describeWithRedis, type RedisServer } from '../../support/environment/redis.ts';
import { rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';
import { picture, serve, shownAfter } from './served.ts';

const TIMEOUT = 600_000;
const KEYS = 6;
const PARTITIONS = 4;
const MODELS = ['--forecaster', 'ema', '--scorer', 'zScore', '--time', 'at'];

/** A broker, and how events reach it. */
interface Broker {
  readonly flags: readonly string[];
  readonly in: string;
  readonly keyOf: (k: number) => string;
  send(key: string, event: object): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** All that was delivered under a name, each as its JSON. */
  delivered(name: string): Promise<readonly string[]>;
}

function onNats(nats: Nats): Broker {
  const connected = nats.connection();
  return {
    flags: ['--nats', nats.url],
    in: 'readings.*',
    keyOf: (k) => `readings.k${k}`,
    send: async (key, event) => {
      const js = jetstream(await connected, { timeout: 2000 });
      const msgID = `${key} ${JSON.stringify(event)}`;
      while ((await js.publish(key, JSON.stringify(event), { msgID }).catch(() => undefined)) === undefined);
    },
    kill: () => nats.kill(),
    start: () => nats.start(),
    delivered: async (name) => {
      const quiet = { decode: () => null, onProblem: () => {} };
      const engine = await natsEngine({ servers: nats.url, name, in: 'readings.*', ...quiet });
      const all = await deliveredOf(engine as never);
      await engine.close();
      return all.flat();
    },
  };
}

/** @param events the name of their streams */
function onRedis(redis: RedisServer, events = 'readings', partitions = PARTITIONS): Broker {
  return {
    flags: ['--redis', redis.url],
    in: events,
    keyOf: (k) => `k${k}`,
    send: async (key, event) => {
      const stream = redisStreamOf(events, redisPartitionOf(key, partitions));
      await redis.ask('XADD', stream, '*', 'key', key, 'event', JSON.stringify(event));
    },
    kill: () => redis.kill(),
    start: () => redis.start(),
    delivered: async (name) => {
      const engine = await redisEngine({ url: redis.url, name, in: events, onProblem: () => {} });
      const all = await deliveredOf(engine as never);
      await engine.close();
      return all.flat();
    },
  };
}

const folder = temporaryFolder();
const running: Started[] = [];
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map(({ finished }) => finished));
});

/** A worker, once it has a partition. */
async function worker(
  broker: Broker,
  out: string,
  deliver: 'all' | 'flagged' = 'all',
  partitions = PARTITIONS,
  value = 'v',
  more: readonly string[] = [],
): Promise<Started> {
  const started = start([
    ...['worker', ...broker.flags, '--in', broker.in, '--out', out, '--partitions', String(partitions)],
    ...[...MODELS, '--value', value, '--deliver', deliver, ...more],
  ]);
  running.push(started);
  await new Promise<void>((resolve, reject) => {
    started.child.stderr!.on('data', (text: string) => text.includes('taken') && resolve());
    started.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  return started;
}

/** Sends the events `from` to `to` of each key, with a spike where it is asked for. */
class Producer {
  readonly #broker: Broker;
  sent = 0;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  async send(count: number, spikes: readonly (readonly [key: number, at: number])[] = []): Promise<void> {
    for (let n = this.sent; n < this.sent + count; n++)
      await Promise.all(
        Array.from({ length: KEYS }, async (_, k) => {
          const noise = ((Math.imul(n * KEYS + k + 1, 2_654_435_761) >>> 0) % 1000) / 1000;
          const isSpike = spikes.some(([key, at]) => key === k && this.sent + at === n);
          const v = isSpike ? 30 : noise;
          await this.#broker.send(this.#broker.keyOf(k), { v, at: 1_700_000_000_000 + n * 1000 });
        }),
      );
    this.sent += count;
  }
}

/** What is shown is what was delivered: of each key its events in order, each once. */
async function expectShown(broker: Broker, url: string, out: string, events: number): Promise<void> {
  const shown = await shownAfter(url, events);
  const byKey = new Map<string, number[][]>();
  for (const text of await broker.delivered(out)) {
    const { key, value, score, time } = JSON.parse(text) as {
      readonly [name in 'key' | 'time']: string;
    } & { readonly value: number; readonly score: number };
    byKey.set(key, [...(byKey.get(key) ?? []), [Date.parse(time), Math.fround(score), Math.fround(value)]]);
  }
  const names = shown.streams.map(({ name }) => name!);
  expect([...names].sort()).toEqual([...byKey.keys()].sort());
  for (const [k, name] of names.entries()) {
    const [times, score, value] = shown.points[k]!.columns;
    const rows = times!.map((time, row) => [time, Math.fround(score![row]!), Math.fround(value![row]!)]);
    expect(rows, name).toEqual(byKey.get(name));
  }
}

async function post(url: string, path: string, given: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(given) };
  return await (await fetch(new URL(path, url), request)).json();
}

function describeBroker(broker: () => Broker): void {
  it('shows what all workers deliver, of which one dies, with a broker that dies; feedback reaches the owner', async () => {
    const workers = [await worker(broker(), 'verdicts'), await worker(broker(), 'verdicts')];
    const producer = new Producer(broker());
    await producer.send(130, [
      [0, 105],
      [3, 125],
    ]);
    await expect
      .poll(async () => (await broker().delivered('verdicts')).length, { timeout: TIMEOUT })
      .toBe(130 * KEYS);
    const { url, started } = await serve([...broker().flags, '--verdicts', 'verdicts', '--alerts']);
    await expectShown(broker(), url, 'verdicts', 130 * KEYS);
    workers[0]!.child.kill('SIGKILL');
    await producer.send(20, [[1, 10]]);
    await expectShown(broker(), url, 'verdicts', 150 * KEYS);
    await broker().kill();
    await broker().start();
    await producer.send(20, [[2, 10]]);
    await expectShown(broker(), url, 'verdicts', 170 * KEYS);

    const incidentOf = async (key: number) => {
      const { streams = [], incidents = [] } = await picture(url);
      const stream = streams.find(({ name }) => name === broker().keyOf(key))!.id;
      return incidents.filter((incident) => incident.stream === stream);
    };
    for (const key of [0, 1, 2, 3]) expect(await incidentOf(key), String(key)).toHaveLength(1);
    const { id } = (await incidentOf(2))[0]!;
    expect(await post(url, '/feedback', { kind: 'normal', incident: id })).toEqual({ waiting: true });
    await expect
      .poll(async () => (await incidentOf(2))[0], { timeout: TIMEOUT })
      .toMatchObject({ feedback: 'normal', waiting: false });
    await producer.send(40, [
      [1, 30],
      [2, 30],
    ]);
    await expectShown(broker(), url, 'verdicts', 210 * KEYS);
    expect(await incidentOf(1)).toHaveLength(2);
    expect(await incidentOf(2)).toHaveLength(1);
    started.child.kill('SIGTERM');
    const { code, stderr } = await started.finished;
    expect(code).toBe(143);
    // What had ended before the start is shown, and not alerted; what was open is.
    const began = stderr.split('\n').filter((line) => line.includes('incident began'));
    const keys = began.map((line) => line.split(' ')[1]!.replace(/:$/, ''));
    expect(keys).toEqual([3, 1, 2, 1].map(broker().keyOf));
    expect(stderr).toMatch(/connection was lost|trying again|connecting again/);
  });
}

describe('serve --verdicts', { timeout: TIMEOUT }, () => {
  describeWithNats('of NATS', (nats) => describeBroker(() => onNats(nats())));
  describeWithRedis('of Redis', (redis) => {
    describeBroker(() => onRedis(redis()));

    it('resumes from its state: what came meanwhile is shown once, and alerted', async () => {
      const broker = onRedis(redis(), 'later');
      await worker(broker, 'later');
      const producer = new Producer(broker);
      await producer.send(130, [[0, 105]]);
      const checkpoint = ['--checkpoint', join(folder.path, 'later'), '--checkpoint-every', '1'];
      const args = [...broker.flags, '--verdicts', 'later', '--alerts', ...checkpoint];
      const first = await serve(args);
      const before = await shownAfter(first.url, 130 * KEYS);
      const note = { kind: 'note', incident: before.incidents[0]!.id, text: 'seen' };
      expect(await post(first.url, '/actions', note)).toEqual({});
      first.started.child.kill('SIGTERM');
      expect((await first.started.finished).stderr).toContain('state saved');
      await producer.send(30, [[1, 10]]);
      const second = await serve(args);
      await expectShown(broker, second.url, 'later', 160 * KEYS);
      const { incidents = [] } = await picture(second.url);
      expect(incidents).toMatchObject([{ note: 'seen' }, { note: '' }]);
      second.started.child.kill('SIGKILL');
      const { stderr } = await second.started.finished;
      expect(stderr).toContain('resuming from');
      expect(stderr.match(/incident began/g)).toHaveLength(1);
      const other = await rxAnomaly(['serve', ...broker.flags, '--verdicts', 'verdicts', ...checkpoint]);
      expect(other.stderr).toContain('saved with --verdicts later, and this run is with --verdicts verdicts');
    });

    it('shows anomalies of workers that deliver nothing else, whose incidents end', async () => {
      const broker = onRedis(redis(), 'few');
      await worker(broker, 'few', 'flagged');
      const producer = new Producer(broker);
      await producer.send(130, [[0, 105]]);
      const { url, started } = await serve([...broker.flags, '--verdicts', 'few', '--alerts']);
      await producer.send(40, [[1, 10]]);
      const incidentsOf = async () => (await picture(url)).incidents ?? [];
      await expect
        .poll(async () => (await incidentsOf()).map(({ open }) => open), { timeout: TIMEOUT })
        .toEqual([false, false]);
      expect((await picture(url)).streams).toMatchObject([{ name: 'k0' }, { name: 'k1' }]);
      started.child.kill('SIGTERM');
      const { stderr } = await started.finished;
      expect(stderr).toContain('--deliver all');
      expect(stderr.match(/k1: .* incident began/g)).toHaveLength(1);
    });

    it('shows feedback that a worker refuses, and why', async () => {
      const broker = onRedis(redis(), 'other');
      const first = await worker(broker, 'other');
      const producer = new Producer(broker);
      await producer.send(130, [[0, 105]]);
      const { url, started } = await serve([...broker.flags, '--verdicts', 'other']);
      await shownAfter(url, 130 * KEYS);
      first.child.kill('SIGTERM');
      await first.finished;
      for (const key of await redis().ask<string[]>('KEYS', '{other:*')) await redis().ask('DEL', key);
      await worker(broker, 'other', 'all', PARTITIONS, 'v,at');
      await producer.send(20);
      await shownAfter(url, 150 * KEYS);
      const incident = async () => (await picture(url)).incidents![0]!;
      const { id } = await incident();
      expect(await post(url, '/feedback', { kind: 'normal', incident: id })).toEqual({ waiting: true });
      await expect
        .poll(incident, { timeout: TIMEOUT })
        .toMatchObject({ feedback: null, waiting: false, refused: expect.stringContaining('2 ranges') });
      started.child.kill('SIGTERM');
      expect((await started.finished).stderr).toMatch(/warning: feedback on k0 was refused: .*2 ranges/);
    });

    it('shows after a restart, and after a crash, which feedback still waits, and that it was applied meanwhile', async () => {
      const broker = onRedis(redis(), 'pending');
      const first = await worker(broker, 'pending');
      const producer = new Producer(broker);
      await producer.send(130, [
        [0, 105],
        [1, 110],
      ]);
      const args = [...broker.flags, '--verdicts', 'pending', '--checkpoint', join(folder.path, 'pending')];
      let { url, started } = await serve(args);
      await shownAfter(url, 130 * KEYS);
      first.child.kill('SIGTERM');
      await first.finished; // nobody applies what is given now
      const shown = async () => {
        const { incidents = [], streams = [] } = await picture(url);
        const nameOf = (id: number) => streams.find((stream) => stream.id === id)?.name;
        const of = ({ stream, feedback, waiting, refused }: (typeof incidents)[number]) => [
          nameOf(stream),
          { feedback, waiting, refused },
        ];
        return Object.fromEntries(incidents.map(of)) as Record<string, unknown>;
      };
      const { incidents = [] } = await picture(url);
      for (const { id } of incidents)
        expect(await post(url, '/feedback', { kind: 'normal', incident: id })).toEqual({ waiting: true });
      started.child.kill('SIGKILL'); // what was answered is saved
      await started.finished;
      ({ url, started } = await serve(args));
      const waiting = { feedback: 'normal', waiting: true, refused: '' };
      await expect.poll(shown, { timeout: TIMEOUT }).toEqual({ k0: waiting, k1: waiting });
      started.child.kill('SIGTERM');
      await started.finished;

      const again = await worker(broker, 'pending');
      await producer.send(20);
      ({ url, started } = await serve(args));
      await shownAfter(url, 150 * KEYS);
      const applied = { feedback: 'normal', waiting: false, refused: '' };
      await expect.poll(shown, { timeout: TIMEOUT }).toEqual({ k0: applied, k1: applied });
      again.child.kill('SIGTERM');
    });

    it.each(['all', 'flagged'] as const)(
      'ends incidents of streams that come no more, with workers that deliver %s',
      async (deliver) => {
        const broker = onRedis(redis(), `gone-${deliver}`, 1);
        await worker(broker, `gone-${deliver}`, deliver, 1, 'v', ['--keep-states', '1m']);
        const { url, started } = await serve([...broker.flags, '--verdicts', `gone-${deliver}`, '--alerts']);
        for (let n = 0; n < 240; n++)
          for (const k of n <= 110 ? [0, 1] : [1]) {
            const v = k === 0 && n === 110 ? 30 : ((n * 7919 + k) % 101) / 101;
            await broker.send(broker.keyOf(k), { v, at: 1_700_000_000_000 + n * 600 });
          }
        await expect
          .poll(async () => (await picture(url)).incidents, { timeout: TIMEOUT })
          .toMatchObject([{ open: false, count: 1, why: expect.stringContaining('as no more events came') }]);
        started.child.kill('SIGTERM');
        const { stderr } = await started.finished;
        expect(stderr).toMatch(/k0: \w+ incident ended after 1 flagged event as no more came,/);
      },
    );

    it('connects anew where the workers have another number of partitions', async () => {
      const broker = onRedis(redis(), 'more');
      const first = await worker(broker, 'more');
      const producer = new Producer(broker);
      await producer.send(5);
      const { url, started } = await serve([...broker.flags, '--verdicts', 'more']);
      await shownAfter(url, 5 * KEYS);
      first.child.kill('SIGTERM');
      await first.finished;
      for (const key of await redis().ask<string[]>('KEYS', '{more:*')) await redis().ask('DEL', key);
      const wider = onRedis(redis(), 'more', 7);
      await worker(wider, 'more', 'all', 7);
      await new Producer(wider).send(3);
      await shownAfter(url, 8 * KEYS);
      started.child.kill('SIGTERM');
      expect((await started.finished).stderr).toContain('the workers have 7 partitions now, and had 4');
    });
  });

  it.each([
    [['--sensitivity', 'high'], /--sensitivity has no effect with --verdicts.*give it to rx-anomaly worker/],
    [['--feedback', 'f.ndjson'], /--feedback has no effect with --verdicts.*leave it out/],
    [['--subject', 'a.*'], /--subject has no effect with --verdicts/],
    [['--delimiter', ','], /--delimiter has no effect with --verdicts/],
    [['--demo'], /--demo has no effect with --verdicts/],
    [['table.csv'], /a table cannot be shown with --verdicts; leave out table.csv/],
    [['--redis', 'redis://localhost'], /needs the broker of the workers: --nats or --redis/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await rxAnomaly([
      'serve',
      '--nats',
      'nats://localhost:1',
      '--verdicts',
      'v',
      ...args,
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('needs a broker, workers, and no password in the address', async () => {
    expect((await rxAnomaly(['serve', '--verdicts', 'v'])).stderr).toContain('--nats or --redis');
    const secret = await rxAnomaly(['serve', '--verdicts', 'v', '--redis', 'redis://me:hidden@localhost']);
    expect(secret.stderr).toMatch(/^(?!.*hidden).*serve: expected --redis.*REDIS_PASSWORD/);
  });
});

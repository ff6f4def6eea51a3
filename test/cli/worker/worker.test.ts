import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { natsEngine } from '../../../src/nats/natsEngine.ts';
import { deliveredOf } from '../../distributed/workers.ts';
import { describeWithNats, type Nats } from '../../support/environment/nats.ts';
import { rxAnomaly, type Started, start } from '../rxAnomaly.ts';

const TIMEOUT = 600_000;
const KEYS = 30;

const MODELS = [
  '--forecaster',
  'ema',
  '--scorer',
  'zScore',
  '--value',
  'v',
  '--time',
  'at',
  '--deliver',
  'all',
];

/** Where events go: to a fleet of workers, and to one that is alone. */
interface Fleets {
  readonly shared: string;
  readonly single?: string;
}
const KILLED: Required<Fleets> = { shared: 'readings', single: 'alone' };
const STOPPED: Required<Fleets> = { shared: 'stopped', single: 'unstopped' };

/** Sends the same events to both subjects, each once, however long the server is away. */
async function send(
  nats: Nats,
  from: number,
  to: number,
  { shared, single }: Fleets = KILLED,
): Promise<void> {
  const js = jetstream(await nats.connection(), { timeout: 2000 });
  const publish = async (subject: string, n: number): Promise<void> => {
    const draw = ((Math.imul(n + 1, 2_654_435_761) >>> 0) % 1000) / 1000;
    const payload = JSON.stringify({
      v: Math.sin(n / 300) + draw + (n % 211 === 0 ? 9 : 0),
      at: 1_700_000_000_000 + n * 1000,
    });
    for (;;) {
      const done = await js.publish(subject, payload, { msgID: `${subject} ${n}` }).catch(() => undefined);
      if (done !== undefined) return;
    }
  };
  // Keys in turn: the events of one are in order.
  for (let n = from; n < to; n += KEYS)
    await Promise.all(
      Array.from({ length: KEYS }, async (_, k) => {
        await publish(`${shared}.k${k}`, n + k);
        if (single !== undefined) await publish(`${single}.k${k}`, n + k);
      }),
    );
}

/** What is delivered, by key, without positions, which differ between logs. */
async function delivered(nats: Nats, name: string, subjects: string): Promise<Map<string, object[]>> {
  const engine = await natsEngine({
    servers: nats.url,
    name,
    in: subjects,
    decode: () => null,
    onProblem: () => {},
  });
  const byKey = new Map<string, object[]>();
  for (const text of (await deliveredOf(engine as never)).flat()) {
    const {
      position: _,
      key,
      ...verdict
    } = JSON.parse(text.replaceAll(/"key":"\w+\./g, '"key":"')) as {
      readonly position: number;
      readonly key: string;
    };
    byKey.set(key, [...(byKey.get(key) ?? []), verdict]);
  }
  await engine.close();
  return byKey;
}

/** Events without verdicts. */
async function lagOf(nats: Nats, events: string): Promise<number> {
  const named = ['--out', `of-${events}`, '--format', 'json'];
  const { stdout } = await rxAnomaly(['status', '--nats', nats.url, ...named]);
  return stdout === '' ? Number.POSITIVE_INFINITY : (JSON.parse(stdout) as { lag: number }).lag;
}

/** @param workers that have to be alive meanwhile: else it would never be */
async function until(is: () => boolean | Promise<boolean>, workers: readonly Working[] = []): Promise<void> {
  while (!(await is())) {
    for (const each of workers) each.expectAlive();
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** A worker, and whether it has a partition by now. */
interface Working extends Started {
  hasTaken(): boolean;
  /** @throws Error with what it has reported, where it has ended */
  expectAlive(): void;
  /** What the first group of an expression has matched on standard error. */
  reported(expression: RegExp): Promise<string>;
}

/** @param events the first part of their subjects */
function worker(nats: Nats, events: string, partitions: string, ...more: readonly string[]): Working {
  const names = ['--in', `${events}.*`, '--out', `of-${events}`];
  const started = start([
    ...['worker', '--nats', nats.url, ...names, '--partitions', partitions],
    ...[...MODELS, ...more],
  ]);
  let seen = '';
  started.child.stderr!.on('data', (text: string) => {
    seen += text;
  });
  const reported = async (expression: RegExp): Promise<string> => {
    await until(() => expression.test(seen));
    return expression.exec(seen)![1]!;
  };
  const expectAlive = (): void => {
    const { exitCode, signalCode } = started.child;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`a worker on ${events} has ended (${exitCode ?? signalCode}): ${seen}`);
  };
  return { ...started, hasTaken: () => seen.includes('taken'), expectAlive, reported };
}

async function expectSame(nats: Nats, events: number, fleets = KILLED): Promise<void> {
  const [shared, alone] = [
    await delivered(nats, `of-${fleets.shared}`, `${fleets.shared}.*`),
    await delivered(nats, `of-${fleets.single}`, `${fleets.single}.*`),
  ];
  expect([...alone.values()].reduce((sum, { length }) => sum + length, 0)).toBe(events);
  expect([...shared.keys()].sort()).toEqual([...alone.keys()].sort());
  for (const [key, verdicts] of alone) expect(shared.get(key), key).toEqual(verdicts);
}

/** Three workers, of which one after the other is killed, and a broker to which `harm` happens. */
async function expectNoHarm(
  nats: Nats,
  rounds: number,
  harm: (round: number) => Promise<void>,
): Promise<void> {
  const running = Array.from({ length: 3 }, () => worker(nats, 'readings', '6'));
  const alone = worker(nats, 'alone', '1');
  await until(() => [...running, alone].every((each) => each.hasTaken()), [...running, alone]);
  const chunk = KEYS * 20;
  let sent = 0;
  for (let round = 0; round < rounds; round++) {
    await send(nats, sent, sent + chunk);
    sent += chunk;
    running.shift()!.child.kill('SIGKILL');
    running.push(worker(nats, 'readings', '6'));
    await harm(round);
  }
  const isDone = async () => (await lagOf(nats, 'readings')) === 0 && (await lagOf(nats, 'alone')) === 0;
  await until(isDone, [...running, alone]);
  await expectSame(nats, sent);
  for (const each of [...running, alone]) each.child.kill('SIGTERM');
  for (const each of [...running, alone]) {
    const { code, stderr } = await each.finished;
    expect(code, stderr).toBe(143);
  }
}

const mappings = `mappings {
  "readings.*": "of-readings-in.{{partition(6,1)}}.{{wildcard(1)}}"
  "measured.*": "of-measured-in.{{partition(2,1)}}.{{wildcard(1)}}"
  "stopped.*": "of-stopped-in.{{partition(6,1)}}.{{wildcard(1)}}"
}`;

describe('workers', { timeout: TIMEOUT }, () => {
  describeWithNats(
    'on NATS',
    (nats) => {
      it('that die, with a broker that dies, deliver what one process delivers', async () => {
        await expectNoHarm(nats(), 6, async (round) => {
          if (round !== 2 && round !== 4) return;
          await nats().kill();
          await nats().start();
        });
      });

      it('hand over at SIGTERM: nothing is replayed', async () => {
        const { shared, single } = STOPPED;
        const [first, second] = [worker(nats(), shared, '6'), worker(nats(), shared, '6')];
        const alone = worker(nats(), single, '1');
        await until(() => [first, second, alone].every((each) => each.hasTaken()));
        await send(nats(), 0, KEYS * 4, STOPPED);
        first.child.kill('SIGTERM');
        const { code, stderr } = await first.finished;
        expect(code).toBe(143);
        expect(stderr).toMatch(/handed over/);
        await send(nats(), KEYS * 4, KEYS * 8, STOPPED);
        await until(async () => (await lagOf(nats(), shared)) === 0 && (await lagOf(nats(), single)) === 0);
        const status = async () =>
          (await rxAnomaly(['status', '--nats', nats().url, '--out', `of-${shared}`])).stdout;
        expect(await status()).toMatch(/1 worker, no events waiting/);
        for (const each of [second, alone]) each.child.kill('SIGTERM');
        expect((await second.finished).stderr).toMatch(/no events replayed/);
        await alone.finished;
        expect(await status()).toMatch(
          /no workers, no events waiting, 30 keys with a saved state \([\d,]+ bytes\)/,
        );
        await expectSame(nats(), KEYS * 8, STOPPED);
      });

      it('serve their figures, where nothing else is served', async () => {
        const measured = worker(nats(), 'measured', '2', '--metrics-port', '0', '--keep-verdicts', '1d');
        const address = await measured.reported(/metrics: (\S+)/);
        await send(nats(), 0, KEYS * 2, { shared: 'measured' });
        const figure = async (name: string): Promise<number> => {
          const text = await (await fetch(address)).text();
          return Number(new RegExp(`^rx_anomaly_worker_${name} (.*)$`, 'm').exec(text)?.[1]);
        };
        await expect.poll(() => figure('events_total'), { timeout: TIMEOUT }).toBe(KEYS * 2);
        await expect.poll(() => figure('verdicts_total'), { timeout: TIMEOUT }).toBe(KEYS * 2);
        expect(await figure('partitions')).toBe(2);
        expect(await figure('models')).toBe(KEYS);
        expect(await figure('replayed_total')).toBe(0);
        expect(await figure('resident_bytes')).toBeGreaterThan(1e7);
        await expect.poll(() => figure('lag_events\\{partition="1"\\}'), { timeout: TIMEOUT }).toBe(0);
        expect((await fetch(new URL('/', address))).status).toBe(404);
        const { port } = new URL(address);
        const second = await worker(nats(), 'measured', '2', '--metrics-port', port).finished;
        expect([second.code, second.stderr]).toEqual([
          1,
          expect.stringContaining(`--metrics-port ${port}: `),
        ]);
        measured.child.kill('SIGTERM');
        expect((await measured.finished).code).toBe(143);
      });

      it('refuse what cannot be, and status names that nothing is there', async () => {
        const none = await rxAnomaly(['status', '--nats', nats().url, '--out', 'nothing']);
        expect(none.stderr).toContain('no worker has ever run with --out nothing');
        const known = worker(nats(), 'refused', '2');
        await until(() => known.hasTaken());
        known.child.kill('SIGTERM');
        await known.finished;
        const other = await rxAnomaly([
          'worker',
          '--nats',
          nats().url,
          '--in',
          'refused.*',
          '--out',
          'of-refused',
          '--seed',
          '7',
        ]);
        expect(other.stderr).toMatch(/another configuration/);
        const secret = await rxAnomaly(['worker', '--nats', 'nats://me:secret@localhost', '--in', 'a.*']);
        expect(secret.code).toBe(2);
        expect(secret.stderr).not.toContain('secret');
        expect((await rxAnomaly(['worker', '--in', 'a.*'])).stderr).toContain('name the broker by --nats');
        const manager = await jetstreamManager(await nats().connection());
        await expect(manager.streams.info('nothing')).rejects.toThrow();
      });
    },
    { settings: mappings },
  );

  describeWithNats(
    'on a cluster of three',
    (nats) => {
      it('that die, with nodes that die, deliver what one process delivers', async () => {
        await expectNoHarm(nats(), 4, async (round) => {
          if (round > 2) return;
          await nats().kill(round);
          await send(nats(), round * KEYS * 20, (round + 1) * KEYS * 20); // again: each is taken once
          await nats().restart(round);
        });
        const manager = await jetstreamManager(await nats().connection());
        for (const stream of ['out-0', 'states-0', 'leases', 'in-0'].map((part) => `of-readings-${part}`))
          expect((await manager.streams.info(stream)).config.num_replicas).toBe(3);
      });
    },
    { settings: mappings, nodes: 3 },
  );
});

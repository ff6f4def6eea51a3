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

/** Sends the same events to both subjects, each once, however long the server is away. */
async function send(nats: Nats, from: number, to: number): Promise<void> {
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
        await publish(`readings.k${k}`, n + k);
        await publish(`alone.k${k}`, n + k);
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

async function count(nats: Nats, name: string): Promise<number> {
  const { stdout } = await rxAnomaly(['status', '--nats', nats.url, '--out', name, '--format', 'json']);
  return stdout === '' ? Number.POSITIVE_INFINITY : (JSON.parse(stdout) as { lag: number }).lag;
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((done) => setTimeout(done, 100));
}

/** A worker, and whether it has a partition by now. */
interface Working extends Started {
  hasTaken(): boolean;
}

function worker(nats: Nats, name: string, subjects: string, partitions: string): Working {
  const started = start([
    ...['worker', '--nats', nats.url, '--in', subjects, '--out', name, '--partitions', partitions],
    ...MODELS,
  ]);
  let seen = '';
  started.child.stderr!.on('data', (text: string) => {
    seen += text;
  });
  return { ...started, hasTaken: () => seen.includes('taken') };
}

async function expectSame(nats: Nats, events: number): Promise<void> {
  const [shared, alone] = [
    await delivered(nats, 'shared', 'readings.*'),
    await delivered(nats, 'single', 'alone.*'),
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
  const running = Array.from({ length: 3 }, () => worker(nats, 'shared', 'readings.*', '6'));
  const alone = worker(nats, 'single', 'alone.*', '1');
  await until(() => [...running, alone].every((each) => each.hasTaken()));
  const chunk = KEYS * 20;
  let sent = 0;
  for (let round = 0; round < rounds; round++) {
    await send(nats, sent, sent + chunk);
    sent += chunk;
    running.shift()!.child.kill('SIGKILL');
    running.push(worker(nats, 'shared', 'readings.*', '6'));
    await harm(round);
  }
  await until(async () => (await count(nats, 'shared')) === 0 && (await count(nats, 'single')) === 0);
  await expectSame(nats, sent);
  for (const each of [...running, alone]) each.child.kill('SIGTERM');
  // Whoever was started while nodes died may have given up.
  for (const each of [...running, alone]) await each.finished;
}

const mappings = 'mappings { "readings.*": "shared-in.{{partition(6,1)}}.{{wildcard(1)}}" }';

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
        const [first, second] = [
          worker(nats(), 'shared', 'readings.*', '6'),
          worker(nats(), 'shared', 'readings.*', '6'),
        ];
        await until(() => [first, second].every((each) => each.hasTaken()));
        const from = KEYS * 120;
        const alone = worker(nats(), 'single', 'alone.*', '1');
        await send(nats(), from, from + KEYS * 4);
        first.child.kill('SIGTERM');
        const { code, stderr } = await first.finished;
        expect(code).toBe(143);
        expect(stderr).toMatch(/handed over/);
        await send(nats(), from + KEYS * 4, from + KEYS * 8);
        await until(
          async () => (await count(nats(), 'shared')) === 0 && (await count(nats(), 'single')) === 0,
        );
        const { stdout } = await rxAnomaly(['status', '--nats', nats().url, '--out', 'shared']);
        expect(stdout).toMatch(/1 worker, no events waiting, 30 keys, [\d,]+ bytes of states/);
        for (const each of [second, alone]) each.child.kill('SIGTERM');
        expect((await second.finished).stderr).toMatch(/no events replayed/);
        await alone.finished;
        await expectSame(nats(), from + KEYS * 8);
      });

      it('refuse what cannot be, and status names that nothing is there', async () => {
        const none = await rxAnomaly(['status', '--nats', nats().url, '--out', 'nothing']);
        expect(none.stderr).toContain('no worker has ever run with --out nothing');
        const other = await rxAnomaly([
          'worker',
          '--nats',
          nats().url,
          '--in',
          'readings.*',
          '--out',
          'shared',
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
        for (const stream of ['shared-out-0', 'shared-states-0', 'shared-leases', 'shared-in-0'])
          expect((await manager.streams.info(stream)).config.num_replicas).toBe(3);
      });
    },
    { settings: mappings, nodes: 3 },
  );
});

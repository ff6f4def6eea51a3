import { afterEach, describe, expect, it } from 'vitest';
import { describeWithNats } from '../../support/environment/nats.ts';
import { describeWithRedis } from '../../support/environment/redis.ts';
import { type Started, start } from '../rxAnomaly.ts';

const TIMEOUT = 300_000;

interface Server {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

interface Running extends Started {
  /** Resolves when that is on standard error; rejects when the command ends before. */
  reports(what: RegExp): Promise<void>;
}

const running: Started[] = [];
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map(({ finished }) => finished));
});

function run(args: readonly string[]): Running {
  const started = start(args);
  running.push(started);
  let seen = '';
  const looks = new Set<() => void>();
  started.child.stderr!.on('data', (text: string) => {
    seen += text;
    for (const look of looks) look();
  });
  const reports = async (what: RegExp): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (what.test(seen)) resolve();
      };
      looks.add(look);
      look();
      started.finished.then(({ stderr }) => reject(new Error(stderr)));
    });
  };
  return { ...started, reports };
}

function describeBroker(name: 'nats' | 'redis', server: () => Server): void {
  it('is waited for by workers and by the dashboard, which waits for workers, too', async () => {
    await server().kill();
    const at = [`--${name}`, server().url];
    const source = ['--in', name === 'nats' ? 'away.*' : 'away', '--partitions', '1'];
    const models = ['--forecaster', 'ema', '--scorer', 'zScore'];
    const dashboard = run(['serve', ...at, '--verdicts', 'verdicts', '--port', '0']);
    await dashboard.reports(/trying again/);
    const worker = run(['worker', ...at, ...source, ...models]);
    await worker.reports(/trying again/);
    await server().start();
    await worker.reports(/taken/);
    await dashboard.reports(/dashboard: http/);
    for (const { child, finished } of [worker, dashboard]) {
      child.kill('SIGTERM');
      expect((await finished).code).toBe(143);
    }
    const other = run(['serve', ...at, '--verdicts', 'others', '--port', '0']);
    await other.reports(/no worker has ever run with --out others; start one; trying again/);
    await server().kill();
    const early = run(['worker', ...at, ...source, ...models]);
    await early.reports(/trying again/);
    for (const { child, finished } of [other, early]) {
      child.kill('SIGINT');
      expect((await finished).code).toBe(130);
    }
    await server().start();
  });
}

describe('a broker that is away at the start', { timeout: TIMEOUT }, () => {
  describeWithNats('of NATS', (nats) => describeBroker('nats', nats));
  describeWithRedis('of Redis', (redis) => {
    describeBroker('redis', redis);

    it('ends both at once where it refuses the password', async () => {
      const at = ['--redis', redis().url];
      process.env.REDIS_PASSWORD = 'wrong';
      const both = [
        start(['worker', ...at, '--in', 'refused']),
        start(['serve', ...at, '--verdicts', 'v', '--port', '0']),
      ];
      delete process.env.REDIS_PASSWORD;
      for (const { finished } of both) {
        const { code, stderr } = await finished;
        expect(code).toBe(1);
        expect(stderr).toContain('check user name and password');
        expect(stderr).not.toContain('trying again');
      }
    });
  });
});

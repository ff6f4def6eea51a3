import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { describeWithServer } from './describeWithServer.ts';
import { freePort } from './influxServer.js';
import { removeFolder } from './removeFolder.ts';

/** A real Redis with a port and a folder of its own, which writes every command to disk before it answers. */
export interface RedisServer {
  readonly url: string;
  /** Resolves when it answers; what it had stored is there again. */
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Stops it where it is, as a machine that hangs; `SIGCONT` lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  remove(): Promise<void>;
  /** Sends a command. */
  ask<T = unknown>(...args: (string | Buffer)[]): Promise<T>;
}

/** Runs `body` with a redis-server: see {@link describeWithServer}. @param settings such as `['--maxmemory', '1mb']` */
export function describeWithRedis(
  title: string,
  body: (redis: () => RedisServer) => void,
  settings: readonly string[] = [],
): void {
  const kind = {
    ...{ executable: 'redis-server', probe: ['--version'], debian: 'redis-server' },
    make: () => makeRedis(settings),
  };
  describeWithServer(kind, title, body);
}

async function makeRedis(settings: readonly string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  let client: ReturnType<typeof makeClient> | undefined;
  const makeClient = () => createClient({ url, RESP: 2 }).on('error', () => {});
  const ask = async <T>(...args: (string | Buffer)[]): Promise<T> => {
    if (client === undefined) {
      client = makeClient();
      await client.connect();
    }
    return (await client.sendCommand(args)) as T;
  };
  const kill = async (): Promise<void> => {
    const ending = running;
    running = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    ending.kill('SIGKILL');
    await once(ending, 'close');
  };
  return {
    ...{ url, kill, ask },
    start: async () => {
      const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
      const safe = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
      running = spawn('redis-server', [...own, ...safe, ...settings], { stdio: 'ignore' });
      for (;;) {
        const answer = await ask('PING').catch(() => undefined);
        if (answer === 'PONG') return;
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    signal: (name) => running?.kill(name),
    remove: async () => {
      client?.destroy();
      await kill();
      await removeFolder(folder);
    },
  };
}

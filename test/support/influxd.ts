import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';

const EXECUTABLE = 'influxd';

/** A real InfluxDB 1.x with ports and folders of its own. */
export interface Influxd {
  readonly url: string;
  /** The folder of all its data. */
  readonly folder: string;
  /** Resolves when it answers; the same folders, whatever happened before. */
  start(): Promise<void>;
  /** Ends it at once, as a loss of power would. */
  kill(): Promise<void>;
  /** Ends it and removes its folders. */
  remove(): Promise<void>;
  /** Runs InfluxQL; the series of the last statement's answer. */
  query(statement: string, database?: string): Promise<InfluxdSeries[]>;
  /** Makes a database with nothing in it, and returns its name. */
  freshDatabase(): Promise<string>;
  /** Writes lines of line protocol. */
  write(database: string, lines: string | readonly string[]): Promise<void>;
}

export interface InfluxdSeries {
  readonly name: string;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

/**
 * Runs `body` with an influxd, which starts before its tests and is removed after them. Where there is none the suite
 * is skipped, loudly; in CI its absence is a failure.
 */
export function describeWithInfluxd(title: string, body: (influxd: () => Influxd) => void): void {
  describe(title, () => {
    if (spawnSync(EXECUTABLE, ['version']).status === 0) {
      let influxd: Influxd | undefined;
      beforeAll(async () => {
        influxd = await makeInfluxd();
        await influxd.start();
      }, 60_000);
      afterAll(() => influxd?.remove());
      body(() => influxd!);
      return;
    }
    if (process.env.CI === 'true') {
      it('needs influxd', () => {
        throw new Error(`${EXECUTABLE} is missing; in CI that is a failure`);
      });
      return;
    }
    console.warn(`SKIPPED: ${title}: there is no ${EXECUTABLE} (Debian: apt-get install influxdb)`);
    it.skip(`needs ${EXECUTABLE}`, () => {});
  });
}

/** One that does not run yet. */
export async function makeInfluxd(): Promise<Influxd> {
  const folder = mkdtempSync(join(tmpdir(), 'influxd-'));
  const [port, rpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'influxdb.conf');
  writeFileSync(config, configuration(folder, port, rpcPort));
  let process: ChildProcess | undefined;
  let databases = 0;

  const request = async (path: string, init: RequestInit): Promise<string> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`influxd: ${response.status} ${text}`);
    return text;
  };
  const query = async (statement: string, database = ''): Promise<InfluxdSeries[]> => {
    const body = new URLSearchParams({ q: statement, db: database });
    const { results } = JSON.parse(await request('/query', { method: 'POST', body }));
    for (const { error } of results) if (error !== undefined) throw new Error(`influxd: ${error}`);
    return results.at(-1).series ?? [];
  };
  const kill = async (): Promise<void> => {
    const dying = process;
    process = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    await new Promise((done) => {
      dying.once('close', done);
      dying.kill('SIGKILL');
    });
  };

  return {
    url,
    folder,
    query,
    kill,
    start: async () => {
      process = spawn(EXECUTABLE, ['-config', config], { stdio: 'ignore' });
      await answering(url);
    },
    remove: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
    freshDatabase: async () => {
      const name = `db${++databases}`;
      await query(`CREATE DATABASE "${name}"`);
      return name;
    },
    write: async (database, lines) => {
      const body = typeof lines === 'string' ? lines : lines.join('\n');
      await request(`/write?db=${encodeURIComponent(database)}`, { method: 'POST', body });
    },
  };
}

function configuration(folder: string, port: number, rpcPort: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[monitor]
  store-enabled = false
`;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const response = await fetch(`${url}/ping`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('influxd did not answer within 30 seconds');
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

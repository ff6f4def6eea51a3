// A real influxd for tests and benches. JavaScript, as benches run on Node versions that read nothing else.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @import { ChildProcess } from 'node:child_process' */

/**
 * Rows of an answer.
 *
 * @typedef {object} InfluxdSeries
 * @property {string} name
 * @property {Record<string, string>} [tags]
 * @property {string[]} columns
 * @property {(string | number | boolean | null)[][]} values
 */

/**
 * A real InfluxDB 1.x with ports and folders of its own.
 *
 * @typedef {object} Influxd
 * @property {string} url
 * @property {() => Promise<void>} start resolves when it answers; the same folders, whatever happened before
 * @property {() => Promise<void>} kill ends it at once, as a loss of power would
 * @property {() => Promise<void>} remove ends it and removes its folders
 * @property {(statement: string, database?: string) => Promise<InfluxdSeries[]>} query runs InfluxQL; the answer to
 *   the last statement
 * @property {() => Promise<string>} freshDatabase makes a database with nothing in it, and returns its name
 * @property {(database: string, lines: string | readonly string[]) => Promise<void>} write takes line protocol
 */

export const EXECUTABLE = 'influxd';

/**
 * One that does not run yet.
 *
 * @returns {Promise<Influxd>}
 */
export async function makeInfluxd() {
  const folder = mkdtempSync(join(tmpdir(), 'influxd-'));
  const [port, rpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'influxdb.conf');
  writeFileSync(config, configuration(folder, port, rpcPort));
  /** @type {ChildProcess | undefined} */
  let running;
  let databases = 0;

  /** @type {(path: string, body: URLSearchParams | string) => Promise<string>} */
  const post = async (path, body) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body });
    const text = await response.text();
    if (!response.ok) throw new Error(`influxd: ${response.status} ${text}`);
    return text;
  };
  /** @type {Influxd['query']} */
  const query = async (statement, database = '') => {
    const { results } = JSON.parse(await post('/query', new URLSearchParams({ q: statement, db: database })));
    for (const { error } of results) if (error !== undefined) throw new Error(`influxd: ${error}`);
    return results.at(-1).series ?? [];
  };
  const kill = async () => {
    const dying = running;
    running = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    await new Promise((done) => {
      dying.once('close', done);
      dying.kill('SIGKILL');
    });
  };

  return {
    url,
    query,
    kill,
    start: async () => {
      running = spawn(EXECUTABLE, ['-config', config], { stdio: 'ignore' });
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
      await post(
        `/write?db=${encodeURIComponent(database)}`,
        typeof lines === 'string' ? lines : lines.join('\n'),
      );
    },
  };
}

/** @type {(folder: string, port: number, rpcPort: number) => string} */
function configuration(folder, port, rpcPort) {
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

/** @param {string} url */
async function answering(url) {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const response = await fetch(`${url}/ping`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('influxd did not answer within two minutes');
}

/**
 * A port for a server that is started later, perhaps again and again: none of those that systems give to connections and to
 * servers that ask for any (from 32768 on), as one of these might have it by then.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = 16_000 + Math.floor(Math.random() * 16_000);
    const isFree = await new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithServer } from './describeWithServer.ts';
import { freePort } from './influxServer.js';
import { removeFolder } from './removeFolder.ts';

/** A sample that is in the server from the start. */
export interface Sample {
  readonly series: string;
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  readonly value: number;
}

/** A real Prometheus with a port and a folder of its own, which scrapes {@link Prometheus.metrics} every second. */
export interface Prometheus {
  readonly url: string;
  /** What is scraped, as text. */
  metrics: string;
  /** Resolves when it answers; what it had stored is there again. */
  start(): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** Runs `body` with a Prometheus: see {@link describeWithServer}. */
export function describeWithPrometheus(
  title: string,
  history: readonly Sample[],
  body: (prometheus: () => Prometheus) => void,
): void {
  const kind = {
    ...{ executable: 'prometheus', probe: ['--version'], debian: 'prometheus' },
    make: () => makePrometheus(history),
  };
  describeWithServer(kind, title, body);
}

async function makePrometheus(history: readonly Sample[]): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const data = join(folder, 'data');
  backfill(folder, data, history);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const shown = { metrics: '' };
  const target = await scraped(shown);
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: test, static_configs: [{ targets: ['127.0.0.1:${portOf(target)}'] }] }]
`,
  );
  let running: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    const ending = running;
    running = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    ending.kill('SIGKILL');
    await once(ending, 'close');
  };
  return {
    url,
    kill,
    get metrics() {
      return shown.metrics;
    },
    set metrics(text) {
      shown.metrics = text;
    },
    start: async () => {
      const args = [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ];
      running = spawn('prometheus', [...args, '--storage.tsdb.retention.time=10y'], { stdio: 'ignore' });
      await answering(`${url}/-/ready`);
    },
    remove: async () => {
      await kill();
      target.close();
      await removeFolder(folder);
    },
  };
}

/** Writes samples into the store of a server that does not run. */
function backfill(folder: string, data: string, history: readonly Sample[]): void {
  if (history.length === 0) return;
  const file = join(folder, 'history.om');
  const lines = history.map(({ series, time, value }) => `${series} ${value} ${time}`);
  writeFileSync(file, `${lines.join('\n')}\n# EOF\n`);
  const { status, stderr } = spawnSync(
    'promtool',
    ['tsdb', 'create-blocks-from', 'openmetrics', file, data],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`promtool: ${stderr}`);
}

async function scraped(shown: { readonly metrics: string }): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(shown.metrics);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('prometheus did not answer within two minutes');
}

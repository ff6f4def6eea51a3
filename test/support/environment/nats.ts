import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { describeWithServer } from './describeWithServer.ts';
import { freePort } from './influxServer.js';
import { removeFolder } from './removeFolder.ts';

/** A real NATS server with JetStream, or a cluster of them, with ports and folders of its own. */
export interface Nats {
  /** Of all nodes, separated by commas. */
  readonly url: string;
  /** Resolves when all nodes answer and JetStream is ready; what was stored is there again. */
  start(): Promise<void>;
  /** `kill -9`; of one node where it is named. */
  kill(node?: number): Promise<void>;
  /** Starts one node again. */
  restart(node: number): Promise<void>;
  remove(): Promise<void>;
  /** A connection that waits for its server; it ends with the removal. */
  connection(): Promise<NatsConnection>;
}

/**
 * Runs `body` with a nats-server: see {@link describeWithServer}.
 *
 * @param settings lines of its configuration, such as mappings
 */
export function describeWithNats(
  title: string,
  body: (nats: () => Nats) => void,
  { settings = '', nodes = 1 }: { readonly settings?: string; readonly nodes?: 1 | 3 } = {},
): void {
  const kind = {
    ...{ executable: 'nats-server', probe: ['--version'], debian: 'nats-server' },
    make: () => makeNats(settings, nodes),
  };
  describeWithServer(kind, title, body);
}

interface Node {
  readonly config: string;
  readonly port: number;
  running: ChildProcess | undefined;
}

async function makeNats(settings: string, count: number): Promise<Nats> {
  const folder = mkdtempSync(join(tmpdir(), 'nats-'));
  const routes = await Promise.all(Array.from({ length: count }, freePort));
  const nodes: Node[] = [];
  for (const [k, route] of routes.entries()) {
    const port = await freePort();
    const config = join(folder, `${k}.conf`);
    const others = routes.map((each) => `nats://127.0.0.1:${each}`).join(', ');
    const cluster = `cluster { name: test, listen: "127.0.0.1:${route}", routes: [${others}] }\n`;
    writeFileSync(
      config,
      `listen: "127.0.0.1:${port}"\nserver_name: n${k}\njetstream { store_dir: "${folder}/${k}" }\n` +
        `${count === 1 ? '' : cluster}${settings}\n`,
    );
    nodes.push({ config, port, running: undefined });
  }
  const url = nodes.map(({ port }) => `nats://127.0.0.1:${port}`).join(',');
  const connections: NatsConnection[] = [];
  const restart = async (k: number): Promise<void> => {
    const node = nodes[k]!;
    node.running = spawn('nats-server', ['-c', node.config], { stdio: 'ignore' });
    await answering(node.port);
  };
  const kill = async (k?: number): Promise<void> => {
    for (const node of k === undefined ? nodes : [nodes[k]!]) {
      const ending = node.running;
      node.running = undefined;
      if (ending === undefined || ending.exitCode !== null) continue;
      ending.kill('SIGKILL');
      await once(ending, 'close');
    }
  };
  return {
    ...{ url, kill, restart },
    start: async () => {
      await Promise.all(nodes.map((_, k) => restart(k)));
      await ready(url);
    },
    remove: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await kill();
      await removeFolder(folder);
    },
    connection: async () => {
      const connection = await connect({
        servers: url.split(','),
        ...{ maxReconnectAttempts: -1, reconnectTimeWait: 50, waitOnFirstConnect: true },
      });
      connections.push(connection);
      return connection;
    },
  };
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 2400; attempt++) {
    const socket = connectSocket(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('nats-server did not answer within two minutes');
}

/** JetStream answers: a cluster has elected its leader. */
async function ready(url: string): Promise<void> {
  const connection = await connect({
    servers: url.split(','),
    waitOnFirstConnect: true,
    reconnectTimeWait: 50,
  });
  try {
    for (let attempt = 0; attempt < 600; attempt++) {
      const answer = await connection
        .request('$JS.API.INFO', '', { timeout: 1000 })
        .then((message) => message.json<{ readonly error?: unknown }>())
        .catch(() => ({ error: true }));
      if (answer.error === undefined) return;
      await new Promise((done) => setTimeout(done, 100));
    }
  } finally {
    await connection.close();
  }
  throw new Error('JetStream was not ready within 60 seconds');
}

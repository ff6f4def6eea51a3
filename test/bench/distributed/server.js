// A nats-server for the bench, with a mapping for each name.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsEngine } from '../../../dist/nats/index.js';
import { freePort } from '../../support/environment/influxServer.js';
import { eventsOf } from './streams.js';

/** @import { Event } from './streams.js' */
/** @import { NatsEngine } from '../../../src/nats/natsEngine.ts' */

export const PARTITIONS = 4;
const text = new TextDecoder();

/**
 * Starts a server; `close` ends it and removes what it has stored.
 *
 * @param {readonly string[]} names of the fleets
 */
export async function startServer(names) {
  const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-bench-'));
  const port = await freePort();
  const mappings = names.map(
    (name) => `"readings-${name}.*": "${name}-in.{{partition(${PARTITIONS},1)}}.{{wildcard(1)}}"`,
  );
  writeFileSync(
    join(folder, 'nats.conf'),
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\nmappings { ${mappings.join('\n')} }\n`,
  );
  const server = spawn('nats-server', ['-c', join(folder, 'nats.conf')], { stdio: 'ignore' });
  await listening(port);
  return {
    folder,
    pid: server.pid,
    url: `nats://127.0.0.1:${port}`,
    close: async () => {
      server.kill('SIGKILL');
      await once(server, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} servers @param {string} name @returns {Promise<NatsEngine<Event>>} */
export async function openEngine(servers, name) {
  return await natsEngine({
    ...{ servers, name, in: `readings-${name}.*`, partitions: PARTITIONS, lease: 2000, onProblem: () => {} },
    decode: ({ data }) => JSON.parse(text.decode(data)),
  });
}

/**
 * @param {NatsEngine<Event>} engine
 * @param {number} from
 * @param {number} count
 * @param {number} keys
 */
export async function publish(engine, from, count, keys) {
  for (let at = 0; at < count; at += 1000)
    await engine.log.publish(eventsOf(from + at, Math.min(1000, count - at), keys));
}

/** Waits until the server answers. @param {number} port */
async function listening(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// A server for the bench: nats-server with a mapping for each name, or redis-server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsEngine } from '../../../dist/nats/index.js';
import { redisEngine } from '../../../dist/redis/index.js';
import { freePort } from '../../support/environment/influxServer.js';
import { eventsOf } from './streams.js';

/** @import { Event } from './streams.js' */
/** @import { NatsClient } from '../../../src/clients/nats/connectNats.ts' */
/** @import { NatsEngine } from '../../../src/nats/natsEngine.ts' */

export const PARTITIONS = 4;
const text = new TextDecoder();

/**
 * Starts a server; `close` ends it and removes what it has stored.
 *
 * @param {readonly string[]} names of the fleets
 * @param {string} broker `nats` or `redis`
 */
export async function startServer(names, broker = 'nats') {
  const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-bench-'));
  const port = await freePort();
  const mappings = names.map(
    (name) => `"readings-${name}.*": "${name}-in.{{partition(${PARTITIONS},1)}}.{{wildcard(1)}}"`,
  );
  const config = join(folder, 'server.conf');
  writeFileSync(
    config,
    broker === 'nats'
      ? `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\nmappings { ${mappings.join('\n')} }\n`
      : `port ${port}\nbind 127.0.0.1\ndir "${folder}"\nappendonly yes\nsave ""\n`,
  );
  const server =
    broker === 'nats'
      ? spawn('nats-server', ['-c', config], { stdio: 'ignore' })
      : spawn('redis-server', [config], { stdio: 'ignore' });
  await listening(port);
  return {
    pid: server.pid,
    url: `${broker}://127.0.0.1:${port}`,
    close: async () => {
      server.kill('SIGKILL');
      await once(server, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What the bench does with one it does with the other.
 *
 * @param {string} url
 * @param {string} name
 * @param {number} lease milliseconds
 * @returns {Promise<NatsEngine<Event>>}
 */
export async function openEngine(url, name, lease = 2000) {
  const options = { name, partitions: PARTITIONS, lease, onProblem: () => {} };
  if (url.startsWith('redis:')) {
    const engine = await redisEngine({
      ...{ ...options, url },
      decode: ({ fields }) => JSON.parse(fields.event ?? ''),
    });
    return /** @type {any} */ (engine);
  }
  return await natsEngine({
    ...{ ...options, servers: url, in: `readings-${name}.*` },
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

/**
 * Sends events without waiting for an answer to each: for many.
 *
 * @param {NatsClient} client
 * @param {string} name
 * @param {number} from
 * @param {number} count
 * @param {number} keys
 */
export async function send(client, name, from, count, keys) {
  for (let at = 0; at < count; at += 1000) {
    for (const { key, event } of eventsOf(from + at, Math.min(1000, count - at), keys))
      client.connection.publish(`readings-${name}.${key.replace(' ', '-')}`, JSON.stringify(event));
    await client.connection.flush();
  }
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

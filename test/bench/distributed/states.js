// What the state of many keys takes: bytes and time of saving it all, of saving it again where nothing has changed, and of
// taking it back.
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { connectNats } from '../../../dist/clients/nats/connectNats.js';
import { openEngine, PARTITIONS, send } from './server.js';
import { finished, start, sum, whole } from './workers.js';

/** Events of each key before its state is saved. */
const EVENTS = 4;
/** So that nothing is saved before the end. */
const NEVER = 1e12;

/**
 * @param {Awaited<ReturnType<typeof import('./server.js').startServer>>} server
 * @param {'anomalies' | 'fleet'} kind
 * @param {number} keys
 * @param {string} [profile] a folder for profiles of V8: those of the saves, and of what takes the states back
 */
export async function states({ url: servers }, kind, keys, profile) {
  const engine = await openEngine(servers, kind);
  const client = await connectNats({ servers });
  /** Bytes in the streams of states, and what was ever appended to them. */
  const stored = async () => {
    let [bytes, appends] = [0, 0];
    for (let p = 0; p < PARTITIONS; p++) {
      const { state } = await client.manager.streams.info(`${kind}-states-${p}`);
      bytes += state.bytes;
      appends += state.last_seq;
    }
    return { bytes, appends };
  };
  await send(client, kind, 0, EVENTS * keys, keys);
  const options = { servers, name: kind, kind, replay: NEVER, memory: 8000, ...(profile && { profile }) };

  const first = start({ ...options, id: 'first' });
  await finished(first, EVENTS * keys);
  const before = await stored();
  const saving = await first.stop();
  const full = await stored();
  const saves = sum(first.last, 'saves');
  const { rss } = [...first.last.values()].at(-1);

  const second = start({ ...options, id: 'second' });
  while (second.held().length < PARTITIONS) await once(second.progress, 'line');
  const idle = await second.stop();
  const unchanged = await stored();

  await send(client, kind, EVENTS * keys, keys, keys);
  const third = start({ ...options, id: 'third' });
  while (third.held().length < PARTITIONS) await once(third.progress, 'line');
  const begun = performance.now();
  await finished(third, keys);
  const restored = (performance.now() - begun) / 1000;
  const { cpu } = [...third.last.values()].at(-1);
  await third.stop();
  console.log(
    `${kind}, ${whole(keys)} keys after ${EVENTS} events each, load ${loadavg()[0].toFixed(1)}: ${whole(saves)} states saved in ` +
      `${saving.toFixed(1)} s, ${whole((full.bytes - before.bytes) / keys)} bytes a key in the streams (${whole(full.bytes / 1e6)} MB); ` +
      `saved again where nothing has changed: ${whole(unchanged.appends - full.appends)} appends, ` +
      `${whole((unchanged.bytes - full.bytes) / keys)} bytes a key, ${idle.toFixed(1)} s; taken back with an event of each key in ` +
      `${restored.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU with its start; the worker takes ${whole(rss / 1e6)} MB`,
  );
  await client.connection.close();
  await engine.close();
}

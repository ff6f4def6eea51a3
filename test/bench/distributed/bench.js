// What does the way through a log cost, and how soon is a dead worker replaced? `npm run bench:distributed -- [--events N]`: N
// events of a fleet and a quarter as many of detectAnomalies, through a real nats-server by one worker, and in one process
// without a log, in turn; then workers that are killed. Needs nats-server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { StreamDetector } from '../../../dist/index.js';
import { natsEngine } from '../../../dist/nats/index.js';
import { freePort } from '../../support/environment/influxServer.js';
import { detectOf, eventsOf } from './streams.js';

/** @import { Event } from './streams.js' */
/** @import { Progress } from '../../../src/distributed/progress.ts' */
/** @import { NatsEngine } from '../../../src/nats/natsEngine.ts' */

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    keys: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '5' },
  },
});
const [events, keys, kills] = [Number(values.events), Number(values.keys), Number(values.kills)];
const NAMES = ['anomalies', 'fleet', 'kills'];
const PARTITIONS = 4;
const text = new TextDecoder();

const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-bench-'));
const port = await freePort();
const servers = `nats://127.0.0.1:${port}`;
const mappings = NAMES.map(
  (name) => `"readings-${name}.*": "${name}-in.{{partition(${PARTITIONS},1)}}.{{wildcard(1)}}"`,
);
writeFileSync(
  join(folder, 'nats.conf'),
  `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\nmappings { ${mappings.join('\n')} }\n`,
);
const server = spawn('nats-server', ['-c', join(folder, 'nats.conf')], { stdio: 'ignore' });
try {
  await listening();
  console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`);
  await throughput('anomalies', Math.ceil(events / 4), Math.ceil(keys / 10));
  await throughput('fleet', events, keys);
  await recovery();
} finally {
  server.kill('SIGKILL');
  await once(server, 'close');
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {'anomalies' | 'fleet'} kind
 * @param {number} count
 * @param {number} streams
 */
async function throughput(kind, count, streams) {
  const engine = await openEngine(kind);
  await publish(engine, 0, count, streams);
  const all = eventsOf(0, count, streams);
  const alone = await inProcess(kind, all);
  const worker = start(kind, kind, 'one');
  const begun = performance.now();
  const [first] = await once(worker.progress, 'line');
  const gained = performance.now();
  const newest = JSON.parse(await finished(worker, count));
  const through = count / ((performance.now() - gained) / 1000);
  const cpu = (1e6 * (newest.cpu - JSON.parse(first).cpu)) / count;
  const saving = performance.now();
  worker.child.kill('SIGTERM');
  await once(worker.child, 'close');
  const saved = (performance.now() - saving) / 1000;
  const again = await inProcess(kind, all);
  const last = worker.last;
  const bytes = sum(last, 'bytes') / sum(last, 'keys');
  const share = (200 * through) / (alone.rate + again.rate);
  console.log(
    `${kind}, ${count} events of ${streams} keys: ${rate(through)} events/s through NATS, ${rate(alone.rate)} and ` +
      `${rate(again.rate)} in one process: ${share.toFixed(0)} %; CPU of an event ${cpu.toFixed(0)} µs, in one process ` +
      `${alone.cpu.toFixed(0)} and ${again.cpu.toFixed(0)}; ${((gained - begun) / 1000).toFixed(1)} s to start; ` +
      `${sum(last, 'keys')} states of ${bytes.toFixed(0)} bytes, saved and handed over in ${saved.toFixed(1)} s`,
  );
  await engine.close();
}

/** Two workers of which the one with partitions is killed while events come; the lease is 2 s. */
async function recovery() {
  const engine = await openEngine('kills');
  let published = 0;
  let isOver = false;
  const publishing = (async () => {
    while (!isOver) {
      await publish(engine, published, 400, keys);
      published += 400;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  /** @type {number[]} */
  const times = [];
  let [owner, other] = [start('kills', 'fleet', 'w0'), start('kills', 'fleet', 'w1')];
  for (let k = 0; k < kills; k++) {
    while (owner.held().length === 0 || other.held().length === 0)
      await Promise.race([once(owner.progress, 'line'), once(other.progress, 'line')]);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const lost = owner.held();
    owner.child.kill('SIGKILL');
    const killed = performance.now();
    const isBack = () =>
      lost.every((partition) => {
        const { kind, events: done } = other.last.get(partition) ?? {};
        return kind === 'advanced' && (done ?? 0) > 0;
      });
    while (!isBack()) await once(other.progress, 'line');
    times.push((performance.now() - killed) / 1000);
    [owner, other] = [other, start('kills', 'fleet', `w${k + 2}`)];
  }
  isOver = true;
  await publishing;
  for (const { child } of [owner, other]) child.kill('SIGKILL');
  const sorted = times.toSorted((a, b) => a - b);
  console.log(
    `recovery after SIGKILL, lease of 2 s included: median ${sorted[sorted.length >> 1].toFixed(1)} s of ` +
      `${sorted.map((time) => time.toFixed(1)).join(', ')}`,
  );
  await engine.close();
}

/**
 * Events a second, and microseconds of CPU for each, without a log.
 *
 * @param {string} kind
 * @param {readonly { readonly event: Event }[]} all
 */
async function inProcess(kind, all) {
  const detector = new StreamDetector(await detectOf(kind));
  const begun = performance.now();
  const before = process.cpuUsage();
  for (const { event } of all) detector.process(event);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - begun) / 1000;
  detector.dispose();
  return { rate: all.length / seconds, cpu: (user + system) / all.length };
}

/**
 * @param {string} name
 * @param {string} kind
 * @param {string} id
 */
function start(name, kind, id) {
  const script = fileURLToPath(new URL('./worker.js', import.meta.url));
  const child = spawn(process.execPath, [script, servers, name, kind, id], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const progress = createInterface({ input: child.stdout }).setMaxListeners(0);
  /** @type {Map<number, Progress>} */
  const last = new Map();
  progress.on('line', (line) => {
    const each = JSON.parse(line);
    last.set(each.partition, each);
  });
  const held = () =>
    [...last.values()].filter(({ kind: now }) => now !== 'lost').map(({ partition }) => partition);
  return { child, progress, last, held };
}

/**
 * Waits until a worker has processed so many events; returns its newest report.
 *
 * @param {ReturnType<typeof start>} worker
 * @param {number} count
 */
async function finished(worker, count) {
  let line = '';
  while (sum(worker.last, 'events') < count) [line] = await once(worker.progress, 'line');
  return line;
}

/**
 * @param {ReadonlyMap<number, Progress>} progress
 * @param {'events' | 'bytes' | 'keys'} name
 */
function sum(progress, name) {
  return [...progress.values()].reduce((total, each) => total + each[name], 0);
}

/** @param {string} name @returns {Promise<NatsEngine<Event>>} */
async function openEngine(name) {
  return await natsEngine({
    ...{ servers, name, in: `readings-${name}.*`, partitions: PARTITIONS, lease: 2000, onProblem: () => {} },
    decode: ({ data }) => JSON.parse(text.decode(data)),
  });
}

/**
 * @param {NatsEngine<Event>} engine
 * @param {number} from
 * @param {number} count
 * @param {number} streams
 */
async function publish(engine, from, count, streams) {
  for (let at = 0; at < count; at += 1000)
    await engine.log.publish(eventsOf(from + at, Math.min(1000, count - at), streams));
}

/** Waits until the server answers. */
async function listening() {
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

/** @param {number} perSecond */
function rate(perSecond) {
  return Math.round(perSecond).toLocaleString('en');
}

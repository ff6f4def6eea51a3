// What does the way through a log cost, and how soon is a dead worker replaced? `npm run bench:distributed -- [--events N]`: N
// events of a fleet and a quarter as many of detectAnomalies, through a real nats-server by one worker, and in one process
// without a log, in turn; then workers that are killed. With `--state KEYS` what the state of so many keys takes instead; with
// `--rate R --keys N --minutes M` so many events a second of so many keys for so long. Needs nats-server, or with
// `--broker redis` redis-server, which has no modes but the first.
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { StreamDetector } from '../../../dist/index.js';
import { openEngine, publish, startServer } from './server.js';
import { states } from './states.js';
import { detectOf, eventsOf } from './streams.js';
import { sustained } from './sustained.js';
import { finished, start, sum, whole } from './workers.js';

/** @import { Event } from './streams.js' */

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    keys: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '5' },
    state: { type: 'string' },
    rate: { type: 'string' },
    minutes: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    profile: { type: 'string' },
    broker: { type: 'string', default: 'nats' },
  },
});
const [events, keys, kills] = [Number(values.events), Number(values.keys), Number(values.kills)];
const { profile } = values;

const server = await startServer(['anomalies', 'fleet', 'kills'], values.broker);
const servers = server.url;
try {
  console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`);
  if (values.state !== undefined) {
    await states(server, 'fleet', Number(values.state), profile);
    await states(server, 'anomalies', Math.ceil(Number(values.state) / 10), profile);
  } else if (values.rate !== undefined) {
    const [rate, minutes, workers] = [values.rate, values.minutes, values.workers].map(Number);
    await sustained(server, { keys, rate, minutes, workers, profile });
  } else {
    await throughput('anomalies', Math.ceil(events / 4), Math.ceil(keys / 10));
    await throughput('fleet', events, keys);
    if (kills > 0) await recovery();
  }
} finally {
  await server.close();
}

/**
 * @param {'anomalies' | 'fleet'} kind
 * @param {number} count
 * @param {number} streams
 */
async function throughput(kind, count, streams) {
  const engine = await openEngine(servers, kind);
  await publish(engine, 0, count, streams);
  const all = eventsOf(0, count, streams);
  const alone = await inProcess(kind, all);
  const worker = start({ servers, name: kind, kind, id: 'one', ...(profile && { profile }) });
  const begun = performance.now();
  const [first] = await once(worker.progress, 'line');
  const gained = performance.now();
  const half = await finished(worker, count / 2);
  const middle = performance.now();
  const newest = await finished(worker, count);
  const ended = performance.now();
  const through = count / ((ended - gained) / 1000);
  const later = count / 2 / ((ended - middle) / 1000);
  const cpu = (1e6 * (newest.cpu - JSON.parse(first).cpu)) / count;
  const cpuLater = (2e6 * (newest.cpu - half.cpu)) / count;
  const saved = await worker.stop();
  const again = await inProcess(kind, all);
  const last = worker.last;
  const bytes = sum(last, 'bytes') / sum(last, 'keys');
  const share = (200 * through) / (alone.rate + again.rate);
  const shareLater = (200 * later) / (alone.later + again.later);
  console.log(
    `${kind}, ${count} events of ${streams} keys: ${whole(through)} events/s through ${values.broker} (${whole(later)} in its second half), ` +
      `${whole(alone.rate)} and ${whole(again.rate)} in one process: ${share.toFixed(0)} %, and ${shareLater.toFixed(0)} % of the second halves, when V8 has compiled the code; CPU of an event ${cpu.toFixed(0)} µs ` +
      `(${cpuLater.toFixed(0)}), in one process ${alone.cpu.toFixed(0)} and ${again.cpu.toFixed(0)}; ` +
      `${((gained - begun) / 1000).toFixed(1)} s to start; ${sum(last, 'keys')} states of ${bytes.toFixed(0)} bytes, ` +
      `${sum(last, 'saves')} saves, handed over in ${saved.toFixed(1)} s`,
  );
  await engine.close();
}

/** Two workers of which the one with partitions is killed while events come; the lease is 2 s. */
async function recovery() {
  const engine = await openEngine(servers, 'kills');
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
  /** @type {number[]} */
  const gains = [];
  /** @param {string} id */
  const worker = (id) => start({ servers, name: 'kills', kind: 'fleet', id });
  let [owner, other] = [worker('w0'), worker('w1')];
  for (let k = 0; k < kills; k++) {
    while (owner.held().length === 0 || other.held().length === 0)
      await Promise.race([once(owner.progress, 'line'), once(other.progress, 'line')]);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const lost = owner.held();
    owner.child.kill('SIGKILL');
    const killed = performance.now();
    const isHeld = () => lost.every((partition) => other.held().includes(partition));
    const isBack = () =>
      lost.every((partition) => {
        const { kind, events: done } = other.last.get(partition) ?? {};
        return kind === 'advanced' && (done ?? 0) > 0;
      });
    while (!isHeld()) await once(other.progress, 'line');
    gains.push((performance.now() - killed) / 1000);
    while (!isBack()) await once(other.progress, 'line');
    times.push((performance.now() - killed) / 1000);
    [owner, other] = [other, worker(`w${k + 2}`)];
  }
  isOver = true;
  await publishing;
  for (const { child } of [owner, other]) child.kill('SIGKILL');
  console.log(
    `recovery after SIGKILL, lease of 2 s included: first verdict after ${summary(times)}; partitions open after ${summary(gains)}`,
  );
  await engine.close();
}

/** @param {readonly number[]} seconds */
function summary(seconds) {
  const sorted = seconds.toSorted((a, b) => a - b);
  return `${sorted[sorted.length >> 1].toFixed(1)} s (${sorted.map((time) => time.toFixed(1)).join(', ')})`;
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
  let middle = begun;
  for (const [k, { event }] of all.entries()) {
    if (k === all.length >> 1) middle = performance.now();
    detector.process(event);
  }
  const { user, system } = process.cpuUsage(before);
  const ended = performance.now();
  detector.dispose();
  const rate = (1000 * all.length) / (ended - begun);
  return { rate, later: (500 * all.length) / (ended - middle), cpu: (user + system) / all.length };
}

// Many keys at a steady rate: do the workers keep up, with how much memory, and how often is each state saved?
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { connectNats } from '../../../dist/clients/nats/connectNats.js';
import { openEngine, send } from './server.js';
import { start, whole } from './workers.js';

/** Of the library's default, milliseconds: a busy machine is late with renewals. */
const LEASE = 5000;
/** Seconds between two lines. */
const REPORT = 20;
/** Milliseconds between two publications. */
const TICK = 20;

/**
 * @param {Awaited<ReturnType<typeof import('./server.js').startServer>>} server
 * @param {{ keys: number, rate: number, minutes: number, workers: number, profile?: string | undefined }} options
 */
export async function sustained({ url: servers, pid }, { keys, rate, minutes, workers, profile }) {
  const engine = await openEngine(servers, 'fleet', LEASE);
  const running = Array.from({ length: workers }, (_, k) =>
    start({
      servers,
      name: 'fleet',
      kind: 'fleet',
      id: `w${k}`,
      memory: 6000,
      lease: LEASE,
      ...(profile && { profile }),
    }),
  );
  while (running.some((worker) => worker.held().length === 0))
    await Promise.race(running.map((worker) => once(worker.progress, 'line')));
  const client = await connectNats({ servers });
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let published = 0;
  let reported = 0;
  /** @type {number[]} */
  const lags = [];
  const done = () => running.reduce((all, { total }) => all + total.events, 0);
  const report = () => {
    const lag = published - done();
    lags.push(lag);
    const all = running.map(({ last }) => [...last.values()].at(-1)?.rss ?? 0);
    const memory = all.reduce((total, each) => total + each, 0);
    const saves = running.reduce((all, { total }) => all + total.saves, 0);
    const replayed = running.reduce((all, { total }) => all + total.replayed, 0);
    const cpu = running.map(({ last }) => Math.max(...[...last.values()].map((each) => each.cpu)).toFixed(0));
    console.log(
      `${seconds().toFixed(0)} s: ${whole(published)} published, ${whole(lag)} behind; ${whole(memory / 1e6)} MB in ` +
        `${workers} workers, ${whole(memoryOf(pid) / 1e6)} in the server; ${(saves / keys).toFixed(2)} saves a key; ` +
        `${whole(replayed)} replayed; CPU ${cpu.join(' and ')} s; load ${loadavg()[0].toFixed(1)}`,
    );
  };
  while (seconds() < 60 * minutes) {
    const due = Math.min(rate * 60 * minutes, Math.floor(rate * seconds())) - published;
    await send(client, 'fleet', published, due, keys);
    published += due;
    if (seconds() > reported + REPORT) {
      reported = seconds();
      report();
    }
    await new Promise((resolve) => setTimeout(resolve, TICK));
  }
  const ended = seconds();
  while (done() < published) await Promise.race(running.map((worker) => once(worker.progress, 'line')));
  const behind = seconds() - ended;
  report();
  const saved = await Promise.all(running.map((worker) => worker.stop()));
  console.log(
    `${whole(keys)} keys, ${whole(published / ended)} events/s for ${minutes} min: the last event was processed ` +
      `${behind.toFixed(1)} s after it was published, at most ${whole(Math.max(...lags))} were behind; all saved at the end in ` +
      `${Math.max(...saved).toFixed(1)} s`,
  );
  await client.connection.close();
  await engine.close();
}

/** Bytes of a process in memory. @param {number | undefined} pid */
function memoryOf(pid) {
  const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return 1024 * Number(found?.[1] ?? 0);
}

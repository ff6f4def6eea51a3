// Many keys at a steady rate: do the workers keep up, with how much memory, and how often is each state saved?
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { freemem, loadavg, totalmem } from 'node:os';
import { connectNats } from '../../../dist/clients/nats/connectNats.js';
import { openEngine, send } from './server.js';
import { start, whole } from './workers.js';

/** Of the library's default, milliseconds: a busy machine is late with renewals. */
const LEASE = 5000;
/** Seconds between two lines. */
const REPORT = 60;
/** Milliseconds between two publications. */
const TICK = 20;
/** Of `/proc/PID/stat`, in a second. */
const CLOCK_TICKS = 100;

/**
 * A line a minute: the most events that waited in it, memory, saves and CPU of all processes. Events that wait are those that
 * were published and of which no worker has reported that it has delivered them.
 *
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
  /** @type {number[]} the most events that waited in each minute */
  const waited = [];
  let most = 0;
  let minute = 0;
  let memoryOfAll = 0;
  const done = () => running.reduce((all, { total }) => all + total.events, 0);
  const cpuNow = () => ({
    workers: running.map(({ child }) => cpuOf(child.pid)),
    server: cpuOf(pid),
    producer: cpuOf(process.pid),
  });
  const atStart = cpuNow();
  let before = { at: 0, done: 0, cpu: atStart };

  const report = () => {
    const cpu = cpuNow();
    const memory = running.reduce((total, { child }) => total + memoryOf(child.pid), 0);
    memoryOfAll = Math.max(memoryOfAll, memory);
    const total = (/** @type {'saves' | 'replayed' | 'overtaken'} */ name) =>
      running.reduce((all, worker) => all + worker.total[name], 0);
    const [time, events] = [seconds() - before.at, done() - before.done];
    const share = (/** @type {number} */ now, /** @type {number} */ then) =>
      `${((100 * (now - then)) / time).toFixed(0)} %`;
    const used = cpu.workers.reduce((sum, now, k) => sum + now - (before.cpu.workers[k] ?? 0), 0);
    console.log(
      `${seconds().toFixed(0)} s: ${whole(published)} published, ${whole(events / time)} processed a second, ${whole(published - done())} wait, ` +
        `at most ${whole(most)} in this minute; ${whole(memory / 1e6)} MB in ${workers} workers, ${whole(memoryOf(pid) / 1e6)} in the server; ` +
        `${(total('saves') / keys).toFixed(2)} saves a key; ${whole(total('replayed'))} replayed, ${total('overtaken')} overtaken; CPU of workers ` +
        `${cpu.workers.map((now, k) => share(now, before.cpu.workers[k] ?? 0)).join(' and ')} (${((1e6 * used) / events).toFixed(0)} µs an event), ` +
        `server ${share(cpu.server, before.cpu.server)}, producer ${share(cpu.producer, before.cpu.producer)}; ` +
        `load ${loadavg()[0].toFixed(1)}, ${whole(freemem() / 1e6)} of ${whole(totalmem() / 1e6)} MB free`,
    );
    before = { at: seconds(), done: done(), cpu };
    waited.push(most);
    most = 0;
    minute++;
  };
  while (seconds() < 60 * minutes) {
    const due = Math.min(rate * 60 * minutes, Math.floor(rate * seconds())) - published;
    await send(client, 'fleet', published, due, keys);
    published += due;
    most = Math.max(most, published - done());
    if (seconds() > REPORT * (minute + 1)) report();
    await new Promise((resolve) => setTimeout(resolve, TICK));
  }
  const ended = seconds();
  while (done() < published) await Promise.race(running.map((worker) => once(worker.progress, 'line')));
  const behind = seconds() - ended;
  report();
  const saved = await Promise.all(running.map((worker) => worker.stop()));
  console.log(
    `${whole(keys)} keys, ${whole(published / ended)} of ${whole(rate)} events/s for ${minutes} min: the last event was processed ` +
      `${behind.toFixed(1)} s after it was published; at most ${waited.map(whole).join(', ')} events waited, minute by minute; ` +
      `at most ${whole(memoryOfAll / 1e6)} MB in the workers, ${whole(memoryOfAll / keys)} bytes a key; all saved at the end in ` +
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

/** Seconds of CPU that a process has used, its threads included. @param {number | undefined} pid */
function cpuOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS; // utime and stime
}

// Workers of the bench, each in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** @import { Progress } from '../../../src/distributed/progress.ts' */

/** A report of a worker: progress, the processor time of its process in seconds, and the memory in bytes. */
/** @typedef {Progress & { readonly cpu: number, readonly rss: number }} Report */

/**
 * @param {{ servers: string, name: string, kind: string, id: string, replay?: number, memory?: number, lease?: number, profile?: string }} options
 *   `replay`: 0 for the default; `memory`: megabytes of heap; `profile`: a folder for a profile of V8
 */
export function start({ servers, name, kind, id, replay = 0, memory = 0, lease = 2000, profile }) {
  const script = fileURLToPath(new URL('./worker.js', import.meta.url));
  const flags = [
    ...(memory === 0 ? [] : [`--max-old-space-size=${memory}`]),
    ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
  ];
  const args = [servers, name, kind, id, String(replay), String(lease)];
  const child = spawn(process.execPath, [...flags, script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const progress = createInterface({ input: child.stdout }).setMaxListeners(0);
  /** @type {Map<number, Report>} */
  const last = new Map();
  const total = { events: 0, saves: 0, replayed: 0, overtaken: 0 };
  progress.on('line', (line) => {
    /** @type {Report} */
    const each = JSON.parse(line);
    // Counts begin anew when a partition is gained again.
    const before = each.kind === 'gained' ? undefined : last.get(each.partition);
    for (const name of /** @type {const} */ (['events', 'saves', 'replayed', 'overtaken']))
      total[name] += each[name] - (before?.[name] ?? 0);
    last.set(each.partition, each);
  });
  const held = () =>
    [...last.values()].filter(({ kind: now }) => now !== 'lost').map(({ partition }) => partition);
  /** Saves and hands over. */
  const stop = async () => {
    const begun = performance.now();
    child.kill('SIGTERM');
    await once(child, 'close');
    return (performance.now() - begun) / 1000;
  };
  return { child, progress, last, total, held, stop };
}

/**
 * Waits until a worker has processed so many events; returns its newest report.
 *
 * @param {ReturnType<typeof start>} worker
 * @param {number} count
 * @returns {Promise<Report>}
 */
export async function finished(worker, count) {
  let line = '';
  while (sum(worker.last, 'events') < count) [line] = await once(worker.progress, 'line');
  return JSON.parse(line);
}

/**
 * @param {ReadonlyMap<number, Report>} progress
 * @param {'events' | 'bytes' | 'keys' | 'saves' | 'replayed'} name
 */
export function sum(progress, name) {
  return [...progress.values()].reduce((total, each) => total + each[name], 0);
}

/** @param {number} value */
export function whole(value) {
  return Math.round(value).toLocaleString('en');
}

// `rx-anomaly serve --checkpoint` of one table with 1,000 streams of 500 events, saved every 2 seconds. Prints JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { event } from './events.js';

const STREAMS = Number(process.argv[2] ?? 1000);
const EVENTS = Number(process.argv[3] ?? 500);
const path = (/** @type {string} */ at) => fileURLToPath(new URL(at, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-bench-'));
try {
  await writeTable(join(folder, 'table.csv'));
  const report = join(folder, 'report.json');
  const child = spawn(
    process.execPath,
    [
      ...[
        '--import',
        path('reportLoop.js'),
        path('../../../dist/cli/main.js'),
        'serve',
        join(folder, 'table.csv'),
      ],
      ...['--key', 'key', '--value', 'value', '--speed', '1000000', '--port', '0'],
      ...['--checkpoint', join(folder, 'state'), '--checkpoint-every', '2'],
    ],
    { env: { ...process.env, BENCH_REPORT: report }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'exit');
  const url = await until(() => /http:\/\/[\w.:[\]]+\//.exec(output)?.[0]);
  child.kill('SIGUSR2'); // loading is not measured
  await until(async () => ((await eventsSoFar(url)) >= STREAMS * EVENTS ? true : undefined));
  await wait(3000); // one more state
  child.kill('SIGTERM');
  await ended;
  console.log(readFileSync(report, 'utf8'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} file */
async function writeTable(file) {
  const table = createWriteStream(file);
  table.write('time,key,value\n');
  for (let t = 0; t < EVENTS; t++) {
    let rows = '';
    for (let k = 0; k < STREAMS; k++) {
      const { key, time, value } = event(k, t);
      rows += `${new Date(time).toISOString()},${key},${value}\n`;
    }
    if (!table.write(rows)) await once(table, 'drain');
  }
  table.end();
  await once(table, 'close');
}

/** @param {string} url */
async function eventsSoFar(url) {
  const text = await (await fetch(`${url}metrics`)).text();
  return Number(/^rx_anomaly_events_total\S* (\d+)/m.exec(text)?.[1] ?? 0);
}

/**
 * @template T
 * @param {() => T | undefined | Promise<T | undefined>} ask
 * @returns {Promise<T>}
 */
async function until(ask) {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(500);
  }
}

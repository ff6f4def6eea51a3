// How fast, and in how much memory, is a long history read? `npm run bench:influx -- [--points N]`: N points, 10
// million by default, of a real influxd, read by fromInflux and by the `influx` package alone, each in a
// process of its own, in turn.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { flatness } from '../../soak/flatness.js';
import { makeInfluxd } from '../../support/environment/influxServer.js';

/** @import { Sample } from '../../soak/flatness.js' */

const { values } = parseArgs({
  options: { points: { type: 'string', default: '10000000' }, hosts: { type: 'string', default: '20' } },
});
const points = Number(values.points);
const hosts = Number(values.hosts);
const BATCH = 20_000;
const START = 1_600_000_000_000_000_000n;
const STEP = 100_000_000n; // ten points a second

const influxd = await makeInfluxd();
try {
  await influxd.start();
  const database = await influxd.freshDatabase();
  console.log(`writing ${points.toLocaleString('en')} points of ${hosts} series`);
  for (let first = 0; first < points; first += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, points - first) }, (_, k) => line(first + k));
    await influxd.write(database, lines);
  }
  for (const reader of [
    'fromInflux',
    'fromInflux, following',
    'influx, paged by hand',
    'influx, one query',
  ]) {
    await read(reader, influxd.url, database);
  }
} finally {
  await influxd.remove();
}

/** @param {number} at */
function line(at) {
  return `m,host=h${at % hosts} v=${(at % 977) / 7} ${START + BigInt(at) * STEP}`;
}

/**
 * Runs one reader and tells how it went.
 *
 * @param {string} reader
 * @param {string} url
 * @param {string} database
 */
async function read(reader, url, database) {
  const script = fileURLToPath(new URL('./reader.js', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', script, reader, url, database, String(points)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Sample[]} */
  const samples = [];
  /** @type {{ seconds: number, cpu: number, peak: number } | undefined} */
  let end;
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  for await (const text of createInterface(child.stdout)) {
    const report = JSON.parse(text);
    if ('seconds' in report) end = report;
    else samples.push(report);
  }
  if (end === undefined) {
    const why = /^.*Error.*$/m.exec(complaint)?.[0] ?? complaint.slice(0, 200);
    console.log(`${reader}: failed: ${why}`);
    return;
  }
  const rate = Math.round(points / end.seconds).toLocaleString('en');
  const flat = flatness(samples);
  const slope =
    flat && `${flat.isFlat ? 'flat' : 'not flat'}, heap ${flat.heapSlope.toFixed(3)} bytes per point`;
  const cpu = ((1e6 * end.cpu) / points).toFixed(1);
  console.log(
    `${reader}: ${rate} points/s, ${cpu} µs of CPU per point, peak ${Math.round(end.peak / 2 ** 20)} MB; ${slope ?? ''}`,
  );
}

// One reader of bench.js: reads every point, and reports memory on the way as lines of JSON.
import { InfluxDB } from 'influx';

/** @type {typeof import('../../../src/influx/index.ts')} */
const { fromInflux } = await import(new URL('../../../dist/influx/index.js', import.meta.url).href);

const [reader, url = '', database = '', total = '0'] = process.argv.slice(2);
const points = Number(total);
const PAGE = 10_000;
const SAMPLES = 20;
const collect = globalThis.gc ?? (() => {});
let count = 0;
let sum = 0;
const start = performance.now();
let paused = 0; // milliseconds spent on measuring memory

/** @type {Readonly<Record<string, () => Promise<void>>>} */
const READERS = {
  fromInflux: () => fromInflux(options()).forEach(({ value }) => void take(value)),
  'fromInflux, following': () =>
    new Promise((resolve, reject) => {
      const subscription = fromInflux({ ...options(), follow: true }).subscribe({
        next: ({ value }) => {
          take(value);
          if (count < points) return;
          resolve();
          setImmediate(() => subscription.unsubscribe());
        },
        error: reject,
      });
    }),
  'influx, paged by hand': async () => {
    const client = new InfluxDB(`${url}/${database}`);
    for (let after = '0', rows = PAGE; rows === PAGE; ) {
      const page = await client.query(
        `SELECT v, host FROM m WHERE time > ${after} ORDER BY time ASC LIMIT ${PAGE}`,
      );
      for (const { v } of /** @type {{ v: number }[]} */ (page)) take(v);
      rows = page.length;
      after = page.at(-1)?.time.getNanoTime() ?? '0'; // loses what shares its moment: there is none of that here
    }
  },
  'influx, one query': async () => {
    const client = new InfluxDB({
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      database,
      pool: PATIENT,
    });
    for (const { v } of /** @type {{ v: number }[]} */ (await client.query('SELECT v, host FROM m'))) take(v);
  },
};
const PATIENT = { requestTimeout: 600_000 };

await READERS[reader]();
if (count !== points || !(sum > 0)) throw new Error(`expected ${points} points, got ${count}`);
const seconds = (performance.now() - start - paused) / 1000;
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({ seconds, cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS * 1024 }),
);

function options() {
  return /** @type {const} */ ({
    url,
    database,
    measurement: 'm',
    fields: 'v',
    groupBy: 'host',
    pageSize: PAGE,
  });
}

/** @param {number} value */
function take(value) {
  sum += value;
  count++;
  if (count % Math.floor(points / SAMPLES) !== 0) return;
  const before = performance.now();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  console.log(JSON.stringify({ events: count, heap: heapUsed + external, rss }));
  paused += performance.now() - before;
}

// What a fleet costs by its number of keys: memory (RSS) and microseconds per event, through `detectFleet`, H = 16. Of
// processor time, not of the clock: other programs may run next to it.
// Run after a build: node test/bench/fleet.js; `npm run bench` runs it too. Each case has a process of its own, so that none sees another's memory.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Subject } from 'rxjs';

const ROUNDS = { 1000: 4000, 100000: 60 }; // events per key: enough for every window to be learnt from thrice
const CASES = [1000, 100_000].flatMap((keys) => ['rounds', 'random'].map((order) => ({ keys, order })));

if (process.argv[2] === undefined) {
  const results = CASES.map(({ keys, order }) => {
    const args = ['--expose-gc', fileURLToPath(import.meta.url), String(keys), order];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  });
  console.table(results);
} else {
  console.log(JSON.stringify(await measure(Number(process.argv[2]), process.argv[3])));
}

/**
 * @param {number} keys
 * @param {string} order in which the keys come: `rounds`, one after the other, or `random`, as hard on caches as can be
 */
async function measure(keys, order) {
  const dist = new URL('../../dist/', import.meta.url).href; // by address, so that the type check needs no build
  /** @type {typeof import('../../src/index.ts')} */
  const { detectFleet } = await import(`${dist}index.js`);
  /** @type {typeof import('../../src/core/random.ts')} */
  const { Random } = await import(`${dist}core/random.js`);
  const random = new Random(1);
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  /** @type {Subject<{ key: string, value: number, time: number }>} */
  const source = new Subject();
  let verdicts = 0;
  source.pipe(detectFleet({ maxKeys: keys })).subscribe(() => {
    verdicts++;
  });
  const events = keys * ROUNDS[/** @type {1000} */ (keys)];
  const warm = Math.floor(0.6 * events);
  let most = 0;
  let started = process.cpuUsage();
  for (let n = 0; n < events; n++) {
    if (n === warm) started = process.cpuUsage();
    const k = n < keys || order === 'rounds' ? n % keys : random.below(keys);
    source.next({ key: `sensor-${k}`, value: k + Math.sin(n / keys / 4) + 0.1 * random.uniform(), time: n });
    if (n % 50_000 === 0) most = Math.max(most, process.memoryUsage.rss());
  }
  const { user, system } = process.cpuUsage(started);
  const usPerEvent = (user + system) / (events - warm);
  globalThis.gc?.();
  const after = process.memoryUsage.rss();
  source.complete();
  return {
    keys,
    order,
    events: verdicts,
    usPerEvent: Number(usPerEvent.toFixed(2)),
    mostRssMB: Math.round(most / 1e6),
    rssAfterGcMB: Math.round(after / 1e6),
    bytesPerKey: Math.round((after - before) / keys),
  };
}

// What a fleet costs by its number of keys: memory (RSS), microseconds per event and per new key, through `detectFleet`. Of
// processor time, not of the clock: other programs may run next to it.
// Run after a build: node test/bench/fleet.js; `npm run bench` runs it too. Each case has a process of its own, so that none sees another's memory.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Subject } from 'rxjs';

const ROUNDS = { 1000: 1000, 100000: 40 }; // events per key
const CASES = [1000, 100_000].flatMap((keys) => ['rounds', 'random'].map((order) => ({ keys, order })));

const START = Date.UTC(2024, 0, 1);

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
  const { detectFleet, pretrainedForecaster } = await import(`${dist}index.js`);
  /** @type {typeof import('../../src/core/random.ts')} */
  const { Random } = await import(`${dist}core/random.js`);
  await pretrainedForecaster();
  const random = new Random(1);
  // Not made anew for each event: V8 would keep them in its cache of numbers as text.
  const names = Array.from({ length: keys }, (_, k) => `sensor-${k}`);
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
  const began = process.cpuUsage();
  let started = began;
  let usPerNewKey = 0;
  for (let n = 0; n < events; n++) {
    if (n === warm) started = process.cpuUsage();
    if (n === keys) usPerNewKey = usSince(began) / keys;
    const k = n < keys || order === 'rounds' ? n % keys : random.below(keys);
    source.next({
      key: names[k],
      value: k + Math.sin(n / keys / 4) + 0.1 * random.uniform(),
      time: START + Math.floor(n / keys) * 60_000,
    });
    if (n % 50_000 === 0) most = Math.max(most, process.memoryUsage.rss());
  }
  const usPerEvent = usSince(started) / (events - warm);
  globalThis.gc?.();
  const after = process.memoryUsage.rss();
  source.complete();
  return {
    keys,
    order,
    events: verdicts,
    usPerEvent: Number(usPerEvent.toFixed(2)),
    usPerNewKey: Number(usPerNewKey.toFixed(1)),
    mostRssMB: Math.round(most / 1e6),
    rssAfterGcMB: Math.round(after / 1e6),
    bytesPerKey: Math.round((after - before) / keys),
  };
}

/** @param {NodeJS.CpuUsage} then */
function usSince(then) {
  const { user, system } = process.cpuUsage(then);
  return user + system;
}

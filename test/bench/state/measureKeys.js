// What 1,000 live keys take, 300 events each: megabytes of the process beyond those before the first. Prints JSON.
import { setTimeout as wait } from 'node:timers/promises';
import { StreamDetector } from 'rx-anomaly';
import { event } from './events.js';

const KEYS = 1000;
const EVENTS = 300;

const keyOf = (/** @type {{ key: string }} */ { key }) => key;
const warm = new StreamDetector({ key: keyOf });
for (let t = 0; t < EVENTS; t++) warm.process(event(0, t)); // the code is compiled and the kernel loaded
const before = await resident();
const detector = new StreamDetector({ key: keyOf });
for (let t = 0; t < EVENTS; t++) for (let k = 0; k < KEYS; k++) detector.process(event(k, t));
console.log(JSON.stringify({ keysMB: (await resident()) - before, keys: detector.size }));

/** After garbage was collected and given back. */
async function resident() {
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.();
    await wait(100);
  }
  return process.memoryUsage().rss / 1e6;
}

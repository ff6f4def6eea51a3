// A restart that loses nothing: what the detector has learnt goes into a file and comes back, as bytes or as JSON.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSnapshot, encodeSnapshot, parseSnapshot, StreamDetector } from 'rx-anomaly';

const folder = await mkdtemp(join(tmpdir(), 'rx-anomaly-'));
const file = join(folder, 'detector.state');
const text = join(folder, 'detector.json');

const temperature = Array.from({ length: 1000 }, (_, minute) =>
  minute === 800 ? 28 : 20 + 3 * Math.sin(minute / 10) + 0.2 * Math.sin(7 * minute * minute),
);
const create = () => new StreamDetector<number>({ seed: 7 });

const before = create();
for (const celsius of temperature.slice(0, 700)) before.process(celsius);
const snapshot = before.snapshot();
await writeFile(file, encodeSnapshot(snapshot)); // smaller and faster
await writeFile(text, JSON.stringify(snapshot)); // for a store that keeps text
before.dispose(); // the process ends here

const after = create();
after.restore(decodeSnapshot(await readFile(file)));
const resumed = temperature.slice(700).map((celsius) => after.process(celsius));

const uninterrupted = create();
const verdicts = temperature.map((celsius) => uninterrupted.process(celsius));
const same = JSON.stringify(resumed) === JSON.stringify(verdicts.slice(700));
const found = resumed.findIndex((verdict) => verdict?.isAnomaly);

const fromText = create();
fromText.restore(parseSnapshot(await readFile(text, 'utf8')));
const alike = temperature.slice(700).map((celsius) => fromText.process(celsius));

console.log(`anomaly at minute ${700 + found}, after the restart`);
console.log(`as without the restart: ${same}`);
console.log(`from JSON the same: ${JSON.stringify(alike) === JSON.stringify(resumed)}`);
await rm(folder, { recursive: true });

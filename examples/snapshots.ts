// A restart that loses nothing: what the detector has learnt goes into a file and comes back.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Snapshot, StreamDetector } from 'rx-anomaly';

const folder = await mkdtemp(join(tmpdir(), 'rx-anomaly-'));
const file = join(folder, 'detector.json');

const temperature = Array.from({ length: 1000 }, (_, minute) =>
  minute === 800 ? 28 : 20 + 3 * Math.sin(minute / 10) + 0.2 * Math.sin(7 * minute * minute),
);
const create = () => new StreamDetector<number>({ seed: 7 });

const before = create();
for (const celsius of temperature.slice(0, 700)) before.process(celsius);
await writeFile(file, JSON.stringify(before.snapshot()));
before.dispose(); // the process ends here

const after = create();
after.restore(JSON.parse(await readFile(file, 'utf8')) as Snapshot);
const resumed = temperature.slice(700).map((celsius) => after.process(celsius));

const uninterrupted = create();
const verdicts = temperature.map((celsius) => uninterrupted.process(celsius));
const same = JSON.stringify(resumed) === JSON.stringify(verdicts.slice(700));
const found = resumed.findIndex((verdict) => verdict?.isAnomaly);

console.log(`anomaly at minute ${700 + found}, after the restart`);
console.log(`as without the restart: ${same}`);
await rm(folder, { recursive: true });

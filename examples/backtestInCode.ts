// A backtest in code: a recorded stream, its labels, and how well the detector does on it.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { detectAnomalies } from 'rx-anomaly';
import { evaluate, parseLabels, recordWindows, StreamRecorder, windowsFor } from 'rx-anomaly/backtest';
import { fromCsv } from 'rx-anomaly/sources';

const THRESHOLD = 0.5;
const folder = fileURLToPath(new URL('../fixtures/sensors/', import.meta.url));
const labels = parseLabels(await readFile(`${folder}labels.json`, 'utf8'));

async function detect(file: string) {
  const recorder = new StreamRecorder(file, ['value']);
  await fromCsv(`${folder}${file}`, { value: 'value' })
    .pipe(detectAnomalies({ threshold: THRESHOLD }))
    .forEach((verdict) => {
      recorder.add(verdict);
    });
  const stream = recorder.finish(undefined);
  return { ...stream, labels: recordWindows(stream.times ?? [], windowsFor(labels, file) ?? []) };
}

const streams = [await detect('spike.csv'), await detect('drop-out.csv'), await detect('seasonal.csv')];
const evaluation = evaluate(streams, THRESHOLD);

for (const [at, metrics] of evaluation?.streams.entries() ?? []) {
  const { found, incidents, falseAlerts } = metrics ?? {};
  console.log(`${streams[at].name}: found ${found} of ${incidents}, ${falseAlerts} false alerts`);
}
console.log(`F1 over all: ${evaluation?.pooled.f1?.toFixed(2)}`);

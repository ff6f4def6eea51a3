// A CSV file from one end to the other: readings, verdicts, incidents.
import { fileURLToPath } from 'node:url';
import { detectAnomalies, incidents } from 'rx-anomaly';
import { fromCsv } from 'rx-anomaly/sources';

const path = fileURLToPath(new URL('../fixtures/sensors/spike.csv', import.meta.url));

await fromCsv(path, { time: 'timestamp', value: 'value' })
  .pipe(detectAnomalies(), incidents())
  .forEach(({ start, count, severity, peak }) => {
    const when = start === undefined ? 'at an unknown time' : new Date(start).toISOString();
    const what = `${peak.value} °C, expected ${peak.expected.toFixed(1)}`;
    console.log(`${when}: ${severity}, ${count} readings, ${what}, row ${peak.event.row}`);
  });

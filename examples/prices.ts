// Prices are modelled by their log-returns; forecasts and bounds come back as prices.
import { fileURLToPath } from 'node:url';
import { detectAnomalies, incidents } from 'rx-anomaly';
import { fromCsv } from 'rx-anomaly/sources';

const path = fileURLToPath(new URL('../fixtures/finance/flash-crash.csv', import.meta.url));

await fromCsv(path, { value: 'value' })
  .pipe(detectAnomalies({ transform: 'logReturn' }), incidents())
  .forEach(({ first, last, peak, severity }) => {
    const [from, to] = [first, last].map(({ event }) => event.text.time);
    const band = `${peak.lower.toFixed(2)} … ${peak.upper.toFixed(2)}`;
    console.log(`${from} – ${to}: ${severity}; at its worst ${peak.value}, expected ${band}`);
  });

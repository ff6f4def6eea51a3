// Typing errors among recorded prices, estimated from the prices before and after them: verdicts come two events late.
import { fileURLToPath } from 'node:url';
import { flagAnomalies, lstmForecast, scoreResiduals } from 'rx-anomaly';
import { fromCsv } from 'rx-anomaly/sources';
import { filter } from 'rxjs';

const prices = fileURLToPath(new URL('../fixtures/finance/fat-finger.csv', import.meta.url));

await fromCsv(prices, { value: 'value' })
  .pipe(
    lstmForecast({ bidirectional: { lag: 2 } }),
    scoreResiduals(),
    flagAnomalies(),
    filter((verdict) => verdict.startOfIncident),
  )
  .forEach(({ time, value, expected }) => {
    const at = new Date(time ?? 0).toISOString().slice(0, 16);
    console.log(`${at} ${value.toFixed(2)}, should have been ${expected.toFixed(2)}`);
  });

// Numbers in, verdicts out: the detector needs no options, and reports the one spike.
import { detectAnomalies } from 'rx-anomaly';
import { filter, map, range } from 'rxjs';

const temperature$ = range(0, 1000).pipe(
  map((minute) => 20 + 3 * Math.sin(minute / 10) + 0.2 * Math.sin(7 * minute * minute)),
  map((celsius, minute) => (minute === 800 ? celsius + 8 : celsius)),
);

temperature$
  .pipe(
    detectAnomalies(),
    filter((verdict) => verdict.startOfIncident),
  )
  .subscribe(({ value, expected, lower, upper, score, severity }) => {
    const [is, was, from, to] = [value, expected, lower, upper].map((number) => number.toFixed(1));
    console.log(`${severity} anomaly: ${is}, expected ${was} (${from} … ${to}), score ${score.toFixed(2)}`);
  });

// The three stages one by one, each with options of its own or replaced.
import { flagAnomalies, lstmForecast, scoreResiduals, TailScorer } from 'rx-anomaly';
import { filter, map, range } from 'rxjs';

interface Reading {
  readonly at: Date;
  readonly celsius: number;
}

const temperature$ = range(0, 1500).pipe(
  map((minute): Reading => {
    const celsius = 20 + 3 * Math.sin(minute / 10) + 0.2 * Math.sin(7 * minute * minute);
    const inTheSun = minute >= 1000 && minute < 1030;
    return { at: new Date(minute * 60_000), celsius: inTheSun ? celsius + 6 : celsius };
  }),
);

temperature$
  .pipe(
    lstmForecast({
      value: (r) => r.celsius,
      time: (r) => r.at,
      hidden: 8,
      window: 16,
      loss: 'huber',
      seed: 7,
    }),
    scoreResiduals({ scorer: (dimensions) => new TailScorer({ dimensions, surprise: 2 }) }),
    flagAnomalies({ threshold: 0.55, hold: 30, warmUp: 300 }),
    filter((verdict) => verdict.startOfIncident),
  )
  .subscribe(({ event, expected, score }) => {
    const time = event.at.toISOString().slice(11, 16);
    console.log(
      `${time} ${event.celsius.toFixed(1)} °C, expected ${expected.toFixed(1)}, score ${score.toFixed(2)}`,
    );
  });

// Readings that come out of order, too late or not at all: sorted, filled in, and reported.
import { detectAnomalies, fillGaps, reorder } from 'rx-anomaly';
import { count, filter, from } from 'rxjs';

const MINUTE = 60_000;

function* readings() {
  for (let minute = 0; minute < 1000; minute++) {
    if (minute >= 500 && minute < 505) continue; // lost on the way
    if (minute === 900) yield reading(600); // held up for five hours
    yield reading(minute % 50 === 0 ? minute + 1 : minute % 50 === 1 ? minute - 1 : minute); // two change places
  }
}

function reading(minute: number) {
  return { time: minute * MINUTE, value: 20 + 3 * Math.sin(minute / 10) };
}

from(readings())
  .pipe(
    reorder({
      allowedLateness: 5 * MINUTE,
      onLate: ({ event, lateness }) =>
        console.log(`minute ${event.time / MINUTE} came ${lateness / MINUTE} minutes late`),
    }),
    fillGaps({
      cadence: MINUTE,
      onGap: ({ from, missing, filled }) =>
        console.log(`${missing} missing after minute ${from / MINUTE}, ${filled} filled in`),
    }),
    detectAnomalies({ onProblem: ({ message }) => console.log(message) }),
    filter((verdict) => verdict.imputed || verdict.isAnomaly),
    count(),
  )
  .subscribe((notable) => console.log(`${notable} of 1000 verdicts are on imputed readings or anomalies`));

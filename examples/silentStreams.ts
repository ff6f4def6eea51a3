// A sensor that falls silent is an incident: by the clock, or by the times of recorded events.
import { alerts, detectAnomalies } from 'rx-anomaly';
import { from, map } from 'rxjs';

const MINUTE = 60_000;

function* readings() {
  for (let minute = 0; minute < 600; minute++) {
    if (minute < 200 || minute >= 260)
      yield { key: 'pump', time: minute * MINUTE, value: Math.sin(minute / 10) };
    if (minute < 400) yield { key: 'fan', time: minute * MINUTE, value: Math.cos(minute / 10) };
  }
}

// These are recorded: their own times count. Leave `absentBy` out where readings come live.
from(readings())
  .pipe(
    detectAnomalies({ absentAfter: 10 * MINUTE, absentBy: 'time' }),
    alerts(),
    map(({ phase, incident: { kind, key, start = 0, end = 0, open } }) => {
      const minutes = `minute ${start / MINUTE} to ${open ? 'the end' : end / MINUTE}`;
      return `${key}: ${kind === 'absence' ? 'silence' : 'anomaly'} ${phase}, ${minutes}`;
    }),
  )
  .subscribe((line) => console.log(line));

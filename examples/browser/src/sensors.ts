import { concatMap, from, interval, map, type Observable, take } from 'rxjs';

/** A reading of a sensor, as it might come from a WebSocket. */
export interface SensorEvent {
  readonly sensor: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly celsius: number;
}

const START = Date.UTC(2026, 0, 5);
const FIVE_MINUTES = 300_000;
const DAY = 288; // readings

/** Two simulated sensors with a daily cycle and, from the third day on, some faults. @param speed rounds of readings per second */
export function sensorEvents(speed: number): Observable<SensorEvent> {
  const random = uniform(7);
  const noise = (): number => random() + random() + random() - 1.5;
  return interval(20).pipe(
    map((tick) => Math.floor(((tick + 1) * speed) / 50) - Math.floor((tick * speed) / 50)),
    concatMap((rounds) => Array.from({ length: rounds })),
    take(10 * DAY),
    concatMap((_, n) => {
      const time = START + n * FIVE_MINUTES;
      const cycle = Math.sin((2 * Math.PI * n) / DAY);
      const spike = n > 600 && n % 500 >= 200 && n % 500 < 203 ? 9 : 0;
      const stuck = n > 1500 && n < 1560;
      return from([
        { sensor: 'boiler', time, celsius: 62 + 6 * cycle + noise() + spike },
        { sensor: 'pump', time, celsius: stuck ? 41.2 : 40 + 3 * cycle + 0.8 * noise() },
      ]);
    }),
  );
}

/** Numbers in [0, 1), the same at every load. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

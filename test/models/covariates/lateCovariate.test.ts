import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { namedForecasters, StreamDetector } from '../../../src/index.ts';

const KNOWN = 600; // records after which the covariate is there
const FULL = 2000;

interface Event {
  readonly value: number;
  readonly covariates: readonly (number | null)[];
  readonly time: number;
}

/** Noise that lasts and a small day, with twenty times a covariate that is noise itself. */
function events(seed: number, known: number): Event[] {
  const random = new Random(seed);
  let noise = 0;
  return Array.from({ length: FULL }, (_, t) => {
    noise = 0.8 * noise + random.normal();
    const covariate = random.normal();
    const value = 100 + noise + 20 * covariate + 3 * Math.sin((2 * Math.PI * t) / 24);
    return { value, covariates: [t < known ? null : covariate], time: t * 3_600_000 };
  });
}

/** The records at which incidents begin. */
function incidents(all: readonly Event[]): number[] {
  const detector = new StreamDetector<Event, number>({
    value: (event) => event.value,
    covariates: (event) => event.covariates as number[],
    time: (event) => event.time,
    forecaster: namedForecasters.ema(1),
  });
  const found = all.flatMap((event, t) => (detector.process(event)?.startOfIncident ? [t] : []));
  detector.dispose();
  return found;
}

describe('a covariate that becomes known late', () => {
  // Before it is, the values vary twentyfold. Durations, cycles and calm of those say nothing of what is left.
  it.each([1, 2, 3, 4, 5, 6])('is no incident, seed %i', (seed) => {
    expect(incidents(events(seed, KNOWN).slice(0, 1300))).toEqual([]);
  });

  it('leaves a true anomaly one', () => {
    const all = events(1, KNOWN).map((event, t) =>
      t === 1500 ? { ...event, value: event.value + 25 } : event,
    );
    expect(incidents(all)).toEqual([1500]);
  });
});

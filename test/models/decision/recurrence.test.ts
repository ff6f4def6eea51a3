import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  Recurrence,
  type RecurrenceOptions,
  recurrenceOptions,
} from '../../../src/models/decision/recurrence.ts';
import { Detector } from '../../../src/models/detector.ts';
import type { DetectorOptions } from '../../../src/models/detectorOptions.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import { observed, throughText } from '../../support/observations.ts';

const wave = (t: number): number => 10 + Math.sin((2 * Math.PI * t) / 48);

/** A wave in noise in which the same excursion comes ten times: ten events at 4 above, every 200. */
const FIRST = 2000;
const EVERY = 200;
const LENGTH = 10;
const TIMES = 10;
function recurring(seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: FIRST + EVERY * TIMES }, (_, t) => {
    const excursion = t >= FIRST && (t - FIRST) % EVERY < LENGTH ? 4 : 0;
    return wave(t) + excursion + 0.2 * random.normal();
  });
}

/** Which of the excursions were flagged within their ten events. */
function detect(series: readonly number[], options: RecurrenceOptions): boolean[] {
  const detector = new Detector({ dimensions: 1, ...options });
  const hits = new Array<boolean>(TIMES).fill(false);
  for (const [t, value] of series.entries()) {
    const { isAnomaly } = detector.process(observed([value], t));
    const since = t < FIRST ? Infinity : (t - FIRST) % EVERY;
    if (since < LENGTH) hits[Math.floor((t - FIRST) / EVERY)] ||= isAnomaly;
  }
  detector.dispose();
  return hits;
}

describe('an excursion that comes ten times, under the default detector', () => {
  const count = (hits: readonly boolean[]): number => hits.filter(Boolean).length;

  it.each([1, 2, 3])("is flagged each time when recurring is 'anomalous' (seed %i)", (seed) => {
    const hits = detect(recurring(seed), { recurring: 'anomalous' });
    expect(hits).toEqual(new Array<boolean>(TIMES).fill(true));
  });

  it.each([1, 2, 3])("is flagged less and less when it is 'normal' (seed %i)", (seed) => {
    const hits = detect(recurring(seed), { recurring: 'normal' });
    expect(hits[0]).toBe(true);
    expect(count(hits.slice(5))).toBeLessThan(count(hits.slice(0, 5)));
    expect(detect(recurring(seed), {})).toEqual(hits);
  });
});

describe('a level that shifts for good', () => {
  const SHIFT = 2000;
  /** Share of the last 500 of 2,500 events after the shift that are flagged. */
  const stillFlagged = (options: RecurrenceOptions & Pick<DetectorOptions, 'threshold'>): number => {
    const random = new Random(5);
    const detector = new Detector({ dimensions: 1, ...options });
    let flagged = 0;
    for (let t = 0; t < SHIFT + 2500; t++) {
      const value = wave(t) + (t < SHIFT ? 0 : 6) + 0.2 * random.normal();
      if (detector.process(observed([value], t)).isAnomaly && t >= SHIFT + 2000) flagged++;
    }
    detector.dispose();
    return flagged / 500;
  };

  it("is accepted though recurring is 'anomalous', and never without acceptance", () => {
    expect(stillFlagged({ recurring: 'anomalous' })).toBeLessThan(0.05);
    const never = { recurring: { learn: 0, acceptAfter: false }, threshold: { habituation: false } } as const;
    expect(stillFlagged(never)).toBeGreaterThan(0.9);
  });
});

describe('Recurrence', () => {
  const weights = (recurrence: Recurrence, flags: string): string =>
    [...flags]
      .map((flag) => {
        const weight = recurrence.weight(flag === '!');
        recurrence.learn(flag === '!');
        return weight;
      })
      .join('');

  it('lets flagged events teach once they outnumber the others by acceptAfter, until the tables have turned', () => {
    const recurrence = new Recurrence({ anomalyWeight: 0, acceptAfter: 3 });
    expect(weights(recurrence, '!!!!.!...!')).toBe('0001111110');
  });

  it('forgives an excursion that takes less than half of the events never', () => {
    const recurrence = new Recurrence({ anomalyWeight: 0, acceptAfter: 3 });
    expect(weights(recurrence, '!!...'.repeat(50))).toBe('00111'.repeat(50));
  });

  it('gives flagged events their weight forever when there is nothing to accept', () => {
    const recurrence = new Recurrence({ anomalyWeight: 0.25, acceptAfter: 0 });
    for (let n = 0; n < 1000; n++) recurrence.learn(true);
    expect([recurrence.weight(true), recurrence.weight(false)]).toEqual([0.25, 1]);
  });

  it('is part of what a detector restores', () => {
    const make = (options: Partial<DetectorOptions> = {}): Detector =>
      new Detector({
        dimensions: 1,
        forecaster: (dimensions) => new EmaForecaster({ dimensions }),
        recurring: { acceptAfter: 30 },
        ...options,
      });
    const random = new Random(1);
    const series = Array.from({ length: 500 }, (_, t) => (t < 300 ? 0 : 20) + random.normal());
    const reference = make();
    const whole = series.map((value, t) => reference.process(observed([value], t)));
    for (let at = 0; at < 500; at += 23) {
      const [first, second] = [make(), make()];
      for (let t = 0; t < at; t++) first.process(observed([series[t]], t));
      second.restore(throughText(first.snapshot()));
      for (let t = at; t < 500; t++) expect(second.process(observed([series[t]], t))).toEqual(whole[t]);
      expect(second.snapshot()).toEqual(reference.snapshot());
    }
    expect(() => make({ recurring: { acceptAfter: 31 } }).restore(reference.snapshot())).toThrow(
      'config.acceptAfter is 30 there and 31 here',
    );
  });

  it.each<[RecurrenceOptions, number, number]>([
    [{}, 1, 0],
    [{ recurring: 'normal' }, 1, 0],
    [{ recurring: 'anomalous' }, 0, 200],
    [{ recurring: {} }, 0, 200],
    [{ recurring: { acceptAfter: 7 } }, 0, 7],
    [{ recurring: { learn: 0.5, acceptAfter: false } }, 0.5, 0],
    [{ recurring: { learn: 1, acceptAfter: false } }, 1, 0],
  ])('%j: flagged events teach with weight %d, accepted after %d', (options, anomalyWeight, acceptAfter) => {
    expect(recurrenceOptions.resolve('here', options)).toEqual({ anomalyWeight, acceptAfter });
  });

  it.each<[object, string]>([
    [
      { recurring: 'often' },
      `expected recurring to be 'normal', 'anomalous' or { learn, acceptAfter }, got "often"`,
    ],
    [{ recurring: { learn: true } }, 'expected recurring.learn to be a number from 0 to 1, got true'],
    [{ recurring: { acceptAfter: 0 } }, 'expected recurring.acceptAfter to be a positive integer, got 0'],
  ])('refuses %j', (options, message) => {
    expect(() => recurrenceOptions.resolve('here', options as RecurrenceOptions)).toThrow(`here: ${message}`);
    expect(() => new StreamDetector(options)).toThrow(message);
  });
});

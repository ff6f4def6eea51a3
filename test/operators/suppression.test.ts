import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import type { SuppressionRule } from '../../src/models/decision/suppression.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { flagAnomalies } from '../../src/operators/flagAnomalies.ts';
import { incidents } from '../../src/operators/incidents.ts';
import { testScheduler } from '../support/marbles.ts';
import { forecastOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';
import { expectSoundVerdict } from '../support/soundVerdict.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: number;
}

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5); // a Monday
const UP = 300;
const DOWN = 360; // fifteen days in, at midnight

/** Two keys that read the same, hourly, with a spike up and one down. */
const events: readonly Event[] = noisySine({ length: 500 }).flatMap((wave, t) => {
  const value = t === UP ? wave + 20 : t === DOWN ? wave - 20 : wave;
  return ['a', 'b'].map((key) => ({ key, time: START + t * HOUR, value }));
});

const detect = (...suppress: SuppressionRule[]): Verdict<Event, number>[] =>
  runOperator(events, detectAnomalies({ ...SMALL, suppress }));

const at = (verdicts: readonly Verdict<Event, number>[], key: string, t: number): Verdict<Event, number> =>
  verdicts.find((verdict) => verdict.key === key && verdict.time === START + t * HOUR)!;

describe('detectAnomalies with rules of suppression', () => {
  const plain = detect();

  it('leaves alone what falls under a rule, says so, and keeps the score', () => {
    const verdicts = detect({ name: 'drops', direction: 'down' });
    expect(at(plain, 'a', DOWN)).toMatchObject({ isAnomaly: true, startOfIncident: true });
    const { score } = at(plain, 'a', DOWN);
    expect(at(verdicts, 'a', DOWN)).toEqual({
      ...at(plain, 'a', DOWN),
      score,
      isAnomaly: false,
      severity: 'none',
      startOfIncident: false,
      suppressed: 'drops',
    });
    expect(at(verdicts, 'a', UP)).toEqual(at(plain, 'a', UP));
    for (const verdict of verdicts) {
      expectSoundVerdict(verdict);
      if (verdict.suppressed !== undefined) expect(verdict.isAnomaly).toBe(false);
    }
  });

  it('says nothing of events that would have been no anomalies anyway', () => {
    const verdicts = detect({ below: 1e9 });
    const anomalies = plain.filter(({ isAnomaly }) => isAnomaly);
    expect(verdicts.filter(({ isAnomaly }) => isAnomaly)).toEqual([]);
    const left = verdicts.filter(({ suppressed }) => suppressed !== undefined);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThanOrEqual(anomalies.length);
  });

  it('opens no incident', () => {
    const count = (verdicts: readonly Verdict<Event, number>[]): number =>
      runOperator(verdicts, incidents()).length;
    expect(count(detect({ below: 1e9 }))).toBe(0);
    expect(count(plain)).toBeGreaterThan(0);
  });

  it('goes by key and by the calendar', () => {
    const byKey = detect({ keys: ['b'], below: 1e9 });
    expect([at(byKey, 'a', UP).isAnomaly, at(byKey, 'b', UP).isAnomaly]).toEqual([true, false]);
    const midnight = detect({ weekly: { from: '00:00', to: '00:01' } });
    expect([at(midnight, 'a', UP).isAnomaly, at(midnight, 'a', DOWN).isAnomaly]).toEqual([true, false]);
    const until = detect({ between: { end: START + (UP + 1) * HOUR } });
    expect([at(until, 'a', UP).isAnomaly, at(until, 'a', DOWN).isAnomaly]).toEqual([false, true]);
  });

  it('leaves every other stream as it was', () => {
    const verdicts = detect({ keys: ['b'], below: 1e9 });
    const of = (all: readonly Verdict<Event, number>[]) => all.filter(({ key }) => key === 'a');
    expect(of(verdicts)).toEqual(of(plain));
  });

  it('measures changes in units of the stream, also under a transform', () => {
    const prices = events.map((event) => ({ ...event, value: event.value + 90 }));
    const run = (suppress: readonly SuppressionRule[]) =>
      runOperator(prices, detectAnomalies({ ...SMALL, transform: 'logReturn', suppress }));
    const [shy, bold] = [run([{ below: 15 }]), run([{ below: 25 }])].map((verdicts) => at(verdicts, 'a', UP));
    expect([shy.isAnomaly, bold.isAnomaly]).toEqual([true, false]);
  });
});

describe('flagAnomalies with rules of suppression', () => {
  it('speaks in the frame of each event, and a suppressed one neither opens nor prolongs an incident', () => {
    const scored = (score: number, residual: number) => ({
      ...forecastOf(0, residual),
      score,
      attribution: 1,
    });
    const values = {
      a: scored(0.9, 5),
      b: scored(0.9, 50),
      c: scored(0.1, 0),
    };
    const operator = flagAnomalies<number, number>({ warmUp: 0, hold: 2, suppress: [{ below: 10 }] });
    const of = (scoredAs: keyof typeof values, rest: Partial<Verdict>) => ({
      ...values[scoredAs],
      isAnomaly: false,
      severity: 'none',
      warmingUp: false,
      startOfIncident: false,
      ...rest,
    });
    testScheduler().run(({ cold, expectObservable }) => {
      expectObservable(cold('a-b-a-a-b|', values).pipe(operator)).toBe('s-B-s-s-B|', {
        s: of('a', { suppressed: 'rule 1' }),
        B: of('b', { isAnomaly: true, severity: 'critical', startOfIncident: true }),
      });
    });
  });
});

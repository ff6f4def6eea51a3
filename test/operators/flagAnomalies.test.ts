import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import type { ThresholdOptions } from '../../src/models/decision/thresholdOptions.ts';
import { flagAnomalies } from '../../src/operators/flagAnomalies.ts';
import { testScheduler } from '../support/marbles.ts';
import { forecastOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';

function flag(scores: readonly number[], options: ThresholdOptions = {}): Verdict<number, number>[] {
  const scored = scores.map((score, t) => ({ ...forecastOf(t, 0), score, attribution: 1 }));
  return runOperator(scored, flagAnomalies({ warmUp: 0, ...options }));
}

/** One mark an event: `A` begins an incident, `a` is flagged, `.` is not. */
const marks = (...given: Parameters<typeof flag>): string =>
  flag(...given)
    .map(({ isAnomaly, startOfIncident }) => (startOfIncident ? 'A' : isAnomaly ? 'a' : '.'))
    .join('');

describe('flagAnomalies', () => {
  it('flags from the threshold on', () => {
    expect(marks([0.1, 0.49, 0.5, 0.9])).toBe('..Aa');
    expect(marks([0.1, 0.49, 0.5, 0.9], { threshold: 0.8 })).toBe('...A');
  });

  it('lets an anomaly continue down to release, but not begin there', () => {
    expect(marks([0.4, 0.6, 0.45, 0.4, 0.39, 0.45])).toBe('.Aaa..');
    expect(marks([0.4, 0.6, 0.45, 0.4], { release: 0.5 })).toBe('.A..');
  });

  it('begins a new incident only after hold unflagged events', () => {
    expect(marks([0.9, 0, 0, 0.9, 0, 0, 0, 0.9], { hold: 3 })).toBe('A..a...A');
  });

  it('flags nothing while warming up, and says so', () => {
    expect(marks([0.9, 0.9, 0.9, 0.9], { warmUp: 2 })).toBe('..Aa');
    const verdicts = flag(new Array<number>(102).fill(0.9), { warmUp: 100 });
    expect(verdicts.map(({ warmingUp }) => warmingUp).lastIndexOf(true)).toBe(99);
    const scored = verdicts.map((verdict) => verdict);
    expect(runOperator(scored, flagAnomalies())).toEqual(verdicts); // 100 is the default
  });

  it('grades how far the odds lie beyond the threshold', () => {
    const severities = (scores: readonly number[], threshold: number): string[] =>
      flag(scores, { threshold, release: threshold }).map(({ severity }) => severity);
    // Odds of 1, 1.3, 2 and 4 times those of the threshold.
    const odds = [0.9, 1, 1.3, 2, 4];
    for (const threshold of [0.3, 0.5, 0.8]) {
      const scores = odds.map((factor) => {
        const own = (factor * threshold) / (1 - threshold);
        return own / (1 + own) + 1e-12;
      });
      expect(severities(scores, threshold)).toEqual(['none', 'low', 'medium', 'high', 'critical']);
    }
    expect(severities([1], 0.5)).toEqual(['critical']);
  });

  it('keeps what the score contains', () => {
    const [verdict] = flag([0.7]);
    expect(verdict).toEqual({
      ...forecastOf(0, 0),
      score: 0.7,
      attribution: 1,
      isAnomaly: true,
      severity: 'high',
      warmingUp: false,
      startOfIncident: true,
    });
  });

  it('waits with the alert until enough events are over the threshold, and holds up no verdict', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      // h: over the threshold, l: not; A alerts, a is flagged, n is neither.
      const scored = cold('-l-h-l-h-(hh)-l-|').pipe(
        map((mark) => ({ ...forecastOf(0, 0), score: mark === 'h' ? 0.9 : 0.1, attribution: 1 })),
      );
      const flagged = scored.pipe(
        flagAnomalies({ warmUp: 0, confirm: { events: 3, of: 4 } }),
        map(({ isAnomaly, startOfIncident }) => (startOfIncident ? 'A' : isAnomaly ? 'a' : 'n')),
      );
      expectObservable(flagged).toBe('-n-n-n-n-(Aa)-n-|');
    });
  });

  it('does not count towards confirmation what a rule suppresses', () => {
    const scored = [2, 2, -2, -2].map((residual, t) => ({
      ...forecastOf(t, residual),
      ...{ residual, score: 0.9, attribution: 1 },
    }));
    const options = { warmUp: 0, confirm: 2, suppress: [{ direction: 'up' }] } as const;
    const verdicts = runOperator(scored, flagAnomalies<number, number>(options));
    expect(verdicts.map(({ isAnomaly }) => isAnomaly)).toEqual([false, false, false, true]);
    expect(verdicts.map(({ suppressed }) => suppressed)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

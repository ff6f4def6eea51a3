import { concat, concatMap, map, NEVER, of, Subject, skip, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Feedback, feedbackOn } from '../../src/models/decision/feedback.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { testScheduler } from '../support/marbles.ts';
import { noisySine, withChanges } from '../support/series.ts';

const forecaster = (dimensions: number) => new LastValueForecaster({ dimensions });
const series = withChanges(
  noisySine({ length: 800 }),
  new Map([
    [400, 20],
    [700, 20],
  ]),
);

describe('detectAnomalies({ feedback })', () => {
  it('applies feedback while the stream continues', () => {
    const [source, feedback] = [new Subject<number>(), new Subject<Feedback>()];
    const flagged: number[] = [];
    source.pipe(detectAnomalies({ forecaster, feedback })).subscribe((verdict) => {
      if (!verdict.isAnomaly) return;
      flagged.push(verdict.value);
      feedback.next(feedbackOn('normal', verdict.key, [verdict]));
    });
    for (const value of series) source.next(value);
    expect(flagged.filter((value) => value === 20)).toEqual([20]);
  });

  it('clears it while the stream continues', () => {
    testScheduler().run(({ hot, expectObservable }) => {
      const values = [...series.slice(0, 401), 20, 20];
      const source = hot('-s-x-y-|', { s: 0, x: 1, y: 2 }).pipe(
        concatMap((n) => (n === 0 ? values.slice(0, 401) : [values[400 + n]!])),
      );
      const anything = [[-1e9, 1e9]] as const;
      const given: Feedback = {
        kind: 'normal',
        key: undefined,
        value: anything,
        residual: anything,
        score: 0.9,
      };
      const feedback = hot('--n-c-', { n: given, c: { ...given, kind: 'clear' as const } });
      const flags = source.pipe(
        detectAnomalies({ forecaster, feedback, hold: 1, habituation: false }),
        skip(401),
        map(({ suppressed }) => suppressed),
      );
      expectObservable(flags).toBe('---x-y-|', { x: 'feedback', y: undefined });
    });
  });

  it('changes nothing without feedback', () => {
    const detect = (feedback?: typeof NEVER) => {
      const scores: number[] = [];
      of(...series)
        .pipe(detectAnomalies({ forecaster, ...(feedback && { feedback }) }))
        .subscribe(({ score }) => scores.push(score));
      return scores;
    };
    expect(detect(NEVER)).toEqual(detect());
  });

  it('ends with its source, not with the feedback, and unsubscribes from both', () => {
    testScheduler().run(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-|', { a: 1, b: 2 });
      const [endless, short] = [cold<Feedback>('------'), cold<Feedback>('--|')];
      const verdict = expect.anything() as never;
      for (const feedback of [endless, short])
        expectObservable(source.pipe(detectAnomalies({ forecaster, feedback }))).toBe('-a-b-|', {
          a: verdict,
          b: verdict,
        });
      expectSubscriptions(endless.subscriptions).toBe('^----!');
    });
  });

  it('fails with the feedback', () => {
    const errors: unknown[] = [];
    const feedback = concat(throwError(() => new Error('line lost')));
    NEVER.pipe(detectAnomalies({ forecaster, feedback })).subscribe({ error: (error) => errors.push(error) });
    expect(errors).toEqual([new Error('line lost')]);
    const wrong = of(JSON.parse('{"kind":"fine"}') as Feedback);
    NEVER.pipe(detectAnomalies({ forecaster, feedback: wrong })).subscribe({
      error: ({ code }: { code: string }) => errors.push(code),
    });
    expect(errors[1]).toBe('BAD_OPTION');
  });

  it('refuses what is no Observable at once', () => {
    const feedback = JSON.parse('[]') as typeof NEVER;
    expect(() => detectAnomalies({ feedback })).toThrow(
      'detectAnomalies: expected feedback to be an Observable',
    );
  });
});

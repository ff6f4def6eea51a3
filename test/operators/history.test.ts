import { describe, expect, it } from 'vitest';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { testScheduler } from '../support/marbles.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';

describe('history', () => {
  const past = noisySine({ length: 300 });

  it('is learnt before the first event and gives no verdicts, for each subscription anew', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const values = { a: 10, x: 40 };
      const [first, second] = runOperator([...past, values.a, values.x], detectAnomalies({ ...SMALL })).slice(
        past.length,
      );
      expect(second).toMatchObject({ isAnomaly: true, warmingUp: false });
      const verdicts = cold('--a-x-|', values).pipe(detectAnomalies({ ...SMALL, history: past }));
      expectObservable(verdicts).toBe('--a-x-|', { a: first, x: second });
      expectObservable(verdicts, '---^').toBe('-----a-x-|', { a: first, x: second });
    });
  });

  it('is read in several passes', () => {
    const live = noisySine({ length: 50, seed: 2 });
    const [one, three] = [1, 3].map((passes) =>
      runOperator(live, detectAnomalies({ ...SMALL, history: past, passes })),
    );
    expect(three).not.toEqual(one);
    expect(three.every(({ warmingUp }) => !warmingUp)).toBe(true);
  });

  it('ends the stream with an error where it cannot be read under that policy', () => {
    const detect = detectAnomalies({ ...SMALL, history: [1, Number.NaN], onBadData: 'error' });
    expect(() => runOperator([1], detect)).toThrow(/event 1: expected a number, got none/);
  });

  it('must be there for passes, and be readable again', () => {
    expect(() => detectAnomalies({ passes: 2 })).toThrow(
      'detectAnomalies: expected passes to be left out where there is no history, got 2',
    );
    for (const history of [past.values(), 7, null])
      expect(() => detectAnomalies({ history: history as never })).toThrow(
        /expected history to be an array of events, or an iterable that can be read again/,
      );
    expect(() => detectAnomalies({ history: past, passes: 0 })).toThrow(/passes/);
    expect(() => detectAnomalies({ history: new Set(past), passes: 2 })).not.toThrow();
  });
});

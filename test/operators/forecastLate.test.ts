import { describe, expect, it, vi } from 'vitest';
import { BidirectionalForecaster } from '../../src/models/forecasters/bidirectionalForecaster.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { flagAnomalies } from '../../src/operators/flagAnomalies.ts';
import { lstmForecast } from '../../src/operators/lstmForecast.ts';
import { scoreResiduals } from '../../src/operators/scoreResiduals.ts';
import { testScheduler } from '../support/marbles.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';

const { warmUp: _warmUp, ...lstm } = SMALL;
const late = { ...lstm, bidirectional: { lag: 2 } };

describe('lstmForecast({ bidirectional: { lag } })', () => {
  it('gives each event `lag` events late, the last ones when the source ends', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const events = { a: 1, b: 2, c: 3, d: 4 };
      const [a, b, c, d] = runOperator([1, 2, 3, 4], lstmForecast(late));
      const source = cold(' -a-b-c-d-(|)', events);
      const expected = '     -----a-b-(cd|)';
      expectObservable(source.pipe(lstmForecast(late))).toBe(expected, { a, b, c, d });
    });
  });

  it('gives nothing more when the source fails', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const [a] = runOperator([1, 2, 3], lstmForecast(late));
      expectObservable(cold('-a-b-c-#', { a: 1, b: 2, c: 3 }).pipe(lstmForecast(late))).toBe('-----a-#', {
        a,
      });
    });
  });

  it('lets go of its source, and of its model, when unsubscribed from', () => {
    const dispose = vi.spyOn(BidirectionalForecaster.prototype, 'dispose');
    testScheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-d-|', { a: 1, b: 2, c: 3, d: 4 });
      const [a] = runOperator([1, 2, 3], lstmForecast(late));
      dispose.mockClear();
      expectObservable(source.pipe(lstmForecast(late)), '^-----!').toBe('-----a-', { a });
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    });
    expect(dispose).toHaveBeenCalledTimes(1);
    dispose.mockRestore();
  });

  it('gives two subscribers the same, each from a state of its own, and starts over for a third', () => {
    const operator = lstmForecast<number>(late);
    const once = runOperator([1, 2, 3, 4], operator);
    testScheduler().run(({ cold, expectObservable }) => {
      const [a, b, c, d] = once;
      const result = cold('-a-b-c-d-|', { a: 1, b: 2, c: 3, d: 4 }).pipe(operator);
      expectObservable(result).toBe('-----a-b-(cd|)', { a, b, c, d });
      expectObservable(result, '---^').toBe('--------a-b-(cd|)', { a, b, c, d });
    });
    expect(runOperator([1, 2, 3, 4], operator)).toEqual(once);
  });

  it('puts a throw of its selectors on the error channel', () => {
    const value = (): number => {
      throw new Error('no such field');
    };
    expect(() => runOperator([1, 2], lstmForecast({ ...late, value }))).toThrow('no such field');
  });

  it('gives every event once and in turn, also of streams shorter than the lag', () => {
    for (const length of [0, 1, 2, 3, 40]) {
      const events = noisySine({ length }).map((value, t) => ({ value, time: t * 60_000 }));
      expect(runOperator(events, lstmForecast(late)).map(({ event }) => event)).toEqual(events);
    }
  });

  it('fills what is missing with the estimate from both sides', () => {
    const events = noisySine({ length: 200 }).map((value, t) => ({ value: t === 150 ? null : value }));
    const { value, expected, residual, imputed } = runOperator(events, lstmForecast(late))[150];
    expect(imputed).toBe(true);
    expect(residual).toBe(0);
    expect(value).toBe(expected);
    expect(Math.abs(value - 10)).toBeLessThan(2);
  });

  it('continues to scores and verdicts as any forecast', () => {
    const series = noisySine({ length: 800 }).with(700, 25);
    const verdicts = runOperator(series, (source) =>
      source.pipe(lstmForecast(late), scoreResiduals(), flagAnomalies()),
    );
    expect(verdicts).toHaveLength(800);
    expect(verdicts[700].isAnomaly).toBe(true);
  });

  it('is no option of what emits every event at once', () => {
    const options: object = { bidirectional: { lag: 2 } };
    expect(() => detectAnomalies(options)).toThrow(/^detectAnomalies: unknown option bidirectional/);
  });

  it.each<[object, string]>([
    [{ bidirectional: { lag: 0 } }, 'expected lag to be a positive integer, got 0'],
    [{ bidirectional: {} }, 'expected lag to be a positive integer, got undefined'],
    [{ bidirectional: 4 }, 'expected bidirectional to be { lag }, got 4'],
    [
      { bidirectional: { lag: 2 }, engine: 'wasm' },
      `expected engine to be 'auto' or 'reference' where events are forecast late, got "wasm"`,
    ],
    [
      { bidirectional: { lag: 2 }, drift: true },
      'expected drift to be false or left out where events are forecast late, got true',
    ],
    [{ bidirectional: { lag: 2, lead: 1 } }, 'unknown option lead'],
    [
      { bidirectional: { lag: 2 }, horizons: [1, 4] },
      'expected horizons to be [1] or left out where events are forecast late, got [1, 4]',
    ],
  ])('refuses %j when called', (options, message) => {
    expect(() => lstmForecast(options)).toThrow(`lstmForecast: ${message}`);
  });
});

import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/models/forecaster.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { namedForecasters } from '../../src/models/forecasters/namedForecasters.ts';
import { type ForecastAheadOptions, forecastAhead } from '../../src/operators/forecastAhead.ts';
import { testScheduler } from '../support/marbles.ts';
import { ForecasterProbe } from '../support/probedForecaster.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine } from '../support/series.ts';

const forecaster = namedForecasters.lastValue(1);
const lastValue = { forecaster, combine: false };

describe('forecastAhead', () => {
  it('answers each event at once, and completes with the source', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const values = { a: 1, b: 5, c: 2 };
      const expected = cold('  a-b--c|', values).pipe(
        forecastAhead({ ...lastValue, steps: 1, quantiles: [0.5] }),
      );
      const made = (value: number, event = value) => ({
        ...{ event, time: undefined, key: undefined, value, imputed: false },
        ahead: [{ step: 1, time: undefined, expected: value, quantiles: [value] }],
      });
      expectObservable(expected).toBe('a-b--c|', { a: made(1), b: made(5), c: made(2) });
    });
  });

  it('answers every so many events of each key, the first one first', () => {
    const events = [...'aababaab'].map((key, value) => ({ key, value }));
    const results = runOperator(events, forecastAhead({ ...lastValue, steps: 2, every: 2 }));
    expect(results.map(({ key, value }) => `${key}${value}`)).toEqual(['a0', 'b2', 'a3', 'a6', 'b7']);
    expect(results.map(({ ahead }) => ahead.map((step) => step.expected))).toEqual(
      [0, 2, 3, 6, 7].map((value) => [value, value]),
    );
  });

  it('forecasts 16 steps at 10 %, 50 % and 90 % with the LSTM where nothing else is asked for', () => {
    const results = runOperator(noisySine({ length: 40 }), forecastAhead());
    expect(results).toHaveLength(40);
    const { ahead } = results.at(-1)!;
    expect(ahead.map(({ step }) => step)).toEqual(Array.from({ length: 16 }, (_, k) => k + 1));
    for (const { expected, quantiles } of ahead) {
      expect(quantiles).toHaveLength(3);
      expect(quantiles[1]).toBe(expected);
      expect(quantiles[0] < expected && expected < quantiles[2]).toBe(true);
    }
  });

  it('has the times of the coming events, and the shape of the values', () => {
    const events = Array.from({ length: 20 }, (_, t) => ({
      at: new Date(t * 60_000),
      values: [t % 3, 10 + (t % 2)],
    }));
    const operator = forecastAhead({
      ...lastValue,
      steps: 3,
      value: (event: (typeof events)[number]) => event.values,
      time: (event) => event.at,
    });
    const { ahead, time } = runOperator(events, operator).at(-1)!;
    expect(time).toBe(19 * 60_000);
    expect(ahead.map((step) => step.time)).toEqual([20, 21, 22].map((minute) => minute * 60_000));
    expect(ahead[0]).toMatchObject({ expected: [1, 11] });
    expect(ahead[0].quantiles.map((each) => each.length)).toEqual([2, 2, 2]);
  });

  it('puts the forecast where a value is missing, says so, and does not learn from it', () => {
    const learnt: (readonly [Observation, number])[] = [];
    class Diary extends LastValueForecaster {
      override learn(observation: Observation, weight: number): void {
        learnt.push([observation, weight]);
        super.learn(observation, weight);
      }
    }
    const events = [{ value: 4 }, { value: null }, { value: 7, imputed: true }];
    const results = runOperator(
      events,
      forecastAhead({ steps: 1, forecaster: (dimensions) => new Diary({ dimensions }), onProblem: 'silent' }),
    );
    expect(results.map(({ value, imputed }) => [value, imputed])).toEqual([
      [4, false],
      [4, true],
      [7, true],
    ]);
    expect(learnt.map(([{ value }, weight]) => [value[0], weight])).toEqual([
      [4, 1],
      [Number.NaN, 1],
      [7, 0],
    ]);
  });

  it('leaves out, reports and stops as onBadData says', () => {
    const problems: string[] = [];
    const options = {
      ...lastValue,
      steps: 1,
      onProblem: ({ message }: { readonly message: string }) => problems.push(message),
    };
    const events = [1, Number.NaN, 3];
    expect(runOperator(events, forecastAhead({ ...options, onBadData: 'skip' }))).toHaveLength(2);
    expect(problems).toEqual(['event 1: expected a number, got none; skipped']);
    expect(() => runOperator(events, forecastAhead({ ...options, onBadData: 'error' }))).toThrow(
      'forecastAhead: event 1: expected a number, got none',
    );
  });

  it('keeps as many models as it may, those of the newest keys, and disposes of all in the end', () => {
    const probe = new ForecasterProbe();
    const source = new Subject<{ key: string; value: number }>();
    const operator = forecastAhead<{ key: string; value: number }>({
      forecaster: probe.factory,
      steps: 1,
      maxKeys: 2,
    });
    const subscription = source.pipe(operator).subscribe();
    expect(probe.disposals).toEqual([]);
    for (const key of 'abac') source.next({ key, value: 1 });
    // Each key has a forecaster and the copy of it that is iterated.
    expect(probe.disposals).toEqual([0, 0, 1, 1, 0, 0]);
    subscription.unsubscribe();
    expect(probe.disposals).toEqual([1, 1, 1, 1, 1, 1]);
    expect(source.observed).toBe(false);
  });

  it.each([
    [{ steps: 1.5 }, 'forecastAhead: expected steps to be a positive integer, got 1.5'],
    [{ quantiles: [0, 1] }, 'forecastAhead: expected quantiles to be ascending numbers above 0 and below 1'],
    [{ every: 0 }, 'forecastAhead: expected every to be a positive integer, got 0'],
    [
      { forecaster: 'lstm' },
      'forecastAhead: expected forecaster to be a function that creates one, got "lstm"',
    ],
    [{ combine: 1 }, 'forecastAhead: expected combine to be true or false, got 1'],
    [{ key: 'id' }, 'forecastAhead: expected key to be a function, got "id"'],
    [{ step: 3 }, 'did you mean steps?'],
  ])('throws at once: %j', (options, message) => {
    expect(() => forecastAhead(options as ForecastAheadOptions<number, number>)).toThrow(message);
  });
});

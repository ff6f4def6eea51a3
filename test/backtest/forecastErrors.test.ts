import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/backtest/evaluate.ts';
import { forecasterResults } from '../../src/backtest/forecasterResults.ts';
import { forecasterTable } from '../../src/backtest/forecasterTable.ts';
import { type ForecastComparison, forecastErrors } from '../../src/backtest/metrics/forecastErrors.ts';
import { incidentMetrics } from '../../src/backtest/metrics/incidentMetrics.ts';
import { recorded } from './recorded.ts';

const WARM_UP = 100;
/** Beginning with 100 records that do not count. */
const warmed = (...values: number[]): number[] => [...new Array<number>(WARM_UP).fill(1e6), ...values];

describe('forecastErrors', () => {
  it('are mean absolute errors after the first 100 records, and the share within the band', () => {
    const run = recorded(warmed(0, 0.5, -2, 3));
    expect(forecastErrors([run])).toEqual({
      records: 4,
      errors: [{ meanAbsolute: [5.5 / 4], within: 0.5 }],
    });
  });

  it('leave out what is labelled and what was imputed', () => {
    const labels = [{ first: WARM_UP + 1, last: WARM_UP + 2 }];
    const run = recorded(warmed(1, 50, 60, 3, 70), { labels, imputed: [WARM_UP + 4] });
    expect(forecastErrors([run])).toMatchObject({ records: 2, errors: [{ meanAbsolute: [2] }] });
  });

  it('compare all forecasters on the records that each of them had a forecast of', () => {
    const values = warmed(1, 2, 3);
    const late = recorded(values, { expected: [...values.slice(0, -1).map(() => Number.NaN), 2] });
    const { records, errors } = forecastErrors([recorded(values), late]);
    expect(records).toBe(1);
    expect(errors.map(({ meanAbsolute }) => meanAbsolute[0])).toEqual([3, 1]);
  });

  it('are not defined where nothing can be compared', () => {
    expect(forecastErrors([recorded([1, 2])])).toEqual({
      records: 0,
      errors: [{ meanAbsolute: [Number.NaN], within: null }],
    });
  });
});

describe('forecasterTable', () => {
  const results = (forecaster: string, errorRatio: number, low: number | null, f1: number | null) => ({
    forecaster,
    errorRatio,
    low,
    high: low === null ? null : low + 0.2,
    best: 1,
    streams: 5,
    within: 0.95,
    evaluation:
      f1 === null ? null : { ...evaluate([recorded([0], { labels: [] })], 0.5)!, pooled: pooled(f1) },
  });
  const pooled = (f1: number) => ({
    ...incidentMetrics([]),
    f1,
  });
  const verdictOf = (...forecasterResults: ReturnType<typeof results>[]) =>
    forecasterTable(forecasterResults).verdict;

  it('says plainly whether the forecaster earns its place', () => {
    expect(verdictOf(results('lstm', 1, null, null), results('ema', 1.3, 1.2, null))).toBe(
      'Of the simpler forecasters ema comes closest to lstm: its error is 30.0 % higher, more than chance over these streams.',
    );
    expect(verdictOf(results('lstm', 1, null, 0.4), results('ema', 0.9, 0.85, 0.5))).toBe(
      'ema, which is simpler, has an error 10.0 % lower than that of lstm, no more than chance over these streams. ' +
        'ema finds the labelled incidents better: F1 0.500 against 0.400.',
    );
    expect(verdictOf(results('lstm', 1, null, 0.4), results('ema', 1.1, null, 0.4))).toBe(
      'Of the simpler forecasters ema comes closest to lstm: its error is 10.0 % higher, too few streams ' +
        'for an interval. No other finds the labelled incidents better: F1 0.400.',
    );
  });
});

describe('forecasterResults', () => {
  const stream = (...errors: number[]): ForecastComparison => ({
    records: 10,
    errors: errors.map((error) => ({ meanAbsolute: [error], within: 0.9 })),
  });

  it('are geometric means of the ratio to the first, whatever the units of a stream', () => {
    const streams = [stream(1, 2), stream(1000, 500), stream(3, 12)];
    const [own, other] = forecasterResults(['lstm', 'ema'], streams, [undefined, undefined]);
    expect(own).toMatchObject({ forecaster: 'lstm', errorRatio: 1, best: 2, streams: 3, evaluation: null });
    expect(other!.errorRatio).toBeCloseTo((2 * 0.5 * 4) ** (1 / 3), 12);
    expect(other).toMatchObject({ best: 1, low: null, high: null });
  });

  it('have an interval from five streams on, which holds the ratio', () => {
    const streams = [1.1, 1.3, 0.9, 1.2, 1.05].map((ratio) => stream(2, 2 * ratio));
    const [, { errorRatio, low, high }] = forecasterResults(['a', 'b'], streams, []) as [
      unknown,
      { errorRatio: number; low: number; high: number },
    ];
    expect(low).toBeGreaterThan(0.9);
    expect(low).toBeLessThan(errorRatio);
    expect(high).toBeGreaterThan(errorRatio);
    expect(high).toBeLessThan(1.3);
  });

  it('pass over streams that are predicted without an error, and those without records', () => {
    const streams = [stream(0, 0), stream(2, 4), { ...stream(1, 100), records: 0 }];
    expect(forecasterResults(['a', 'b'], streams, [])[1]).toMatchObject({ errorRatio: 2, streams: 2 });
  });
});

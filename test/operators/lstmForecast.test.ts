import { describe, expect, it } from 'vitest';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { forecastWith } from '../../src/operators/forecastWith.ts';
import { lstmForecast } from '../../src/operators/lstmForecast.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';

const { warmUp: _warmUp, ...lstm } = SMALL;

function meanError(forecasts: readonly { readonly residual: number }[], from: number): number {
  const rest = forecasts.slice(from);
  return rest.reduce((sum, { residual }) => sum + Math.abs(residual), 0) / rest.length;
}

describe('lstmForecast', () => {
  it('knows nothing before the first event, and something from then on', () => {
    const forecasts = runOperator([5, 6, 7], lstmForecast(lstm));
    expect(forecasts[0]).toMatchObject({ value: 5, expected: Number.NaN, residual: Number.NaN });
    for (const { lower, expected, upper } of forecasts.slice(1)) {
      expect(lower <= expected && expected <= upper).toBe(true);
    }
  });

  it('learns a season that the last value does not know', () => {
    const series = noisySine({ length: 2500, period: 12, noise: 0.05 });
    const own = runOperator(series, lstmForecast({ ...lstm, hidden: 8, stride: 2, lags: 4 }));
    const naive = runOperator(
      series,
      forecastWith((dimensions) => new LastValueForecaster({ dimensions })),
    );
    expect(meanError(own, 2000)).toBeLessThan(0.5 * meanError(naive, 2000));
  });

  it('learns two dimensions, one of which leads the other', () => {
    const leader = noisySine({ length: 2002, period: 17, noise: 0.3 });
    const series = leader.slice(2).map((value, t) => [value, 5 * leader[t + 1]]);
    const forecasts = runOperator(series, lstmForecast({ ...lstm, hidden: 8, stride: 2 }));
    const off = forecasts.slice(1500).map(({ residual }) => Math.abs(residual[1]));
    const spread = Math.sqrt(0.5 + 0.3 ** 2) * 5;
    expect(off.reduce((sum, error) => sum + error, 0) / off.length).toBeLessThan(0.3 * spread);
  });

  it('does not care for the unit of the values', () => {
    const series = noisySine({ length: 300 });
    const celsius = runOperator(series, lstmForecast(lstm));
    const millikelvin = runOperator(
      series.map((value) => 1000 * (value + 273.15)),
      lstmForecast(lstm),
    );
    for (let t = 1; t < series.length; t++) {
      expect(millikelvin[t].expected / 1000 - 273.15).toBeCloseTo(celsius[t].expected, 4);
    }
  });

  it.each([
    ['hidden', { hidden: 5 }],
    ['layers', { layers: 2 }],
    ['cell', { cell: 'rnn' }],
    ['gateActivation', { gateActivation: 'hardSigmoid' }],
    ['attention', { attention: { window: 3 } }],
    ['auxiliary', { auxiliary: 'volatility' }],
    ['classes', { loss: 'crossEntropy', classes: 7 }],
    ['window', { window: 4 }],
    ['stride', { stride: 1 }],
    ['horizons', { horizons: [1, 2] }],
    ['lags', { lags: 0 }],
    ['calendar', { calendar: false }],
    ['skip', { skip: false }],
    ['loss', { loss: 'huber' }],
    ['optimizer', { optimizer: 'sgd' }],
    ['learningRate', { learningRate: 0.01 }],
    ['clipNorm', { clipNorm: 0.01 }],
    ['forgetBias', { forgetBias: 3 }],
    ['forgetBias', { forgetBias: 'chrono' }],
    ['seed', { seed: 2 }],
  ] as const)('uses %s', (_name, option) => {
    const events = noisySine({ length: 60 }).map((value, t) => ({ value, time: t * 3_600_000 }));
    const [plain, other] = [{}, option].map((options) =>
      runOperator(events, lstmForecast({ ...lstm, ...options })),
    );
    expect(other.at(-1)!.expected).not.toBe(plain.at(-1)!.expected);
  });

  it('tells with further horizons what it had predicted longer ago', () => {
    const series = noisySine({ length: 40 });
    const forecasts = runOperator(series, lstmForecast({ ...lstm, horizons: [1, 3] }));
    const [earlier] = forecasts[20].earlier!;
    expect(Number.isFinite(earlier.expected)).toBe(true);
    expect(earlier.scale).toBeGreaterThan(0);
    expect(forecasts[20].scale).toBeGreaterThan(0);
    expect(runOperator(series, lstmForecast(lstm))[20]).not.toHaveProperty('earlier');
  });
});

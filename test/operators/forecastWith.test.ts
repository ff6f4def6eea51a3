import { describe, expect, it } from 'vitest';
import type { Forecaster, Observation } from '../../src/models/forecaster.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { forecastWith } from '../../src/operators/forecastWith.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine } from '../support/series.ts';

const lastValue = (dimensions: number): Forecaster => new LastValueForecaster({ dimensions });

/** Notes what is asked of it and what it learns, in order. */
class DiaryForecaster extends LastValueForecaster {
  readonly diary: (string | readonly [observation: Observation, weight: number])[] = [];

  override predict() {
    this.diary.push('predict');
    return super.predict();
  }

  override learn(observation: Observation, weight: number): void {
    this.diary.push([observation, weight]);
    super.learn(observation, weight);
  }
}

describe('forecastWith', () => {
  it('expects what its forecaster expects: with the last value, the one before', () => {
    const series = noisySine({ length: 50 });
    const forecasts = runOperator(series, forecastWith(lastValue));
    expect(forecasts.map(({ expected }) => expected)).toEqual([Number.NaN, ...series.slice(0, -1)]);
    for (const { value, expected, residual, lower, upper } of forecasts.slice(1)) {
      expect(residual).toBe(value - expected);
      expect(lower < expected && expected < upper).toBe(true);
    }
  });

  it('asks for the forecast first and has it learn then, every event fully', () => {
    const forecaster = new DiaryForecaster({ dimensions: 1 });
    const events = [
      { time: 1000, value: 5 },
      { time: '1970-01-01T00:00:02Z', value: 6 },
    ];
    runOperator(
      events,
      forecastWith(() => forecaster),
    );
    expect(forecaster.diary).toEqual([
      'predict',
      [{ time: 1000, value: [5], imputed: false }, 1],
      'predict',
      [{ time: 2000, value: [6], imputed: false }, 1],
    ]);
  });

  it('has it note, but not learn from, what was put in for a gap', () => {
    const forecaster = new DiaryForecaster({ dimensions: 1 });
    runOperator(
      [{ value: 5, imputed: true }],
      forecastWith(() => forecaster),
    );
    expect(forecaster.diary[1]).toEqual([{ time: undefined, value: [5], imputed: true }, 0]);
  });

  it('tells its maker how many dimensions there are, once per subscription', () => {
    const made: number[] = [];
    const operator = forecastWith<number[]>((dimensions) => {
      made.push(dimensions);
      return lastValue(dimensions);
    });
    runOperator(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      operator,
    );
    runOperator(
      [
        [1, 2],
        [4, 5],
      ],
      operator,
    );
    expect(made).toEqual([3, 2]);
  });

  it('gives values, bounds and residuals the shape of the value', () => {
    const [, forecast] = runOperator(
      [
        [1, 10],
        [2, 20],
      ],
      forecastWith(lastValue),
    );
    expect(forecast).toMatchObject({ value: [2, 20], expected: [1, 10], residual: [1, 10] });
    const [, one] = runOperator([[1], [2]], forecastWith(lastValue));
    expect(one).toMatchObject({ value: [2], expected: [1], residual: [1] });
  });

  it('carries event, time and key', () => {
    const event = { id: 7, at: new Date(5000), temp: 20, key: 'pump' };
    const operator = forecastWith(lastValue, { value: (e: typeof event) => e.temp, time: (e) => e.at });
    const [forecast] = runOperator([event], operator);
    expect(forecast).toMatchObject({ time: 5000, key: 'pump', imputed: false, value: 20 });
    expect(forecast.event).toBe(event);
  });

  it('puts the forecast where a value is missing, dimension by dimension', () => {
    const [, forecast] = runOperator(
      [
        [1, 10],
        [2, Number.NaN],
      ],
      forecastWith(lastValue),
    );
    expect(forecast).toMatchObject({ value: [2, 10], residual: [1, 0], imputed: true });
  });
});

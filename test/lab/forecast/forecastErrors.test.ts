import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { type ForecastSeries, forecastErrors } from '../../../src/lab/forecast/forecastErrors.ts';
import { collectionResult } from '../../../src/lab/forecast/forecastResults.ts';
import { forecastTables } from '../../../src/lab/forecast/forecastTables.ts';
import { allSubjects, type Subjects } from '../../../src/lab/forecast/subjects.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';

const weights = await loadPretrainedWeights();
const HOUR = 3_600_000;

function series(value: (t: number) => number, events = 600): ForecastSeries {
  const all = Float64Array.from({ length: events }, (_, t) => value(t));
  return { name: 'test', values: all, times: all.map((_, t) => t * HOUR) };
}

/** The last value, and one that knows what comes. */
function withOracle(values: Float64Array): Subjects {
  const oracle = () => {
    const forecaster = new LastValueForecaster({ dimensions: 1 });
    let t = -1;
    return { forecaster, ahead: () => [1, 4, 16].map((steps) => values[t + steps] ?? Number.NaN, t++) };
  };
  const subjects = allSubjects(weights, 1);
  return new Map([
    ['last value', subjects.get('last value')!],
    ['oracle', oracle],
  ]);
}

describe('forecastErrors', () => {
  it('measures by the last value: what knows all has no error', () => {
    const random = new Random(1);
    const noise = series(() => random.normal());
    const errors = forecastErrors(noise, withOracle(noise.values));
    const { subjects } = collectionResult('noise', ['last value', 'oracle'], [errors]);
    for (const { mean } of [...subjects[0].horizons, ...subjects[0].ages]) expect(mean).toBe(1);
    for (const { mean } of [...subjects[1].horizons, ...subjects[1].ages]) expect(mean).toBeCloseTo(1e-9, 12);
  });

  it('is what the mean absolute change of noise gives: 2/√π deviations', () => {
    const random = new Random(2);
    const noise = series(() => random.normal(), 5100);
    const [{ horizons }] = forecastErrors(noise, withOracle(noise.values));
    for (const error of horizons) expect(error / 5000).toBeCloseTo(2 / Math.sqrt(Math.PI), 1);
  });

  it('leaves out what is missing and what never changed', () => {
    const [errors] = forecastErrors(
      series(() => 5),
      withOracle(new Float64Array(600)),
    );
    expect([...errors.horizons]).toEqual([0, 0, 0]);
    const holed = series((t) => (t % 3 === 0 ? Number.NaN : Math.sin(t)));
    for (const each of forecastErrors(holed, allSubjects(weights, 1)))
      expect(each.horizons.every(Number.isFinite)).toBe(true);
  });

  it('orders the forecasters as they should be on a day with noise', () => {
    const random = new Random(3);
    const day = series((t) => 10 + 3 * Math.sin((2 * Math.PI * t) / 24) + 0.3 * random.normal(), 800);
    const subjects = allSubjects(weights, 1);
    const result = collectionResult('day', [...subjects.keys()], [forecastErrors(day, subjects)]);
    const ratio = (name: string, k: number): number =>
      result.subjects.find(({ subject }) => subject === name)!.horizons[k].mean;
    expect(ratio('seasonal', 2)).toBeLessThan(0.2);
    expect(ratio('seasonal', 1)).toBeLessThan(0.3);
    expect(ratio('pre-trained, frozen', 0)).toBeLessThan(0.6);
    expect(ratio('pre-trained, frozen', 2)).toBeLessThan(0.3);
    expect(ratio('… without memory', 0)).toBeGreaterThan(ratio('pre-trained, frozen', 0));
    for (const format of ['text', 'markdown'] as const)
      expect(forecastTables([result], format)).toMatch(/pre-trained, frozen *(?:\|)? *0\.\d{3} \(0\.\d{3}\)/);
  });
});

describe('collectionResult', () => {
  it('takes the geometric mean and the median over the series, without those that had no errors', () => {
    const of = (error: number, base: number) =>
      [base, error].map((each) => ({
        horizons: Float64Array.of(each, each, each),
        ages: Float64Array.of(each, each, each),
        banded: 100,
        within: 95,
      }));
    const errors = [of(1, 2), of(2, 1), of(8, 1), of(0, 0)];
    const { subjects, series: count } = collectionResult('three', ['last value', 'other'], errors);
    expect(count).toBe(4);
    expect(subjects[1].horizons[0]).toEqual({ mean: expect.closeTo(2, 9), median: 2, count: 3 });
    expect(subjects[1].within).toBeCloseTo(0.95, 9);
  });
});

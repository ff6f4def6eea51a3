import { describe, expect, it } from 'vitest';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { forecastWith } from '../../src/operators/forecastWith.ts';
import { throughText } from '../support/observations.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';

const CHANGE = 800;
/** A calm stream that becomes a wave. */
const series = noisySine({ length: 1100, period: 15 }).map((value, t) =>
  t < CHANGE ? 10 + 0.02 * Math.sin(7 * t) : value,
);
const driftsOf = (verdicts: readonly { readonly drift?: string }[]): number[] =>
  verdicts.flatMap(({ drift }, t) => (drift ? [t] : []));

describe('drift', () => {
  it('is on the verdict at which it became clear, and the field is on no other', () => {
    const verdicts = runOperator(series, detectAnomalies(SMALL));
    const [signal] = driftsOf(verdicts);
    expect(signal).toBeGreaterThan(CHANGE);
    expect(signal).toBeLessThan(CHANGE + 60);
    for (const [t, verdict] of verdicts.entries())
      expect('drift' in verdict, `event ${t}`).toBe(driftsOf(verdicts).includes(t));
  });

  it('is not looked for when turned off', () => {
    expect(driftsOf(runOperator(series, detectAnomalies({ ...SMALL, drift: false })))).toEqual([]);
    const lastValue = (dimensions: number) => new LastValueForecaster({ dimensions });
    expect(driftsOf(runOperator(series, forecastWith(lastValue, { drift: false })))).toEqual([]);
    expect(driftsOf(runOperator(series, forecastWith(lastValue)))).not.toEqual([]);
  });

  it('is each key’s own', () => {
    const events = series.flatMap((value, t) => [
      { key: 'changes', value },
      { key: 'stays', value: 10 + 0.02 * Math.sin(7 * t) },
    ]);
    const verdicts = runOperator(events, detectAnomalies(SMALL));
    expect(new Set(verdicts.filter(({ drift }) => drift).map(({ key }) => key))).toEqual(
      new Set(['changes']),
    );
  });

  it('continues bit for bit from a snapshot, before, at and after the signal', () => {
    const reference = new StreamDetector<number>(SMALL);
    const whole = series.map((value) => reference.process(value));
    const [signal] = driftsOf(whole.map((verdict) => verdict!));
    for (const at of [CHANGE, signal, signal + 1, signal + 100]) {
      const [first, second] = [new StreamDetector<number>(SMALL), new StreamDetector<number>(SMALL)];
      for (const value of series.slice(0, at)) first.process(value);
      second.restore(throughText(first.snapshot()));
      expect(series.slice(at).map((value) => second.process(value))).toEqual(whole.slice(at));
    }
  });
});

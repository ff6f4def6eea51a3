import { describe, expect, it } from 'vitest';
import { replayPolicy, withThreshold } from '../../../src/backtest/metrics/replayPolicy.ts';
import type { Value } from '../../../src/core/reading.ts';
import { type DetectorSettings, detectSeries } from '../../../src/lab/quality/detectSeries.ts';
import { thresholdOptions } from '../../../src/models/decision/thresholdOptions.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import { jumpySeries } from './series.ts';

const settings: DetectorSettings = { forecaster: (dimensions) => new EmaForecaster({ dimensions }) };
const series = jumpySeries('a', 900, [
  { first: 400, last: 409 },
  { first: 700, last: 730 },
]);

describe('detectSeries', () => {
  it('says what a detector says of the same records', () => {
    const detector = new StreamDetector<{ value: number; time: number }, Value>(settings);
    const verdicts = [...series.values].map((value, at) => detector.process({ value, time: at * 60_000 })!);
    const indices = (of: (verdict: (typeof verdicts)[number]) => boolean): number[] =>
      verdicts.flatMap((verdict, at) => (of(verdict) ? [at] : []));
    const detected = detectSeries(series, settings);
    expect([...detected.scores]).toEqual(verdicts.map(({ score }) => score));
    expect(detected.flags).toEqual(indices(({ isAnomaly }) => isAnomaly));
    expect(detected.alerts).toEqual(indices(({ startOfIncident }) => startOfIncident));
    expect(detected.flags.length).toBeGreaterThan(5);
    expect(detected).toMatchObject({ name: 'a', records: 900, windows: series.windows });
  });

  it('drops what falls on records that do not count, and nothing else', () => {
    const whole = detectSeries(series, settings);
    const unscored = { first: 400, last: 460 };
    const isKept = (at: number): boolean => at < 400 || at > 460;
    const detected = detectSeries({ ...series, unscored }, settings);
    expect(detected.flags).toEqual(whole.flags.filter(isKept));
    expect(detected.alerts).toEqual(whole.alerts.filter(isKept));
    expect(detected.flags.length).toBeLessThan(whole.flags.length);
    expect([...detected.scores]).toEqual([...whole.scores].map((score, at) => (isKept(at) ? score : 0)));
  });

  it('sees nothing but the past: a series cut short scores as the whole one up to there', () => {
    const whole = detectSeries(series, settings);
    const cut = detectSeries({ ...series, values: series.values.slice(0, 450) }, settings);
    expect([...cut.scores]).toEqual([...whole.scores.subarray(0, 450)]);
    expect(cut.flags).toEqual(whole.flags.filter((flag) => flag < 450));
  });

  it('keeps to the records of the series where some get no verdict', () => {
    const holes = series.values.map((value, at) => (at >= 200 && at < 210 ? Number.NaN : value));
    const detected = detectSeries({ ...series, values: holes }, { ...settings, onBadData: 'skip' });
    expect(detected.scores).toHaveLength(900);
    expect([...detected.scores.subarray(200, 210)]).toEqual(new Array(10).fill(0));
    expect(detected.flags.some((flag) => flag >= 400 && flag < 412)).toBe(true);
  });

  it('takes several dimensions', () => {
    const values = Float64Array.from({ length: 1800 }, (_, at) => series.values[at >> 1]! * (1 + (at % 2)));
    const detected = detectSeries(
      { ...series, dimensions: ['a', 'b'], values },
      { ...settings, sensitivity: 'high' },
    );
    expect(detected.records).toBe(900);
    expect(detected.alerts.length).toBeGreaterThan(0);
  });
});

describe('replayPolicy', () => {
  const detected = detectSeries(series, settings);
  const policy = thresholdOptions.resolve('test', {});

  it('flags what the detector flagged, at the threshold it ran with', () => {
    expect(replayPolicy(detected.scores, policy)).toEqual({ flags: detected.flags, alerts: detected.alerts });
  });

  it.each([0.2, 0.4, 0.62, 0.8])('flags what the detector would have flagged at %d', (threshold) => {
    const { flags, alerts } = detectSeries(series, { ...settings, threshold });
    expect(replayPolicy(detected.scores, withThreshold(policy, threshold))).toEqual({ flags, alerts });
  });
});

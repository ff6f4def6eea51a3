import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentMetrics } from '../../../src/backtest/metrics/incidentMetrics.ts';
import { recordWindows } from '../../../src/backtest/recordWindows.ts';
import { countsBySegment, splitSeries } from '../../../src/lab/tune/segments.ts';
import { real } from '../../support/real.ts';

const seriesOf = (records: number, marks: readonly (readonly [number, number])[]) => ({
  name: 'series',
  dimensions: ['value'],
  values: new Float64Array(records),
  times: undefined,
  windows: recordWindows(
    Array.from({ length: records }, (_, at) => at),
    marks.map(([start, length]) => ({ start, end: start + length })),
  ),
  transform: 'none' as const,
});

const arbitrary = fc.integer({ min: 1, max: 2000 }).chain((records) =>
  fc.record({
    series: fc
      .array(fc.tuple(fc.nat(records - 1), fc.nat(300)), { maxLength: 6 })
      .map((marks) => seriesOf(records, marks)),
    alerts: fc
      .uniqueArray(fc.nat(records - 1), { maxLength: 40 })
      .map((alerts) => alerts.toSorted((a, b) => a - b)),
    share: real(0.05, 0.95),
  }),
);

describe('the pieces of a series', () => {
  it('ascend from its first record to its last, and no incident straddles them', () => {
    fc.assert(
      fc.property(arbitrary, ({ series, share }) => {
        const { bounds, tuned } = splitSeries(series, share);
        const records = series.values.length;
        expect([bounds[0], bounds.at(-1)]).toEqual([0, records]);
        expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
        for (const { first, last } of series.windows) {
          expect(bounds.filter((at) => at > first && at <= last)).toEqual([]);
        }
        expect(bounds[tuned]!).toBeGreaterThanOrEqual(Math.min(records, Math.round(share * records)));
      }),
    );
  });

  it('have counts that add up to those of the whole', () => {
    fc.assert(
      fc.property(arbitrary, ({ series, alerts, share }) => {
        const segments = countsBySegment(splitSeries(series, share), series.windows, alerts);
        const whole = incidentMetrics([
          { records: series.values.length, windows: series.windows, flags: alerts, alerts },
        ]);
        for (const count of ['incidents', 'found', 'falseAlerts'] as const) {
          expect(segments.reduce((sum, segment) => sum + segment[count], 0)).toBe(whole[count]);
        }
      }),
    );
  });
});

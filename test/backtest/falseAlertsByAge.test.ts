import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { falseAlertsByAge } from '../../src/backtest/metrics/falseAlertsByAge.ts';
import { incidentMetrics, type StreamOutcome } from '../../src/backtest/metrics/incidentMetrics.ts';

const stream: fc.Arbitrary<StreamOutcome> = fc
  .record({
    records: fc.integer({ min: 0, max: 200 }),
    alerts: fc.uniqueArray(fc.integer({ min: 0, max: 199 }), { maxLength: 20 }),
    first: fc.integer({ min: 0, max: 199 }),
  })
  .map(({ records, alerts, first }) => {
    const within = alerts.filter((at) => at < records).sort((a, b) => a - b);
    const windows = first < records ? [{ first, last: Math.min(records - 1, first + 9) }] : [];
    return { records, windows, flags: within, alerts: within };
  });

describe('falseAlertsByAge', () => {
  it('splits records and false alerts among ages without losing any', () => {
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 4 }), (streams) => {
        const bands = falseAlertsByAge(streams, [50, 120]);
        const pooled = incidentMetrics(streams);
        expect(bands.reduce((sum, { records }) => sum + records, 0)).toBe(pooled.records);
        expect(bands.reduce((sum, { falseAlerts }) => sum + falseAlerts, 0)).toBe(pooled.falseAlerts);
        for (const { from, to, records, falseAlerts, per1000 } of bands) {
          expect(per1000).toBe(records > 0 ? (1000 * falseAlerts) / records : null);
          // the same stream cut at the band's end has the same alerts in it
          const cut = falseAlertsByAge(
            streams.map((each) => ({ ...each, records: Math.min(each.records, to ?? Infinity) })),
            [50, 120],
          );
          expect(cut.find((band) => band.from === from)!.records).toBe(records);
        }
      }),
    );
  });

  it('takes an alert at a bound for the older band', () => {
    const streams = [{ records: 5000, windows: [], flags: [], alerts: [999, 1020, 4000] }];
    expect(falseAlertsByAge(streams)).toEqual([
      { from: 0, to: 1000, records: 1000, falseAlerts: 1, per1000: 1 },
      { from: 1000, to: 4000, records: 3000, falseAlerts: 1, per1000: 1 / 3 },
      { from: 4000, to: null, records: 1000, falseAlerts: 1, per1000: 1 },
    ]);
  });

  it('refuses a bound that is none', () => {
    expect(() => falseAlertsByAge([], [0])).toThrow('expected bounds to be a positive integer, got 0');
  });
});

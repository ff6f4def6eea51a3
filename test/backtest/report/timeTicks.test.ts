import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks } from '../../../src/backtest/report/timeTicks.ts';
import { real } from '../../support/real.ts';

const HOUR = 3_600_000;
const texts = (...args: Parameters<typeof timeTicks>) => timeTicks(...args).map(([, text]) => text);

describe('the ticks of an axis of times', () => {
  it('are at round times, with the date where it changes', () => {
    const from = Date.UTC(2026, 1, 7, 11);
    expect(texts(from, from + 24 * HOUR, 6)).toEqual(['12:00\n7 Feb', '18:00', '00:00\n8 Feb', '06:00']);
    expect(texts(from, from + 9000, 5)).toEqual([
      '11:00:00\n7 Feb',
      '11:00:02',
      '11:00:04',
      '11:00:06',
      '11:00:08',
    ]);
    expect(texts(Date.UTC(2025, 11, 30, 1), Date.UTC(2026, 0, 2), 4)).toEqual([
      '31 Dec\n2025',
      '1 Jan\n2026',
      '2 Jan',
    ]);
  });

  it('go by the clocks of the zone, on the day that they change too', () => {
    const from = Date.UTC(2026, 2, 28, 22); // 23:00 in Berlin; at 02:00 the clocks go to 03:00
    const ticks = timeTicks(from, from + 8 * HOUR, 3, 'Europe/Berlin');
    expect(ticks.map(([, text]) => text)).toEqual(['00:00\n29 Mar', '03:00', '06:00']);
    expect(ticks.map(([time]) => (time - from) / HOUR)).toEqual([1, 3, 6]);
  });

  it('ascend within the axis, few enough, whatever it is', () => {
    const time = real(-8.64e15, 8.64e15);
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns');
    fc.assert(
      fc.property(time, real(1, 1e13), zone, (from, length, timeZone) => {
        const times = timeTicks(from, from + length, 8, timeZone).map(([at]) => at);
        expect(times.length).toBeLessThanOrEqual(17);
        for (const [k, at] of times.entries()) {
          expect(at).toBeGreaterThanOrEqual(from);
          expect(at).toBeLessThanOrEqual(from + length);
          if (k > 0) expect(at).toBeGreaterThan(times[k - 1]!);
        }
      }),
      { numRuns: 300 },
    );
  });
});

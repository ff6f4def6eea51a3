import { describe, expect, it } from 'vitest';
import { thresholdTradeOff } from '../../src/backtest/metrics/thresholdTradeOff.ts';
import { recorded } from './recorded.ts';

const RECORDS = 1000;
const PEAKS = { 200: 0.9, 400: 0.6, 600: 0.55, 800: 0.4 };
const scores = Float64Array.from({ length: RECORDS }, (_, at) => PEAKS[at as keyof typeof PEAKS] ?? 0.1);
const labels = [
  { first: 195, last: 205 },
  { first: 790, last: 810 },
];
const detected = (alerts: readonly number[]) =>
  recorded([...scores], { scores, labels, alerts, flags: alerts });

describe('thresholdTradeOff', () => {
  const { points, threshold, exact } = thresholdTradeOff([detected([200, 400, 600])], {});
  const at = (wanted: number) => points.find((point) => Math.abs(point.threshold - wanted) < 1e-9);

  it('tells what each threshold would have found, and at what price', () => {
    expect(at(0.5)).toMatchObject({ incidents: 2, found: 1, falseAlerts: 2, alertsPer1000: 3 });
    expect(at(0.5)).toMatchObject({ precision: 1 / 3, recall: 0.5, f1: 2 / 5 });
    expect(at(0.7)).toMatchObject({ found: 1, falseAlerts: 0, precision: 1, recall: 0.5 });
    expect(at(0.3)).toMatchObject({ found: 2, falseAlerts: 2, recall: 1 });
    expect(at(0.95)).toMatchObject({ found: 0, falseAlerts: 0, precision: null, recall: 0 });
  });

  it('has the threshold of the run among its points, and knows whether the replay explains the run', () => {
    expect([threshold, exact]).toEqual([0.5, true]);
    expect(thresholdTradeOff([detected([200])], {}).exact).toBe(false);
    const odd = thresholdTradeOff([detected([200])], { threshold: 0.6172 });
    expect(odd.points.map((point) => point.threshold)).toContain(0.6172);
    expect(odd.exact).toBe(true);
  });

  it('counts alerts of streams without labels, and nothing else of them', () => {
    const unknown = recorded([...scores], { scores });
    const mixed = thresholdTradeOff([detected([200, 400, 600]), unknown], {});
    const point = mixed.points.find((each) => each.threshold === 0.5);
    expect(point).toMatchObject({ labelledRecords: RECORDS, falseAlerts: 2, alertsPer1000: 3 });
    expect(thresholdTradeOff([unknown], {}).points[0]).toMatchObject({
      incidents: 0,
      precision: null,
      f1: null,
    });
  });
});

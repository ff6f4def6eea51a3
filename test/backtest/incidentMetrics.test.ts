import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentMetrics, type StreamOutcome } from '../../src/backtest/metrics/incidentMetrics.ts';
import { windowsOfFlags } from '../../src/backtest/recordWindows.ts';

const indicesOf = (flags: readonly boolean[]): number[] => flags.flatMap((flag, i) => (flag ? [i] : []));

/** Rare flags, so that runs, gaps and distances of every size come up. */
const rare = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);

const stream: fc.Arbitrary<StreamOutcome> = fc
  .array(fc.tuple(rare, rare, rare), { maxLength: 150 })
  .map((rows) => ({
    records: rows.length,
    windows: windowsOfFlags(
      rows.map(([label]) => label),
      1,
    ),
    flags: indicesOf(rows.map(([, flag, alert]) => flag || alert)),
    alerts: indicesOf(rows.map(([, , alert]) => alert)),
    times: rows.map((_, i) => i * 60_000),
  }));

/** The definition again, record by record, with none of the code under test. */
function byHand({ records, windows, flags, alerts }: StreamOutcome) {
  const labelled = (i: number): boolean => windows.some((w) => i >= w.first && i <= w.last);
  const incidentAt: (number | undefined)[] = []; // by record, its incident (its tolerance not included)
  const starts: number[] = [];
  let lastLabel = -Infinity;
  for (let i = 0; i < records; i++) {
    if (!labelled(i)) continue;
    if (i - lastLabel >= 10) starts.push(i);
    for (let k = Math.max(starts.at(-1)!, lastLabel); k <= i; k++) incidentAt[k] = starts.length - 1;
    lastLabel = i;
  }
  const nearIncident = (i: number): number | undefined => {
    for (let back = 0; back <= 5; back++) if (incidentAt[i - back] !== undefined) return incidentAt[i - back];
    return undefined;
  };
  const delays = starts.flatMap((start, n) => {
    const first = flags.filter((f) => nearIncident(f) === n)[0];
    return first === undefined ? [] : [first - start];
  });
  let falseAlerts = 0;
  let lastCounted = -Infinity;
  for (const alert of alerts) {
    if (nearIncident(alert) === undefined && alert >= lastCounted + 20) {
      falseAlerts++;
      lastCounted = alert;
    }
  }
  return { incidents: starts.length, found: delays.length, falseAlerts, delays };
}

const anything: StreamOutcome = { records: 100, windows: [{ first: 40, last: 49 }], flags: [], alerts: [] };

describe('incidentMetrics', () => {
  it('agrees with its definition, record by record', () => {
    fc.assert(
      fc.property(stream, (outcome) => {
        const { delays, ...counts } = byHand(outcome);
        const metrics = incidentMetrics([outcome]);
        expect(metrics).toMatchObject(counts);
        if (delays.length === 0) {
          expect(metrics.delayRecords).toBeNull();
          expect(metrics.delayMs).toBeNull();
        } else {
          const mean = delays.reduce((a, b) => a + b, 0) / delays.length;
          expect(metrics.delayRecords!.mean).toBeCloseTo(mean, 12);
          expect(metrics.delayMs!.mean).toBeCloseTo(mean * 60_000, 6);
          const below = delays.filter((d) => d <= metrics.delayRecords!.median).length;
          const above = delays.filter((d) => d >= metrics.delayRecords!.median).length;
          expect(Math.min(below, above)).toBeGreaterThanOrEqual(delays.length / 2);
        }
      }),
    );
  });

  it('takes ratios of the summed counts of all streams', () => {
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 4 }), (streams) => {
        const pooled = incidentMetrics(streams);
        const each = streams.map((one) => incidentMetrics([one]));
        const sum = (key: 'records' | 'incidents' | 'found' | 'falseAlerts'): number =>
          each.reduce((total, one) => total + one[key], 0);
        const [found, incidents, falseAlerts] = [sum('found'), sum('incidents'), sum('falseAlerts')];
        expect(pooled).toMatchObject({ found, incidents, falseAlerts, records: sum('records') });
        expect(pooled.recall).toBe(incidents > 0 ? found / incidents : null);
        expect(pooled.precision).toBe(found + falseAlerts > 0 ? found / (found + falseAlerts) : null);
        if (pooled.precision && pooled.recall) {
          const harmonic = 2 / (1 / pooled.precision + 1 / pooled.recall);
          expect(pooled.f1).toBeCloseTo(harmonic, 12);
        }
      }),
    );
  });

  it('never yields NaN or a ratio outside its range', () => {
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 3 }), (streams) => {
        const metrics = incidentMetrics(streams);
        expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics); // JSON has no NaN
        for (const share of [metrics.precision, metrics.recall, metrics.f1]) {
          if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
        }
      }),
    );
  });

  it('counts a flag five records after the window, and not six', () => {
    expect(incidentMetrics([{ ...anything, flags: [54], alerts: [54] }])).toMatchObject({
      found: 1,
      falseAlerts: 0,
    });
    expect(incidentMetrics([{ ...anything, flags: [55], alerts: [55] }])).toMatchObject({
      found: 0,
      falseAlerts: 1,
    });
  });

  it('finds an incident by the flags of an alert raised before it, and still calls that alert false', () => {
    const metrics = incidentMetrics([{ ...anything, flags: [38, 39, 40, 41], alerts: [38] }]);
    expect(metrics).toMatchObject({ found: 1, falseAlerts: 1, precision: 0.5, recall: 1 });
    expect(metrics.delayRecords).toEqual({ median: 0, mean: 0 });
  });

  it('does not take a detector that always alerts for one false alert', () => {
    const alerts = Array.from({ length: 1000 }, (_, i) => i);
    expect(incidentMetrics([{ records: 1000, windows: [], flags: alerts, alerts }]).falseAlerts).toBe(50);
  });

  it('counts false alerts per thousand records and per day', () => {
    const times = Array.from({ length: 100 }, (_, i) => (i * 2 * 86_400_000) / 99); // two days
    const metrics = incidentMetrics([{ ...anything, flags: [0, 20, 90], alerts: [0, 20, 90], times }]);
    expect(metrics.falseAlertsPer1000).toBe(30);
    expect(metrics.falseAlertsPerDay).toBeCloseTo(1.5, 12);
  });

  it('has a zero, not a gap, for a detector that missed everything', () => {
    expect(incidentMetrics([anything])).toMatchObject({
      precision: null,
      recall: 0,
      f1: 0,
      delayRecords: null,
    });
  });

  it('leaves undefined what no labels and no alerts leave undefined', () => {
    expect(incidentMetrics([{ ...anything, windows: [] }])).toMatchObject({
      precision: null,
      recall: null,
      f1: null,
      falseAlertsPer1000: 0,
    });
    expect(incidentMetrics([])).toMatchObject({
      records: 0,
      falseAlertsPer1000: null,
      falseAlertsPerDay: null,
    });
  });

  it('gives no times where one of the streams has none', () => {
    const timed = {
      ...anything,
      flags: [41],
      alerts: [41, 90],
      times: Array.from({ length: 100 }, (_, i) => i * 1e6),
    };
    const { times: _, ...untimed } = timed;
    expect(incidentMetrics([timed])).toMatchObject({ delayMs: { median: 1e6 } });
    expect(incidentMetrics([timed]).falseAlertsPerDay).toBeGreaterThan(0);
    expect(incidentMetrics([timed, untimed])).toMatchObject({
      delayMs: null,
      falseAlertsPerDay: null,
      delayRecords: { median: 1 },
    });
  });

  it('follows other distances when given', () => {
    const outcome = { ...anything, flags: [60], alerts: [60, 70] };
    expect(incidentMetrics([outcome], { tolerance: 11 })).toMatchObject({ found: 1, falseAlerts: 1 });
    expect(incidentMetrics([outcome], { mergeAlerts: 10 })).toMatchObject({ found: 0, falseAlerts: 2 });
    const twoWindows = { ...anything, windows: [...anything.windows, { first: 52, last: 53 }] };
    expect(incidentMetrics([twoWindows])).toMatchObject({ incidents: 1 });
    expect(incidentMetrics([twoWindows], { mergeLabels: 3 })).toMatchObject({ incidents: 2 });
  });

  it('refuses a distance that is none', () => {
    expect(() => incidentMetrics([], { tolerance: -1 })).toThrow(
      'incidentMetrics: expected tolerance to be an integer of 0 or more, got -1',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentF1, readAs } from '../../../src/backtest/metrics/incidentCounts.ts';
import { incidentMetrics } from '../../../src/backtest/metrics/incidentMetrics.ts';
import { replayPolicy, withThreshold } from '../../../src/backtest/metrics/replayPolicy.ts';
import { NAB_PROFILES } from '../../../src/backtest/nab/profiles.ts';
import { scoreNab } from '../../../src/backtest/nab/scoreNab.ts';
import type { DetectedSeries } from '../../../src/lab/quality/detectSeries.ts';
import { nabScore } from '../../../src/lab/quality/seriesQuality.ts';
import { setQuality } from '../../../src/lab/quality/setQuality.ts';
import { thresholdOptions } from '../../../src/models/decision/thresholdOptions.ts';
import { scoredSeries } from './series.ts';

const policy = thresholdOptions.resolve('test', { warmUp: 5, hold: 3 });

const sets = fc.array(scoredSeries(policy), { minLength: 1, maxLength: 4 });

describe('setQuality', () => {
  it('agrees with each measure by itself', () => {
    fc.assert(
      fc.property(sets, (detected) => {
        const quality = setQuality(detected, policy);
        expect(quality.incidents).toEqual(incidentMetrics(detected));
        expect(quality.byAlert.own).toEqual(incidentMetrics(detected.map((each) => readAs(each, 'alert'))));
        expect(quality.byFlag.own).toEqual(incidentMetrics(detected.map((each) => readAs(each, 'flag'))));
        const files = detected.map(({ name, alertScores, windows }) => ({
          name,
          scores: alertScores,
          windows,
        }));
        for (const [at, profile] of NAB_PROFILES.entries()) {
          expect(quality.nab[at]!.score).toBe(scoreNab(files, profile, 0.5).normalised);
        }
      }),
    );
  });

  it('has figures of the series that add up to those of the set', () => {
    fc.assert(
      fc.property(sets, (detected) => {
        const { series, byAlert, byFlag, nab } = setQuality(detected, policy);
        for (const at of ['own', 'best'] as const) {
          expect(incidentF1(series.map((each) => each.byAlert[at]))).toBe(byAlert[at].f1);
          expect(incidentF1(series.map((each) => each.byFlag[at]))).toBe(byFlag[at].f1);
        }
        for (const [at, profile] of NAB_PROFILES.entries()) {
          const own = nabScore(series, profile, 'own');
          if (own === null) expect(nab[at]!.score).toBeNull();
          else expect(own).toBeCloseTo(nab[at]!.score!, 9);
        }
      }),
    );
  });

  it('finds best thresholds that are at least as good as its own, and true', () => {
    fc.assert(
      fc.property(sets, (detected) => {
        const { byAlert, byFlag, nab } = setQuality(detected, policy);
        const again = (threshold: number): DetectedSeries[] =>
          detected.map((each) => ({
            ...each,
            ...replayPolicy(each.scores, withThreshold(policy, threshold)),
          }));
        for (const [reading, { own, best }] of [
          ['alert', byAlert],
          ['flag', byFlag],
        ] as const) {
          const { threshold, ...metrics } = best;
          expect(metrics).toEqual(incidentMetrics(again(threshold).map((each) => readAs(each, reading))));
          if (own.f1 !== null) expect(best.f1!).toBeGreaterThanOrEqual(own.f1);
        }
        for (const [at, profile] of NAB_PROFILES.entries()) {
          const { score, best } = nab[at]!;
          if (score === null) continue;
          expect(best.score!).toBeGreaterThanOrEqual(score - 1e-9);
          const files = again(best.threshold).map(({ alerts, records, windows, name }) => {
            const scores = new Float64Array(records);
            for (const alert of alerts) scores[alert] = 1;
            return { name, scores, windows };
          });
          expect(best.score!).toBeCloseTo(scoreNab(files, profile, 0.5).normalised!, 9);
        }
      }),
    );
  });

  it('does not take one incident without end for a detector that finds everything', () => {
    const windows = [200, 400, 600, 800].map((first) => ({ first, last: first + 9 }));
    const scores = new Float64Array(1000).fill(0.4).fill(0.45, 300, 310); // never near a label
    const silent = { name: 'x', records: 1000, windows, scores, alertScores: scores, flags: [], alerts: [] };
    const { byAlert, byFlag } = setQuality([silent], policy);
    expect(byAlert.best.f1!).toBeLessThan(0.2);
    expect(byFlag.best.f1!).toBeLessThan(0.2);
  });
});

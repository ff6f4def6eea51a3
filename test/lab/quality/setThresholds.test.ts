import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAs } from '../../../src/backtest/metrics/incidentCounts.ts';
import { incidentMetrics } from '../../../src/backtest/metrics/incidentMetrics.ts';
import { replayPolicy, withThreshold } from '../../../src/backtest/metrics/replayPolicy.ts';
import { NAB_PROFILES } from '../../../src/backtest/nab/profiles.ts';
import { scoreNab } from '../../../src/backtest/nab/scoreNab.ts';
import { compareQuality } from '../../../src/lab/quality/compareQuality.ts';
import type { DetectedSeries } from '../../../src/lab/quality/detectSeries.ts';
import { setQuality } from '../../../src/lab/quality/setQuality.ts';
import { thresholdOptions } from '../../../src/models/decision/thresholdOptions.ts';
import { scoredBy, scoredSeries } from './series.ts';

const policy = thresholdOptions.resolve('test', { warmUp: 5, hold: 3 });

/** Series, and a fold for each of them: two or three, none of them empty. */
const folded = fc
  .tuple(fc.array(scoredSeries(policy), { minLength: 3, maxLength: 6 }), fc.integer({ min: 2, max: 3 }))
  .map(([detected, count]) => ({ detected, count, folds: detected.map((_, at) => at % count) }));

const at = (each: DetectedSeries, threshold: number): DetectedSeries => ({
  ...each,
  ...replayPolicy(each.scores, withThreshold(policy, threshold)),
});

describe('held-out thresholds', () => {
  it('are those that would be best if the fold did not exist', () => {
    fc.assert(
      fc.property(folded, ({ detected, count, folds }) => {
        const quality = setQuality(detected, policy, [folds]);
        for (let fold = 0; fold < count; fold++) {
          const others = setQuality(
            detected.filter((_, series) => folds[series] !== fold),
            policy,
          );
          expect(quality.byAlert.heldOut!.thresholds[0][fold]).toBe(others.byAlert.best.threshold);
          expect(quality.byFlag.heldOut!.thresholds[0][fold]).toBe(others.byFlag.best.threshold);
          for (const p of NAB_PROFILES.keys())
            expect(quality.nab[p].heldOut!.thresholds[0][fold]).toBe(others.nab[p].best.threshold);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('give figures of every series at the threshold for its fold, all folds together', () => {
    fc.assert(
      fc.property(folded, ({ detected, folds }) => {
        const quality = setQuality(detected, policy, [folds]);
        for (const [reading, { heldOut }] of [
          ['alert', quality.byAlert],
          ['flag', quality.byFlag],
        ] as const) {
          const { thresholds, ...counts } = heldOut!;
          const outcomes = detected.map((each, series) =>
            readAs(at(each, thresholds[0][folds[series]]), reading),
          );
          expect(incidentMetrics(outcomes)).toMatchObject(counts);
        }
        for (const [p, profile] of NAB_PROFILES.entries()) {
          const { score, thresholds } = quality.nab[p].heldOut!;
          const files = detected.map((each, series) => {
            const scores = new Float64Array(each.records);
            for (const alert of at(each, thresholds[0][folds[series]]).alerts) scores[alert] = 1;
            return { name: each.name, scores, windows: each.windows };
          });
          const expected = scoreNab(files, profile, 0.5).normalised;
          if (expected === null) expect(score).toBeNull();
          else expect(score!).toBeCloseTo(expected, 9);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('leave every other figure as it is without folds', () => {
    fc.assert(
      fc.property(folded, ({ detected, folds }) => {
        const text = JSON.stringify(setQuality(detected, policy, [folds]), (key, value) =>
          key === 'heldOut' ? undefined : value,
        );
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(setQuality(detected, policy))));
      }),
      { numRuns: 20 },
    );
  });

  // Two series that want different thresholds: false alarms of 0.8 before an incident of 0.9, and of 0.55 before 0.6.
  const plain = { warmUp: 0, hold: 1, release: 0.5, habituation: false } as const;
  const scoresWith = (peaks: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: 400 }, (_, record) => peaks[record] ?? 0);
  const window = [{ first: 300, last: 309 }];
  const loud = scoredBy('loud', scoresWith({ 200: 0.8, 302: 0.9 }), window);
  const quiet = scoredBy('quiet', scoresWith({ 200: 0.55, 302: 0.6 }), window);

  it('are what is lost when one series wants what harms the other', () => {
    const { own, best, heldOut } = setQuality([loud, quiet], plain, [[0, 1]]).byAlert;
    expect(own).toMatchObject({ found: 2, falseAlerts: 2, f1: 4 / 6 });
    expect(best).toMatchObject({ threshold: 0.6, found: 2, falseAlerts: 1, f1: 4 / 5 });
    // at 0.6 the loud one has its false alarm, too; at 0.9 the quiet one is missed
    expect(heldOut).toMatchObject({ thresholds: [[0.6, 0.9]], found: 1, falseAlerts: 1, f1: 2 / 4 });
  });

  it('are no worse than the best where the series are alike', () => {
    const alike = ['a', 'b', 'c'].map((name) => ({ ...loud, name }));
    const { best, heldOut } = setQuality(alike, plain, [[0, 1, 2]]).byAlert;
    expect(heldOut).toMatchObject({ thresholds: [[0.9, 0.9, 0.9]], f1: best.f1 });
  });

  it('fall back on the own threshold where the other folds hold no label', () => {
    const clean = scoredBy('clean', scoresWith({ 200: 0.7 }), []);
    const { heldOut } = setQuality([loud, clean], { ...plain, threshold: 0.65 }, [[0, 1]]).byAlert;
    expect(heldOut!.thresholds).toEqual([[0.65, 0.9]]);
  });

  it('are compared with those of a baseline, fold by fold the same series', () => {
    const folds = [[0, 1, 0, 1]];
    const subject = setQuality([loud, quiet, loud, quiet], plain, folds);
    const baseline = setQuality([loud, loud, loud, loud], plain, folds);
    const named = (quality: typeof subject) => ({
      ...quality,
      series: quality.series.map((each, series) => ({ ...each, name: `${series}` })),
    });
    const find = (comparisons: ReturnType<typeof compareQuality>) =>
      comparisons.filter(({ at: threshold }) => threshold === 'held-out threshold');
    const [nab, alert] = find(compareQuality([named(subject)], [named(baseline)]));
    expect(alert.difference).toBeCloseTo(subject.byAlert.heldOut!.f1! - baseline.byAlert.heldOut!.f1!, 12);
    expect(nab.difference).toBeCloseTo(subject.nab[0].heldOut!.score! - baseline.nab[0].heldOut!.score!, 9);
    const without = setQuality([loud, loud, loud, loud], plain);
    expect(find(compareQuality([named(subject)], [named(without)]))).toEqual([]);
  });

  it('are pooled over several ways to deal: as many as give them stand behind each figure', () => {
    const detected = [loud, quiet, { ...loud, name: 'louder' }];
    const assignments = [
      [0, 1, 1],
      [0, 1, 0],
      [1, 0, 1],
    ];
    const single = assignments.map((folds) => setQuality(detected, plain, [folds]));
    const pooled = setQuality(detected, plain, assignments);
    const mean = (of: (quality: typeof pooled) => number): number =>
      single.reduce((sum, quality) => sum + of(quality), 0) / 3;
    const { incidents, found, falseAlerts, f1, thresholds } = pooled.byAlert.heldOut!;
    expect(thresholds).toEqual(single.flatMap(({ byAlert }) => byAlert.heldOut!.thresholds));
    expect(incidents).toBe(3);
    expect(found).toBeCloseTo(
      mean(({ byAlert }) => byAlert.heldOut!.found),
      12,
    );
    expect(falseAlerts).toBeCloseTo(
      mean(({ byAlert }) => byAlert.heldOut!.falseAlerts),
      12,
    );
    expect(f1).toBeCloseTo((2 * found) / (incidents + found + falseAlerts), 12);
    expect(single[0].byAlert.heldOut!.f1).not.toBe(single[1].byAlert.heldOut!.f1);
    expect(pooled.nab[0].heldOut!.score).toBeCloseTo(
      mean(({ nab }) => nab[0].heldOut!.score!),
      9,
    );
  });

  it.each([[[]], [[[0]]], [[[0, 1], [1]]]])('need the fold of every series, not %j', (assignments) => {
    expect(() => setQuality([loud, quiet], plain, assignments)).toThrow(
      'setQuality: expected assignments to be lists with the fold of each of 2 series, got [',
    );
  });
});

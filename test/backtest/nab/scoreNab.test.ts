import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NabFile } from '../../../src/backtest/nab/nabFile.ts';
import { NAB_PROFILES, type NabProfile } from '../../../src/backtest/nab/profiles.ts';
import { optimiseNabThreshold, scoreNab } from '../../../src/backtest/nab/scoreNab.ts';
import { windowsOfFlags } from '../../../src/backtest/recordWindows.ts';

const [standard, , rewardLowFn] = NAB_PROFILES as readonly [NabProfile, NabProfile, NabProfile];

/** Files of 0–120 records whose scores tie often; a label begins or ends at one record in eight. */
const file: fc.Arbitrary<NabFile> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 7 })), { maxLength: 120 })
  .map((rows) => {
    let labelled = false;
    const labels = rows.map(([, turn]) => {
      if (turn === 0) labelled = !labelled;
      return labelled;
    });
    return {
      name: 'any.csv',
      scores: Float64Array.from(rows, ([s]) => s / 10),
      windows: windowsOfFlags(labels, 1),
    };
  });
const files = fc.array(file, { maxLength: 4 });
const profile = fc.constantFrom(...NAB_PROFILES);
const threshold = fc.integer({ min: 0, max: 11 }).map((n) => n / 10);

/** NAB's definition for one file, window by window and flag by flag, without a sweep. */
function byHand({ scores, windows }: NabFile, { tpWeight, fpWeight, fnWeight }: NabProfile, limit: number) {
  const sigma = (y: number): number => (y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1);
  const start = Math.min(Math.floor(0.15 * scores.length), 750);
  const flagged = (i: number): boolean => i >= start && scores[i]! >= limit;
  const counts = { tp: 0, tn: 0, fp: 0, fn: 0 };
  let raw = 0;
  for (const { first, last } of windows) {
    if (last < start) continue;
    let i = first;
    while (i <= last && !flagged(i)) i++;
    raw += i > last ? -fnWeight : (tpWeight * sigma(-(last - i + 1) / (last - first + 1))) / sigma(-1);
  }
  for (let i = start; i < scores.length; i++) {
    const isInside = windows.some(({ first, last }) => i >= first && i <= last);
    counts[flagged(i) ? (isInside ? 'tp' : 'fp') : isInside ? 'fn' : 'tn']++;
    if (!flagged(i) || isInside) continue;
    const before = windows.filter(({ last }) => last < i).at(-1);
    raw += fpWeight * (before === undefined ? -1 : sigma((i - before.last) / (before.last - before.first)));
  }
  return { raw, ...counts };
}

describe('scoreNab', () => {
  it('agrees with NAB’s definition taken window by window', () => {
    fc.assert(
      fc.property(files, profile, threshold, (list, weights, limit) => {
        const result = scoreNab(list, weights, limit);
        list.forEach((one, i) => {
          const { raw, ...counts } = byHand(one, weights, limit);
          expect(result.files[i]).toMatchObject(counts);
          expect(result.files[i]!.raw).toBeCloseTo(raw, 10);
        });
        expect(result.raw).toBeCloseTo(
          result.files.reduce((sum, one) => sum + one.raw, 0),
          10,
        );
      }),
    );
  });

  /** The score before and after one more record is flagged, inside a window or outside. */
  const oneMoreFlag = (wantInside: boolean, detect: (before: number, after: number) => void): void =>
    fc.assert(
      fc.property(file, profile, fc.nat(), (one, weights, pick) => {
        const isInside = (i: number): boolean =>
          one.windows.some(({ first, last }) => i >= first && i <= last);
        const quiet = [...one.scores.keys()].filter(
          (i) => one.scores[i]! < 0.5 && isInside(i) === wantInside,
        );
        fc.pre(quiet.length > 0);
        const scores = one.scores.slice();
        scores[quiet[pick % quiet.length]!] = 1;
        detect(scoreNab([one], weights, 0.5).raw, scoreNab([{ ...one, scores }], weights, 0.5).raw);
      }),
    );

  it('is never lowered by one more true positive', () => {
    oneMoreFlag(true, (before, after) => expect(after).toBeGreaterThanOrEqual(before - 1e-12));
  });

  it('is never raised by one more false positive', () => {
    oneMoreFlag(false, (before, after) => expect(after).toBeLessThanOrEqual(before + 1e-12));
  });

  const labelledAfterProbation = file.filter(
    ({ scores, windows }) => windows.length > 0 && windows[0]!.first >= Math.floor(0.15 * scores.length),
  );

  it('is 100 for the detector that flags the first record of each window and nothing else', () => {
    fc.assert(
      fc.property(labelledAfterProbation, profile, (one, weights) => {
        const scores = new Float64Array(one.scores.length);
        for (const { first } of one.windows) scores[first] = 1;
        expect(scoreNab([{ ...one, scores }], weights, 0.5).normalised).toBeCloseTo(100, 10);
      }),
    );
  });

  it('is 0 for the detector that flags nothing', () => {
    fc.assert(
      fc.property(labelledAfterProbation, profile, (one, weights) => {
        expect(scoreNab([one], weights, 1.1).normalised).toBe(0);
      }),
    );
  });

  it('has no normalised score without a window to find', () => {
    expect(scoreNab([], standard, 0.5)).toMatchObject({ raw: 0, normalised: null });
    const inProbation = { name: 'x', scores: new Float64Array(100), windows: [{ first: 3, last: 14 }] };
    expect(scoreNab([inProbation], standard, 0.5).normalised).toBeNull();
  });

  it('scores nothing in the first 15 % of a file, 750 records at most', () => {
    const flagAll = (length: number) => ({
      name: 'x',
      scores: new Float64Array(length).fill(1),
      windows: [],
    });
    expect(scoreNab([flagAll(99)], standard, 0.5).files[0]).toMatchObject({ fp: 99 - 14, tn: 0 });
    expect(scoreNab([flagAll(9000)], standard, 0.5).files[0]).toMatchObject({ fp: 9000 - 750 });
  });

  it('charges a missed window double when misses are to be few', () => {
    const missed = { name: 'x', scores: new Float64Array(100), windows: [{ first: 50, last: 59 }] };
    expect(scoreNab([missed], standard, 0.5).raw).toBe(-1);
    expect(scoreNab([missed], rewardLowFn, 0.5).raw).toBe(-2);
  });

  it.each([
    [
      [
        { first: 10, last: 19 },
        { first: 19, last: 30 },
      ],
      'windows within 100 records, got 19 to 30',
    ],
    [[{ first: 90, last: 100 }], 'got 90 to 100'],
    [[{ first: 9, last: 8 }], 'got 9 to 8'],
  ])('refuses windows %j', (windows, message) => {
    expect(() =>
      scoreNab([{ name: 'a/b.csv', scores: new Float64Array(100), windows }], standard, 0.5),
    ).toThrow(message);
  });

  it.each([Number.NaN, -0.1, 1.01])('refuses a score of %d, with its place', (odd) => {
    const scores = Float64Array.of(0, 0.5, odd);
    expect(() => scoreNab([{ name: 'a/b.csv', scores, windows: [] }], standard, 0.5)).toThrow(
      `NAB scorer: a/b.csv: expected scores from 0 to 1, got ${odd} at record 2`,
    );
  });

  it('refuses a threshold that is no number', () => {
    expect(() => scoreNab([], standard, Number.NaN)).toThrow('scoreNab: expected threshold');
  });
});

describe('optimiseNabThreshold', () => {
  it('finds the best of all thresholds, and of equal ones the highest', () => {
    fc.assert(
      fc.property(files, profile, (list, weights) => {
        const best = optimiseNabThreshold(list, weights);
        expect(scoreNab(list, weights, best.threshold).raw).toBeCloseTo(best.raw, 10);
        for (let n = 0; n <= 11; n++) {
          const { raw } = scoreNab(list, weights, n / 10);
          expect(raw).toBeLessThanOrEqual(best.raw + 1e-10);
          if (n / 10 > best.threshold && best.threshold <= 1) expect(raw).toBeLessThan(best.raw);
        }
      }),
    );
  });

  it('says 1.1 where it is best to flag nothing', () => {
    const quiet = { name: 'x', scores: new Float64Array(100).fill(0.5), windows: [] };
    expect(optimiseNabThreshold([quiet], standard)).toEqual({ threshold: 1.1, raw: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/backtest/evaluate.ts';
import { NAB_PROFILES } from '../../src/backtest/nab/profiles.ts';
import { Random } from '../../src/core/random.ts';
import { recorded } from './recorded.ts';

const random = new Random(3);
const streams = [1, 2, 0].map((labels, at) => {
  const scores = Float64Array.from({ length: 2000 }, () => random.uniform() ** 8);
  const flags = [...scores.keys()].filter((i) => scores[i]! >= 0.5);
  const windows = Array.from({ length: labels }, (_, k) => ({ first: 900 + 500 * k, last: 990 + 500 * k }));
  return recorded([...scores], { name: `s${at}`, scores, flags, alerts: flags, labels: windows });
});

describe('an evaluation', () => {
  const { nab, nabByStream, ranges, rangesByStream } = evaluate(streams, 0.5)!;

  it('has raw NAB scores by stream that add up to the score of all', () => {
    for (const [at, { tpWeight, fnWeight, name }] of NAB_PROFILES.entries()) {
      const parts = nabByStream.map((stream) => stream![at]!);
      const windows = parts.reduce((sum, part) => sum + part.windows, 0);
      const raw = parts.reduce((sum, part) => sum + part.raw, 0);
      expect(windows).toBe(3);
      expect((100 * (raw + fnWeight * windows)) / ((tpWeight + fnWeight) * windows)).toBeCloseTo(
        nab[at]!.score!,
        9,
      );
      expect(parts.map(({ score }) => score === null)).toEqual([false, false, true]);
      expect(parts[0]!.profile).toBe(name);
    }
  });

  it('has measures by range of each stream, and none where nothing is known', () => {
    expect(rangesByStream.map((each) => each!.recall === null)).toEqual([false, false, true]);
    expect(evaluate([streams[0]!], 0.5)!.ranges).toEqual(rangesByStream[0]);
    expect(ranges.recall).toBeGreaterThan(0);
    const unknown = { ...streams[0]!, labels: undefined };
    expect(evaluate([streams[1]!, unknown], 0.5)!).toMatchObject({
      rangesByStream: [{}, null],
      nabByStream: [[{}, {}, {}], null],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { medianOf } from '../../../src/core/math/median.ts';
import { Random } from '../../../src/core/random.ts';
import { longestRun, pastOf, ratio, separation, squaresOf } from '../../../src/models/changes/evidence.ts';
import { leftBy, profileOf, repeated, withoutCycle } from '../../../src/models/changes/profile.ts';
import { clipped, contrast, Means } from '../../../src/models/changes/windows.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('windows of values', () => {
  it('have medians and means of parts', () => {
    const y = Float64Array.of(9, 1, 5, 3, 100);
    expect([medianOf(y), medianOf(y, 0, 4), medianOf(y, 2, 3)]).toEqual([5, 4, 5]);
    const means = new Means(y);
    expect([means.size, means.of(0, 5), means.of(1, 4)]).toEqual([5, 23.6, 3]);
  });

  it('draw in the outermost 2 % to the next ones', () => {
    const y = Float64Array.from({ length: 100 }, (_, t) => (t * 37) % 100);
    expect([...clipped(y)]).toEqual([...y].map((each) => Math.max(2, Math.min(97, each))));
  });

  it('differ from those before by the lesser of next to the change and all after it', () => {
    const y = Float64Array.from({ length: 60 }, (_, t) => (t < 40 ? t % 5 : t < 44 ? 20 : 12));
    const means = new Means(y);
    for (const width of [4, 8, 16]) {
      const size = Math.min(width, 10); // a quarter of what was before
      const of = (from: number): number => mean([...y.slice(from, from + size)]);
      const before = of(40 - size);
      const all = mean([...y.slice(40)]);
      const past: number[] = [];
      for (let p = size; p + size <= 40; p += size / 2) past.push(Math.abs(of(p) - of(p - size)));
      const found = contrast(means, 40, width);
      expect(found.difference).toBeCloseTo(Math.min(of(40), all) - before, 9);
      expect(found.usual).toBeCloseTo(Math.sqrt(mean(past.map((each) => each * each))), 9);
      expect(found.most).toBeCloseTo(Math.max(...past), 9);
    }
    // Up at first, and down in all: on different sides.
    const other = Float64Array.from({ length: 60 }, (_, t) => (t < 40 ? 5 : t < 44 ? 9 : 0));
    expect(contrast(new Means(other), 40, 4)).toEqual({ difference: 0, usual: 0, most: 0 });
  });

  it('are apart from what was by the share beyond a bound, and by how long it was there', () => {
    const y = Float64Array.of(1, 1, 6, 6, 6, 6, 6, 1, 1, 9, 9, 9, 1, 9);
    expect(separation(y, 9, 5, true)).toBeCloseTo(4 / 5 - 5 / 9, 12);
    expect(separation(y, 9, 5, false)).toBeCloseTo(1 / 5 - 4 / 9, 12);
    expect(separation(y, 9, 6, true)).toBeCloseTo(4 / 5, 12);
    // Means of four at 1, 2, 3 and 4 are above 4.
    expect(longestRun(new Means(y), 9, 4, true)).toBe(4);
    expect(longestRun(new Means(y), 9, 4, false)).toBe(1);
  });

  it('have been beyond a bound before in a share of the blocks, and moved so far at most', () => {
    const blocks = [90, 80, 70, 60, 50, 40].map((end, k) => ({
      end,
      mean: [99, 2, 4, 1, 9, 3][k],
      roughness: 1,
    }));
    const [share, distance] = pastOf(blocks, 80, 3.5, true, ({ mean }) => mean);
    // Of five until 80: two are above it.
    expect(share).toBeCloseTo(-Math.log(2.5 / 6), 12);
    // |2 + 4 − 1 − 9| / 2 = 2 and |4 + 1 − 9 − 3| / 2 = 3.5; the last two were at 3.
    expect(distance).toBe(Math.max(-2, Math.log((2 * 0.5) / 3.5)));
    expect(pastOf(blocks, 80, 3.5, false, ({ mean }) => mean)[0]).toBeCloseTo(-Math.log(3.5 / 6), 12);
    expect(pastOf([], 80, 3.5, true, ({ mean }) => mean)).toEqual([-Math.log(0.5), 0]);
  });

  it('have ratios within bounds, and squares about their mean', () => {
    expect([ratio(0, 0), ratio(5, 0), ratio(0, 5), ratio(1, 1e9), ratio(1e9, 1), ratio(2, 1)]).toEqual([
      ...[0, 4, -2, -2, 4],
      expect.closeTo(Math.LN2, 12),
    ]);
    expect(squaresOf(Float64Array.of(1, 2, 6))).toBe(14);
  });
});

describe('a cycle', () => {
  const cycle = [0, 4, 7, 4, 0, -3, -9, -3];
  const noisy = (noise: number): Float64Array => {
    const random = new Random(1);
    return Float64Array.from({ length: 68 }, (_, t) => 50 + cycle[t % 8] + noise * random.normal());
  };

  it('is found with its shape, without the level', () => {
    const found = profileOf(noisy(0), 0, 68)!;
    expect([found.period, found.left]).toEqual([8, 0]);
    expect([...found.shape]).toEqual(cycle.map((each) => expect.closeTo(each, 9)));
    expect([...withoutCycle(noisy(0), found)]).toEqual(new Array(68).fill(expect.closeTo(50, 9)));
    expect([...repeated(found, 68)].slice(60)).toEqual(
      [4, 5, 6, 7, 0, 1, 2, 3].map((k) => expect.closeTo(cycle[k], 9)),
    );
    const some = noisy(1);
    expect(profileOf(some, 0, 68)!.left).toBeGreaterThan(0.1);
    expect(profileOf(some, 0, 19)).toBe(undefined); // less than two and a half periods
  });

  it('is none in noise', () => {
    const random = new Random(1);
    expect(
      profileOf(
        Float64Array.from({ length: 200 }, () => random.normal()),
        0,
        200,
      ),
    ).toBe(undefined);
    expect(withoutCycle(noisy(0), undefined)).toEqual(noisy(0));
  });

  it('leaves the distance from the other visits of a phase, of a phase visited once that from 0', () => {
    // 1, 5 and 3 at one phase, 2 and 8 at the other.
    const x = Float64Array.of(77, 1, 2, 5, 8, 3);
    expect(leftBy(x, 1, 6, 2)).toBeCloseTo((3 + 3 + 0 + 6 + 6) / 5, 12);
    expect(leftBy(x, 1, 4, 2)).toBeCloseTo((4 + 2 + 4) / 3, 12);
  });
});

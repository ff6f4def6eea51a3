import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Block, Candidate, Setting } from '../../../src/models/changes/around.ts';
import { candidates } from '../../../src/models/changes/candidates.ts';
import { certaintyOf } from '../../../src/models/changes/certainty.ts';
import { cycleCandidate } from '../../../src/models/changes/cycleCandidate.ts';
import { squaresOfCurve } from '../../../src/models/changes/fits.ts';
import { type Profile, profileOf } from '../../../src/models/changes/profile.ts';
import { isSuspect } from '../../../src/models/changes/suspicion.ts';
import { WEIGHTS } from '../../../src/models/changes/weights.ts';
import { Means } from '../../../src/models/changes/windows.ts';

// A second calculation of all evidence, from plain lists: sums anew for each window, lines by the normal equations.

const N = 190;
const FIRST = 60;
const LAST = N - 12;
const sum = (some: readonly number[]): number => some.reduce((total, each) => total + each, 0);
const mean = (some: readonly number[]): number => sum(some) / some.length;
const ascending = (some: readonly number[]): number[] => [...some].sort((a, b) => a - b);
const median = (some: readonly number[]): number => {
  const sorted = ascending(some);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
};
const spread = (some: readonly number[]): number => sum(some.map((each) => (each - mean(some)) ** 2));
const ratio = (a: number, b: number): number => {
  if (a === b) return 0;
  if (b <= 0) return 4;
  return a <= 0 ? -2 : Math.max(-2, Math.min(4, Math.log(a / b)));
};
const clipped = (some: readonly number[]): number[] => {
  const sorted = ascending(some);
  const outside = Math.floor(some.length / 50);
  const [low, high] = [sorted[outside], sorted.at(-1 - outside)!];
  return some.map((each) => (each < low ? low : each > high ? high : each));
};

/** The sum of squares that the best weights of `columns` leave, and those weights: by elimination. */
function fitted(y: readonly number[], columns: readonly (readonly number[])[]) {
  const rows = columns.map((one) =>
    [...columns, y].map((other) => sum(one.map((each, t) => each * other[t]))),
  );
  for (const [i, pivot] of rows.entries())
    for (const row of rows) {
      const share = row === pivot ? 0 : row[i] / pivot[i];
      for (let k = 0; k < row.length; k++) row[k] -= share * pivot[k];
    }
  const weights = rows.map((row, i) => row.at(-1)! / row[i]);
  const left = y.map((each, t) => each - sum(columns.map((column, i) => weights[i] * column[t])));
  return { weights, squares: sum(left.map((each) => each * each)) };
}

function bent(y: readonly number[], bend: 'step' | 'ramp') {
  const places = Array.from({ length: LAST - FIRST + 1 }, (_, k) => FIRST + k);
  const line = [y.map(() => 1), y.map((_, t) => t - (y.length - 1) / 2)];
  const all = places.map((at) => {
    const over = y.map((_, t) => (t < at ? 0 : bend === 'step' ? 1 : t - at + 1));
    return { at, ...fitted(y, [...line, over]) };
  });
  return all.reduce((best, each) => (each.squares < best.squares ? each : best));
}

function contrasts(y: readonly number[], at: number, widths: readonly number[]): number[] {
  return widths.flatMap((width) => {
    const size = Math.min(width, y.length - at, Math.floor(at / 4));
    const of = (from: number): number => mean(y.slice(from, from + size));
    const [near, all] = [of(at) - of(at - size), mean(y.slice(at)) - of(at - size)];
    const past: number[] = [];
    for (let p = size; p + size <= at; p += Math.max(1, Math.floor(size / 2)))
      past.push(Math.abs(of(p) - of(p - size)));
    const difference = near * all > 0 ? Math.min(Math.abs(near), Math.abs(all)) : 0;
    const usual = Math.sqrt(mean(past.map((each) => each * each)));
    return [ratio(difference, usual), ratio(difference, Math.max(...past))];
  });
}

function past(
  blocks: readonly Block[],
  at: number,
  bound: number,
  isUp: boolean,
  of: (each: Block) => number,
) {
  const been = blocks.filter(({ end }) => end <= at).map(of);
  const beyond = been.filter((each) => (isUp ? each > bound : each < bound)).length;
  const moves = been.flatMap((_, b) =>
    b + 3 < been.length ? [Math.abs(been[b] + been[b + 1] - been[b + 2] - been[b + 3]) / 2] : [],
  );
  const most = Math.max(0, ...moves);
  const near = mean(been.slice(0, 2));
  return [
    -Math.log((beyond + 0.5) / (been.length + 1)),
    most > 0 ? ratio(2 * Math.abs(bound - near), most) : 0,
  ];
}

function apart(y: readonly number[], at: number, bound: number, isUp: boolean): number {
  const share = (some: readonly number[]): number =>
    some.filter((each) => (isUp ? each > bound : each < bound)).length / some.length;
  return share(y.slice(at)) - share(y.slice(0, at));
}

/** ln of how long it lasts, by the longest time that means of four were beyond the bound before. */
function lasting(y: readonly number[], at: number, bound: number, isUp: boolean): number {
  const marks = y.slice(0, at - 3).map((_, t) => {
    const four = mean(y.slice(t, t + 4));
    return (isUp ? four > bound : four < bound) ? 'x' : ' ';
  });
  const longest = Math.max(
    ...marks
      .join('')
      .split(' ')
      .map(({ length }) => length),
  );
  return Math.log((y.length - at) / (1 + longest));
}

/** The evidence of a level, a slope and a noise in values without a cycle. */
function written(x: readonly number[], { blocks, flagged }: Setting) {
  const bounded = clipped(x);
  const [level, slope] = [bent(bounded, 'step'), bent(bounded, 'ramp')];
  const { at } = level;
  const [before, after] = [median(x.slice(Math.max(0, at - 64), at)), median(x.slice(at, at + 64))];
  const stay = median(x.slice(Math.max(at, N - 64)));
  const middle = (before + stay) / 2;
  const isUp = stay > before;
  const ofLevel = [
    ...contrasts(bounded, at, [4, 16, 64]),
    ...past(blocks, at, middle, isUp, (each) => each.mean),
    Math.log(N - at),
    ratio(slope.squares, level.squares),
    ratio(spread(bounded), level.squares),
    apart(x, at, middle, isUp),
    lasting(bounded, at, middle, isUp),
    ...[0, flagged],
  ];

  const k = N - slope.at;
  const [, tilt, change] = slope.weights;
  const far = Math.max(1, Math.min(6, Math.round(k / 32)));
  const known = blocks.filter(({ end }) => end <= slope.at);
  const bends = known.flatMap((each, b) => {
    const [middle, last] = [known[b + far], known[b + 2 * far]];
    const isWhole = last !== undefined && each.end - last.end === 64 * far;
    return isWhole ? [Math.abs(each.mean - 2 * middle.mean + last.mean)] : [];
  });
  const bend = Math.abs(change) * 32 * far;
  const edges = [0, 1, 2, 3, 4].map((q) => slope.at + Math.floor((q * k) / 4));
  const quarters = [0, 1, 2, 3].map((q) => mean(bounded.slice(edges[q], edges[q + 1])));
  const steps = [1, 2, 3].map((q) => Math.sign(change) * (quarters[q] - quarters[q - 1] - (tilt * k) / 4));
  const tail = bounded.slice(slope.at);
  const left = tail.map((each, t) => Math.abs(each - mean(tail) - (tilt + change) * (t - (k - 1) / 2)));
  const [from, to] = [
    median(x.slice(Math.max(0, slope.at - 64), slope.at)),
    mean(bounded.slice(N - Math.max(4, Math.min(16, Math.floor(k / 4))))),
  ];
  const powers = [0, 1, 2, 3].map((power) => x.map((_, t) => ((2 * t) / N - 1) ** power));
  const ofSlope = [
    ratio(bend, Math.sqrt(bends.length === 0 ? 0 : mean(bends.map((each) => each * each)))),
    ratio(bend, Math.max(0, ...bends)),
    ...past(blocks, slope.at, (from + to) / 2, to > from, (each) => each.mean),
    Math.log(k),
    ratio(level.squares, slope.squares),
    ratio(spread(bounded), slope.squares),
    ratio(fitted(bounded, powers).squares, slope.squares),
    sum(steps) === 0 ? -1 : Math.max(-1, Math.min(...steps) / Math.abs(mean(steps))),
    ratio(Math.abs(change) * k, mean(left)),
    ...[0, flagged],
    ...contrasts(bounded, level.at, [4]),
  ];

  const sizes = x.map((each, t) =>
    Math.abs(each - (t === 0 ? x[1] : t === N - 1 ? x[N - 2] : (x[t - 1] + x[t + 1]) / 2)),
  );
  const small = clipped(sizes);
  const logs = small.map((each) => Math.log(each + (0.1 * mean(small) || 1)));
  const noise = bent(logs, 'step');
  const turn = noise.at;
  const nearBefore = (some: readonly number[], count: number): number[] =>
    some.slice(Math.max(0, turn - count), turn);
  const newest = (some: readonly number[]): number[] => some.slice(Math.max(turn, N - 64));
  const [was, is] = [mean(nearBefore(logs, 64)), mean(newest(logs))];
  const deviation = (some: readonly number[]): number =>
    1.4826 * median(some.map((each) => Math.abs(each - median(some))));
  const size = Math.min(64, N - turn, Math.floor(turn / 4));
  const ends = [mean(logs.slice(turn, turn + size)), mean(logs.slice(turn))].map(
    (each) => each - mean(logs.slice(turn - size, turn)),
  );
  const [lesser] = [...ends].sort((a, b) => Math.abs(a) - Math.abs(b));
  const wide = ends[0] * ends[1] > 0 ? lesser : 0;
  const within = (each: number): number => Math.max(-2, Math.min(2, each));
  const ofNoise = [
    ...contrasts(logs, turn, [16, 64]),
    ...past(
      blocks,
      turn,
      Math.sqrt(mean(nearBefore(sizes, 64)) * mean(newest(sizes))),
      is > was,
      (each) => each.roughness,
    ),
    Math.log(N - turn),
    ratio(spread(logs), noise.squares),
    apart(logs, turn, (was + is) / 2, is > was),
    lasting(logs, turn, (was + is) / 2, is > was),
    within(wide),
    within(Math.sign(wide) * ratio(deviation(x.slice(turn)), deviation(nearBefore(x, 200)))),
    ratio(spread(bounded), Math.min(level.squares, slope.squares)),
    ...[0, flagged],
  ];
  const normal = Math.sqrt(Math.PI / 2 / 1.5); // of independent normal values, by their mean roughness
  const [calm, rough] = [nearBefore(small, 200), small.slice(turn)].map((each) => normal * mean(each));
  return [
    { way: 'level', at, before, after, size: after - before, evidence: ofLevel },
    { way: 'slope', at: slope.at, before: tilt, after: tilt + change, size: change, evidence: ofSlope },
    { way: 'noise', at: turn, before: calm, after: rough, size: rough - calm, evidence: ofNoise },
  ];
}

/** Noise with a step, a slope or other noise from event `at` on, and the blocks that were before, the newest first. */
function series(
  seed: number,
  way: Candidate['way'],
  at: number,
  size: number,
): { x: number[]; setting: Setting } {
  const random = new Random(seed);
  const value = (t: number): number => {
    const since = Math.max(0, t - at + 1);
    const scale = way === 'noise' && since > 0 ? size : 1;
    const over = way === 'level' ? size * Math.min(1, since) : way === 'slope' ? size * since : 0;
    const wild = random.below(40) === 0 ? 9 : 0; // single values, which are drawn in
    return over + scale * random.normal() + wild;
  };
  const x = Array.from({ length: N }, (_, t) => value(t));
  const blocks = Array.from({ length: 24 }, (_, b): Block => {
    const gap = b > 17 && seed % 2 === 0 ? 32 : 0; // one is missing
    return { end: N - 7 - 32 * b - gap, mean: random.normal(), roughness: 0.9 + 0.4 * random.uniform() };
  });
  return { x, setting: { noticed: at + 3, earliest: FIRST, flagged: random.uniform(), blocks } };
}

describe('candidates', () => {
  it.each([
    [1, 'level', 130, 3],
    [2, 'level', 150, -2],
    [3, 'slope', 110, 0.08],
    [4, 'slope', 160, -0.3],
    [5, 'noise', 120, 3],
    [6, 'noise', 140, 0.3],
    [7, 'level', 60, 0.5],
    [8, 'level', 175, 4],
  ] as const)('have the evidence that a second calculation gives (series %i: %s)', (seed, way, at, size) => {
    const { x, setting } = series(seed, way, at, size);
    const found = candidates(Float64Array.from(x), setting);
    expect(found.map((each) => each.way)).toEqual(['level', 'slope', 'noise']); // and no cycle
    for (const [k, expected] of written(x, setting).entries()) {
      const { before, after, size: change, evidence, ...rest } = expected;
      const near = (each: number): unknown => expect.closeTo(each, rest.way === 'noise' ? 3 : 6); // its factor is rounded
      expect(found[k]).toMatchObject({
        ...rest,
        ...{ before: near(before), after: near(after), size: near(change) },
        evidence: evidence.map((each) => expect.closeTo(each, 6)),
      });
    }
  });

  it('are none before there are 60 values before them and 12 after', () => {
    const { x, setting } = series(1, 'level', 60, 3);
    const count = (length: number, earliest: number): number =>
      candidates(Float64Array.from(x.slice(0, length)), { ...setting, earliest }).length;
    expect([count(71, 0), count(72, 0), count(100, 88), count(100, 89)]).toEqual([0, 3, 3, 0]);
    const [first] = candidates(Float64Array.from(x.slice(0, 72)), { ...setting, earliest: 0 });
    expect(first.at).toBe(60);
  });
});

/** The evidence of another height or shape of a cycle. */
function writtenCycle(x: readonly number[], { period, shape }: Profile, flagged: number) {
  const flat = x.map((each, t) => {
    const from = Math.max(0, Math.min(N - period, t - Math.floor(period / 2)));
    return each - mean(x.slice(from, from + period));
  });
  const wave = x.map((_, t) => shape[t % period]);
  const energy = mean([...shape].map((each) => each * each));
  const products = flat.map((each, t) => (each * wave[t]) / energy);
  const squares = wave.map((each) => (each * each) / energy);
  const { at } = bent(
    products.map((each, t) => (each < -2 * squares[t] ? -2 * squares[t] : Math.min(each, 3 * squares[t]))),
    'step',
  );
  const k = N - at;
  const height = (from: number, to: number): number =>
    mean(squares.slice(from, to)) > 0.05
      ? sum(products.slice(from, to)) / sum(squares.slice(from, to))
      : Number.NaN;
  const length = Math.max(4, Math.min(k, Math.floor(at / 4), 2 * period));
  const known = height(Math.max(0, at - Math.max(period, length)), at);
  const [near, all] = [height(at, Math.min(N, at + length)) - known, height(at, N) - known];
  const moves: number[] = [];
  for (let p = length; p + length <= at; p += Math.max(1, Math.floor(length / 2)))
    moves.push(height(p, p + length) - height(p - length, p));
  const usable = moves.filter((each) => !Number.isNaN(each)).map(Math.abs);
  const lesser = near * all > 0 ? Math.min(Math.abs(near), Math.abs(all)) : 0;
  const from = Math.max(0, at - 200);
  const off = (begin: number, end: number, share: number): number =>
    mean(flat.slice(begin, end).map((each, t) => Math.abs(each - share * wave[begin + t])));
  const anew = (lag: number): number => {
    const left = flat.slice(at).map((each, t) => {
      const others = flat.slice(at).filter((_, u) => u !== t && (u - t) % lag === 0);
      return Math.abs(each - (others.length === 0 ? 0 : mean(others)));
    });
    return mean(left);
  };
  const own = k >= 24 ? profileOf(Float64Array.from(flat), at, N)?.period : undefined;
  const other = Math.min(
    off(at, N, 0),
    own === undefined ? Number.POSITIVE_INFINITY : anew(own),
    k >= 1.5 * period ? anew(period) : Number.POSITIVE_INFINITY,
  );
  const size = (some: readonly number[]): number => Math.sqrt(mean(some.map((each) => each * each)));
  const [before, after] = [size(flat.slice(from, at)), size(flat.slice(at))];
  const evidence = [
    ratio(lesser, Math.sqrt(mean(usable.map((each) => each * each)))),
    ratio(lesser, Math.max(...usable)),
    ratio(off(at, N, 1), off(from, at, 1)),
    ratio(off(at, N, 1), other),
    ratio(other, off(from, at, 1)),
    ratio(off(from, at, 0), off(from, at, 1)),
    ...[Math.log(k / period), Math.log(k)],
    ...[Math.min(4, Math.abs(all)), flagged],
  ];
  return { at, before, after, size: after - before, evidence };
}

describe('cycleCandidate', () => {
  it.each([
    [1, 12, 140, 2.5, 1],
    [2, 12, 150, 0, 1],
    [3, 7, 130, -1, 1],
    [4, 9, 170, 3, 0.3],
    [5, 30, 120, 0.4, 1],
    [6, 10, 150, 1, 2], // another period
  ])(
    'has the evidence that a second calculation gives (series %i, of period %i)',
    (seed, period, at, height, pace) => {
      const random = new Random(seed);
      const x = Array.from({ length: N }, (_, t) => {
        const phase = (2 * Math.PI * (t < at ? t : pace * t)) / period;
        return (
          50 + (t < at ? 1 : height) * 4 * (Math.sin(phase) + 0.4 * Math.cos(2 * phase)) + random.normal()
        );
      });
      const y = Float64Array.from(x);
      const cycle = profileOf(y, 0, 105)!;
      const setting: Setting = { noticed: at, earliest: FIRST, flagged: 0.3, blocks: [] };
      const around = { x: y, y, bounded: y, means: new Means(y), cycle, first: FIRST, last: LAST, setting };
      const found = cycleCandidate(around)!;
      const { evidence, at: place, ...rest } = writtenCycle(x, cycle, 0.3);
      expect(found).toMatchObject({ kind: 'scale', way: 'cycle', at: place });
      for (const [name, expected] of Object.entries(rest))
        expect(found[name as keyof typeof rest], name).toBeCloseTo(expected, 7);
      expect(found.evidence).toEqual(evidence.map((each) => expect.closeTo(each, 7)));
      expect(candidates(y, { ...setting, noticed: 150 }).map(({ way }) => way)).toContain('cycle');
    },
  );

  it('is none without a cycle, or with one of which there are not three', () => {
    const y = new Float64Array(N).fill(5);
    const around = { x: y, y, bounded: y, means: new Means(y), first: FIRST, last: LAST };
    const setting: Setting = { noticed: 0, earliest: FIRST, flagged: 0, blocks: [] };
    const of = (cycle: Profile | undefined) => cycleCandidate({ ...around, cycle, setting });
    expect(of(undefined)).toBeUndefined();
    expect(of({ period: 4, left: 0, shape: new Float64Array(4) })).toBeUndefined();
    expect(of({ period: 64, left: 0, shape: Float64Array.from({ length: 64 }, Math.sin) })).toBeUndefined();
  });
});

describe('certaintyOf', () => {
  it.each(['level', 'slope', 'noise', 'cycle'] as const)('is the network of its weights: %s', (way) => {
    const [linear, ...units] = WEIGHTS[way];
    const random = new Random(3);
    for (let run = 0; run < 50; run++) {
      const evidence = Array.from({ length: linear.length - 1 }, () => 2 * random.normal());
      const dot = ([bias, ...weights]: readonly number[]): number =>
        bias + sum(weights.map((each, k) => each * evidence[k]));
      const activation = dot(linear) + sum(units.map(([out, ...unit]) => out * Math.tanh(dot(unit))));
      expect(certaintyOf({ way, evidence })).toBeCloseTo(1 / (1 + Math.exp(-activation)), 9);
    }
  });
});

describe('isSuspect', () => {
  it('is a record of the newest two blocks: by a fifth over all pairs as far apart, of those two or six blocks old', () => {
    const random = new Random(9);
    let [suspect, calm] = [0, 0];
    for (let run = 0; run < 400; run++) {
      const last = run % 4; // which of them differs
      const count = 8 + random.below(20);
      const period = run % 5 === 0 ? 0 : 7;
      const x = Array.from(
        { length: 32 * (count - 2) + random.below(9) },
        (_, t) => (t % 7) + random.normal(),
      );
      if (last === 3) for (let t = x.length - 64; t < x.length; t++) x[t] += 3 * random.normal();
      const blocks = Array.from({ length: count }, (_, b): Block => {
        const [level, rough] = [last === 0 && b < 2 ? 3 : 0, last === 1 && b < 2 ? 2 : 0];
        const near = last === 2 && b < 4 ? 2.2 : 0;
        return {
          end: -b,
          mean: level + near + random.normal(),
          roughness: Math.exp(rough + 0.5 * random.normal()),
        };
      });
      const isRecord = (of: readonly number[], apart: number): boolean => {
        const pairs = of.slice(0, -1).map((each, b) => each + of[b + 1]);
        const moves = pairs.slice(0, -apart).map((each, b) => Math.abs(each - pairs[b + apart]));
        return moves.length >= 9 && moves.slice(2).every((each) => 1.2 * each < moves[0]);
      };
      const errors: number[] = [];
      for (let end = x.length; end - 32 >= period; end -= 32) {
        const block = Array.from({ length: 32 }, (_, t) => end - 32 + t);
        errors.push(Math.log(sum(block.map((t) => Math.abs(x[t] - x[t - period])))));
      }
      const means = blocks.map((each) => each.mean);
      const expected =
        isRecord(means, 2) ||
        isRecord(means, 6) ||
        isRecord(
          blocks.map((each) => Math.log(each.roughness)),
          2,
        ) ||
        (period > 0 && isRecord(errors, 2));
      expect(isSuspect(Float64Array.from(x), blocks, period), String(run)).toBe(expected);
      if (expected) suspect++;
      else calm++;
    }
    expect(Math.min(suspect, calm)).toBeGreaterThan(50);
    const flat = Array.from({ length: 20 }, (_, b): Block => ({ end: -b, mean: 5, roughness: 0 }));
    expect(isSuspect(new Float64Array(300), flat, 7)).toBe(false);
  });
});

describe('squaresOfCurve', () => {
  it.each([0, 1, 2, 3])('leaves what the normal equations leave, of degree %i', (degree) => {
    const random = new Random(degree);
    const y = Array.from({ length: 60 }, (_, t) => 0.01 * (t - 20) ** 2 + random.normal());
    const powers = Array.from({ length: degree + 1 }, (_, power) => y.map((_, t) => (t / 30 - 1) ** power));
    expect(squaresOfCurve(Float64Array.from(y), degree)).toBeCloseTo(fitted(y, powers).squares, 9);
  });
});

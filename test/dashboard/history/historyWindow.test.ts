import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackColumn } from '../../../src/charts/unpackStream.ts';
import type { Verdict } from '../../../src/core/reading.ts';
import { BoardStream } from '../../../src/dashboard/boardStream.ts';
import { historyWindow } from '../../../src/dashboard/history/historyWindow.ts';
import type { WireWindow } from '../../../src/dashboard/page/history/wireWindow.ts';
import { verdict } from '../verdicts.ts';

const T = verdict(0).time!;
const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, points: 2000, dimension: 0 };

/** Deterministic values with a spike now and then. */
const valueAt = (n: number): number => Math.sin(n / 50) + (n % 1009 === 500 ? 20 : 0);

function streamOf(records: number, kept: number, times = true): BoardStream {
  const at = (n: number): Verdict<number, number> =>
    verdict(n, {
      value: valueAt(n),
      score: n % 1009 === 500 ? 0.9 : 0.1,
      ...(times ? {} : { time: undefined }),
    });
  const stream = new BoardStream(7, at(0), undefined, { history: () => kept, staleAfter: undefined }, 0);
  for (let n = 0; n < records; n++) stream.add(at(n), n);
  return stream;
}

function read(window: WireWindow) {
  const [x, value, lower, upper, score] = [
    window.x,
    window.value,
    window.lower,
    window.upper,
    window.score,
  ].map((column) => [...unpackColumn(column)]);
  return { x: x!, value: value!, lower: lower!, upper: upper!, score: score! };
}

describe('a window of the history of a stream', () => {
  it('has the records, where they are kept and fit', () => {
    const stream = streamOf(3000, 1000);
    const window = historyWindow(stream, { ...ALL, from: T + 2_500_000, to: T + 2_600_000 });
    expect(window).toMatchObject({ stream: 7, perPoint: 1, hasTimes: true, since: T, end: T + 2_999_000 });
    const { x, value, lower } = read(window);
    expect(x).toEqual(Array.from({ length: 101 }, (_, i) => T + 1000 * (2500 + i)));
    expect(value[50]).toBeCloseTo(valueAt(2550), 5);
    expect(lower[50]).toBeCloseTo(Math.sin(2550 / 10) - 0.5, 5); // the band
  });

  it('has summaries with the extremes of all that was, further back', () => {
    const stream = streamOf(20_005, 1000);
    const window = historyWindow(stream, { ...ALL, points: 1500 });
    expect(window).toMatchObject({ perPoint: 64, since: T });
    const { x, upper, score } = read(window);
    expect(x.length).toBeLessThanOrEqual(1500);
    expect(Math.max(...upper)).toBeGreaterThan(19);
    expect(score.filter((each) => each > 0.5).length).toBe(20);
    expect(x.at(-1)).toBe(T + 20_004_000); // up to the newest record
  });

  it('covers what is asked for with summaries of what is there, in order, for any window and length', () => {
    const sizes = fc.record({
      records: fc.integer({ min: 1, max: 6000 }),
      kept: fc.integer({ min: 16, max: 3000 }),
      a: fc.nat({ max: 6000 }),
      b: fc.nat({ max: 6000 }),
      points: fc.integer({ min: 50, max: 3000 }),
      times: fc.boolean(),
    });
    fc.assert(
      fc.property(sizes, ({ records, kept, a, b, points, times }) => {
        const stream = streamOf(records, kept, times);
        const place = (n: number): number => (times ? T + 1000 * n : n + 1);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const window = historyWindow(stream, { from: place(low), to: place(high), points, dimension: 0 });
        const { x, lower, upper } = read(window);
        for (let i = 1; i < x.length; i++) expect(x[i]!).toBeGreaterThan(x[i - 1]!);
        const shown = Array.from({ length: Math.max(0, Math.min(high, records - 1) - low + 1) }, (_, i) =>
          valueAt(low + i),
        );
        if (window.perPoint === 1 || shown.length === 0) return;
        // All spikes in the window are in a summary.
        expect(Math.max(...upper)).toBeGreaterThanOrEqual(Math.max(...shown) - 1e-4);
        expect(Math.min(...lower)).toBeLessThanOrEqual(Math.min(...shown) + 1e-4);
      }),
      { numRuns: 60 },
    );
  });

  it('reaches back over a restart', () => {
    const stream = streamOf(9000, 1000);
    const again = BoardStream.resumed(structuredClone(stream.save()), (id, newest) => {
      return new BoardStream(id, newest, undefined, { history: () => 1000, staleAfter: undefined }, 0);
    });
    const [before, after] = [stream, again].map((each) => historyWindow(each, { ...ALL, points: 100 }));
    expect(after).toEqual(before);
    expect(after!.since).toBe(T);
  });

  it('has records where they are kept, after summaries of what was before them', () => {
    // After a restart there are fewer summaries than records: those that reach back further are coarse.
    const stream = streamOf(9000, 1000);
    const again = BoardStream.resumed(structuredClone(stream.save()), (id, newest) => {
      return new BoardStream(id, newest, undefined, { history: () => 1000, staleAfter: undefined }, 0);
    });
    const window = historyWindow(again, { ...ALL, from: T + 1000 * 7900 });
    const { x, value } = read(window);
    const kept = again.history.oldest;
    const exact = x.flatMap((time, i) => (time >= T + 1000 * (kept + 8) ? [value[i]!] : []));
    expect(exact.length).toBeGreaterThan(400);
    expect(exact).toEqual(
      Array.from({ length: exact.length }, (_, i) => expect.closeTo(valueAt(9000 - exact.length + i), 4)),
    );
    for (let i = 1; i < x.length; i++) expect(x[i]!).toBeGreaterThan(x[i - 1]!);
    expect(x[0]).toBeLessThanOrEqual(T + 1000 * 7900);
  });

  it('keeps a day at one event a second in little memory', () => {
    const stream = streamOf(90_000, 1000);
    const window = historyWindow(stream, { ...ALL, from: T + 1000 * (90_000 - 86_400) });
    expect(window.perPoint).toBe(64);
    expect(read(window).x.length).toBeGreaterThan(86_400 / 64);
    const kept = [stream.history, ...stream.levels.levels].map((level) => level.records - level.oldest);
    expect(kept).toEqual([1000, 512, 1350, 175, 21]);
  });
});

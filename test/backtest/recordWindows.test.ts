import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mergeWindows,
  type RecordWindow,
  recordWindows,
  windowsOfFlags,
} from '../../src/backtest/recordWindows.ts';

const inside = (windows: readonly RecordWindow[], i: number): boolean =>
  windows.some(({ first, last }) => i >= first && i <= last);

const flagsOf = (text: string): boolean[] => [...text].map((c) => c === '1');

describe('recordWindows', () => {
  it('holds exactly the records with start ≤ time ≤ end when time runs forward', () => {
    const instant = fc.integer({ min: 0, max: 60 });
    const spans = fc.array(
      fc.tuple(instant, instant).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) })),
    );
    const times = fc.array(instant, { maxLength: 40 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, spans, (t, windows) => {
        const converted = recordWindows(t, windows);
        t.forEach((time, i) => {
          expect(inside(converted, i)).toBe(windows.some(({ start, end }) => time >= start && time <= end));
        });
        converted.slice(1).forEach(({ first }, i) => {
          expect(first).toBeGreaterThan(converted[i]!.last);
        });
      }),
    );
  });

  it('includes both ends, and a single instant', () => {
    expect(recordWindows([0, 10, 20, 30], [{ start: 10, end: 20 }])).toEqual([{ first: 1, last: 2 }]);
    expect(recordWindows([0, 10, 20, 30], [{ start: 20, end: 20 }])).toEqual([{ first: 2, last: 2 }]);
  });

  it('leaves out a window that no record falls into', () => {
    expect(recordWindows([0, 10, 20], [{ start: 11, end: 19 }])).toEqual([]);
  });

  it('keeps a window whole when the clock is set back inside it', () => {
    expect(recordWindows([0, 10, 20, 30, 5, 15, 25, 40], [{ start: 10, end: 30 }])).toEqual([
      { first: 1, last: 6 },
    ]);
  });

  it('puts records without a time into no window', () => {
    expect(recordWindows([Number.NaN, 10, Number.NaN], [{ start: 0, end: 99 }])).toEqual([
      { first: 1, last: 1 },
    ]);
  });
});

describe('windowsOfFlags', () => {
  it('gives every run its window when nothing is merged', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (flags) => {
        const windows = windowsOfFlags(flags, 1);
        flags.forEach((flag, i) => {
          expect(inside(windows, i)).toBe(flag);
        });
        for (const { first, last } of windows) {
          expect(flags[first - 1] ?? false).toBe(false);
          expect(flags[last + 1] ?? false).toBe(false);
        }
      }),
    );
  });

  it('joins runs closer than ten records by default, and not those ten apart', () => {
    expect(windowsOfFlags(flagsOf('1100000000010'))).toEqual([
      { first: 0, last: 1 },
      { first: 11, last: 11 },
    ]);
    expect(windowsOfFlags(flagsOf('110000000010'))).toEqual([{ first: 0, last: 10 }]);
  });

  it('finds nothing in an unlabelled stream', () => {
    expect(windowsOfFlags([])).toEqual([]);
    expect(windowsOfFlags([false, false])).toEqual([]);
  });
});

describe('mergeWindows', () => {
  it('swallows a window inside another', () => {
    expect(
      mergeWindows(
        [
          { first: 4, last: 5 },
          { first: 0, last: 9 },
        ],
        1,
      ),
    ).toEqual([{ first: 0, last: 9 }]);
  });

  it('keeps neighbours apart unless they share a record', () => {
    const neighbours = [
      { first: 0, last: 3 },
      { first: 4, last: 5 },
    ];
    expect(mergeWindows(neighbours, 1)).toEqual(neighbours);
    expect(mergeWindows(neighbours, 2)).toEqual([{ first: 0, last: 5 }]);
  });
});

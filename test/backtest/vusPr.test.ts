import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vusPr } from '../../src/backtest/metrics/vusPr.ts';
import { type RecordWindow, windowsOfFlags } from '../../src/backtest/recordWindows.ts';
import { Random } from '../../src/core/random.ts';
import { real } from '../support/real.ts';

/** The definition, every label and every threshold by itself. */
function naive(
  scores: readonly number[],
  windows: readonly RecordWindow[],
  maxBuffer: number,
  thresholds: number,
): number {
  const n = scores.length;
  const sharp = scores.map((_, i) => Number(windows.some(({ first, last }) => i >= first && i <= last)));
  const descending = [...scores].sort((a, b) => b - a);
  let volume = 0;
  for (let buffer = 0; buffer <= maxBuffer; buffer++) {
    const half = Math.floor(buffer / 2);
    const labels = sharp.map((label, i) => {
      let sum = label;
      for (const { first, last } of windows) {
        const distance = i < first ? first - i : i > last ? i - last : 0;
        if (distance > 0 && distance <= half) sum += Math.sqrt(1 - distance / buffer);
      }
      return Math.min(1, sum);
    });
    const segments: { first: number; last: number }[] = [];
    for (const { first, last } of windows) {
      const before = segments.at(-1);
      if (before !== undefined && before.last >= first - half) before.last = last + half;
      else segments.push({ first: Math.max(0, first - half), last: last + half });
    }
    let recallBefore = 0;
    for (let k = 0; k < thresholds; k++) {
      const threshold = descending[Math.floor((k * (n - 1)) / (thresholds - 1))]!;
      const predicted = scores.map((score) => Number(score >= threshold));
      const sum = (of: (i: number) => number): number => scores.reduce((all, _, i) => all + of(i), 0);
      const hit = sum((i) => labels[i]! * predicted[i]!);
      const faded = sum((i) => (1 - sharp[i]!) * labels[i]! * predicted[i]!);
      const touched = segments.filter(({ first, last }) => predicted.slice(first, last + 1).includes(1));
      const share = touched.length / segments.length;
      const recall = Math.min(1, hit / (sum((i) => sharp[i]!) + faded / 2)) * share;
      volume += (recall - recallBefore) * (hit / sum((i) => predicted[i]!));
      recallBefore = recall;
    }
  }
  return volume / (maxBuffer + 1);
}

const rows = fc.array(
  fc.tuple(fc.oneof(real(0, 1), fc.constantFrom(0, 0.5, 1)), fc.integer({ min: 0, max: 6 })),
  { minLength: 1, maxLength: 60 },
);
const windowsOf = (stream: readonly (readonly [number, number])[]): RecordWindow[] =>
  windowsOfFlags(
    stream.map(([, label]) => label === 0),
    1,
  );

/** Buffer, thresholds, windows, and the value for the scores below that another implementation of `opt`, in numpy, gives. */
const GOLDEN: readonly (readonly [number, number, readonly (readonly [number, number])[], number])[] = [
  [
    100,
    250,
    [
      [100, 129],
      [150, 159],
      [400, 400],
      [590, 599],
    ],
    0.7645993859936272,
  ],
  [
    20,
    250,
    [
      [0, 9],
      [30, 39],
    ],
    0.6870205161288104,
  ],
  [0, 50, [[300, 340]], 0.608889308562169],
  [
    10,
    40,
    [
      [100, 119],
      [131, 140],
      [151, 160],
    ],
    0.5308392549958563,
  ],
];

describe('vusPr', () => {
  it('agrees with the definition', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 2, max: 70 }),
        (stream, maxBuffer, thresholds) => {
          const windows = windowsOf(stream);
          const scores = stream.map(([score]) => score);
          const found = vusPr(Float64Array.from(scores), windows, { maxBuffer, thresholds });
          if (windows.length === 0) expect(found).toBeNull();
          else expect(found).toBeCloseTo(naive(scores, windows, maxBuffer, thresholds), 10);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(GOLDEN)(
    "agrees with the authors' default variant, buffer %i",
    (maxBuffer, thresholds, ranges, value) => {
      const labelled = ranges.map(([first, last]) => ({ first, last }));
      const isLabelled = (i: number): boolean => labelled.some(({ first, last }) => i >= first && i <= last);
      const scores = Float64Array.from(
        { length: 600 },
        (_, i) => ((i * 7919) % 1009) / 1009 + (isLabelled(Math.max(0, i - 4)) ? 0.6 : 0),
      );
      expect(vusPr(scores, labelled, { maxBuffer, thresholds })).toBeCloseTo(value, 10);
    },
  );

  it('depends on the order of the scores alone', () => {
    fc.assert(
      fc.property(rows, (stream) => {
        const [windows, scores] = [windowsOf(stream), Float64Array.from(stream, ([score]) => score)];
        // a power of 2: exact, so that equal scores stay equal and others stay apart
        expect(vusPr(scores.map((score) => 4 * score + 0) as Float64Array, windows)).toBe(
          vusPr(scores, windows),
        );
      }),
    );
  });

  const windows = [
    { first: 300, last: 329 },
    { first: 700, last: 709 },
  ];
  const inWindow = (i: number): boolean => windows.some(({ first, last }) => i >= first && i <= last);

  it('is 1 for a detector that knows the labels, when they are not blurred', () => {
    const perfect = Float64Array.from({ length: 1000 }, (_, i) => Number(inWindow(i)));
    expect(vusPr(perfect, windows, { maxBuffer: 0 })).toBeGreaterThan(0.99);
  });

  it('is about the share of labelled records for a detector that guesses', () => {
    const random = new Random(2);
    const guesses = Float64Array.from({ length: 1000 }, () => random.uniform());
    const value = vusPr(guesses, windows, { maxBuffer: 0 })!;
    expect(value).toBeGreaterThan(0.02);
    expect(value).toBeLessThan(0.08);
  });

  it('forgives a detection that is off by some records, the more the closer', () => {
    const shifted = (by: number): number =>
      vusPr(
        Float64Array.from({ length: 1000 }, (_, i) => Number(inWindow(i - by))),
        windows,
      )!;
    const values = [0, 5, 15, 40, 100].map(shifted);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values[1]).toBeGreaterThan(2 * values[4]!);
  });

  it('refuses scores that are none, and options out of range', () => {
    expect(() => vusPr(Float64Array.of(0, Number.NaN), [{ first: 0, last: 0 }])).toThrow(
      'vusPr: expected scores, got NaN at record 1',
    );
    expect(() => vusPr(Float64Array.of(0), [], { maxBuffer: -1 })).toThrow('expected maxBuffer');
    expect(() => vusPr(Float64Array.of(0), [], { thresholds: 1 })).toThrow('expected thresholds');
  });
});

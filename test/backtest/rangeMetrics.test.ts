import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamOutcome } from '../../src/backtest/metrics/incidentMetrics.ts';
import { type PositionalBias, rangeMetrics } from '../../src/backtest/metrics/rangeMetrics.ts';
import { rangesOf } from '../../src/backtest/recordWindows.ts';
import { real } from '../support/real.ts';

const indicesOf = (flags: readonly boolean[]): number[] => flags.flatMap((flag, i) => (flag ? [i] : []));

const stream: fc.Arbitrary<StreamOutcome> = fc
  .array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 60 })
  .map((rows) => ({
    records: rows.length,
    windows: rangesOf(indicesOf(rows.map(([label]) => label))),
    flags: indicesOf(rows.map(([, flag]) => flag)),
    alerts: [],
  }));

/** The paper's definition, record by record: sets, ω and δ as they stand there. */
function byHand({ windows, flags }: StreamOutcome, alpha: number, bias: PositionalBias) {
  const setOf = ({ first, last }: { first: number; last: number }): Set<number> =>
    new Set(Array.from({ length: last - first + 1 }, (_, i) => first + i));
  const [real, predicted] = [windows.map(setOf), rangesOf(flags).map(setOf)];
  const delta = (i: number, length: number, kind: PositionalBias): number =>
    kind === 'flat' ? 1 : length - i + 1;
  const omega = (range: Set<number>, part: Set<number>, kind: PositionalBias): number => {
    let [value, largest] = [0, 0];
    for (const [i, record] of [...range].entries()) {
      const weight = delta(i + 1, range.size, kind);
      largest += weight;
      if (part.has(record)) value += weight;
    }
    return value / largest;
  };
  const reward = (range: Set<number>, others: Set<number>[], kind: PositionalBias): number => {
    const parts = others
      .map((other) => new Set([...range].filter((record) => other.has(record))))
      .filter((part) => part.size > 0);
    const gamma = parts.length <= 1 ? 1 : 1 / parts.length;
    return gamma * parts.reduce((sum, part) => sum + omega(range, part, kind), 0);
  };
  const mean = (values: number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    recall: mean(
      real.map((range) => {
        const exists = predicted.some((other) => [...range].some((record) => other.has(record)));
        return alpha * Number(exists) + (1 - alpha) * reward(range, predicted, bias);
      }),
    ),
    precision: mean(predicted.map((range) => reward(range, real, 'flat'))),
  };
}

const close = (found: number | null, expected: number | null): void => {
  if (expected === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(expected, 12);
};

describe('rangeMetrics', () => {
  it('agrees with the definition of the paper', () => {
    fc.assert(
      fc.property(
        stream,
        real(0, 1),
        fc.constantFrom<PositionalBias>('flat', 'front'),
        (outcome, alpha, bias) => {
          const found = rangeMetrics([outcome], { alpha, bias });
          const expected = byHand(outcome, alpha, bias);
          close(found.recall, expected.recall);
          close(found.precision, expected.precision);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is precision and recall by record where every range is one record', () => {
    const apart = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 40 }).map((rows) => ({
      records: 2 * rows.length,
      windows: rows.flatMap(([label], i) => (label ? [{ first: 2 * i, last: 2 * i }] : [])),
      flags: rows.flatMap(([, flag], i) => (flag ? [2 * i] : [])),
      alerts: [],
    }));
    fc.assert(
      fc.property(apart, (outcome) => {
        const labelled = new Set(outcome.windows.map(({ first }) => first));
        const hits = outcome.flags.filter((flag) => labelled.has(flag)).length;
        const { precision, recall } = rangeMetrics([outcome]);
        close(precision, outcome.flags.length === 0 ? null : hits / outcome.flags.length);
        close(recall, labelled.size === 0 ? null : hits / labelled.size);
      }),
    );
  });

  it('rewards a flag at the front of a range more than one at its end, under that bias', () => {
    const outcome = { records: 20, windows: [{ first: 5, last: 8 }], alerts: [] };
    const recall = (flag: number): number | null =>
      rangeMetrics([{ ...outcome, flags: [flag] }], { bias: 'front' }).recall;
    expect([5, 6, 7, 8].map(recall)).toEqual([0.4, 0.3, 0.2, 0.1]);
  });

  it('gives α for touching a range at all', () => {
    const outcome = { records: 200, windows: [{ first: 100, last: 199 }], flags: [150], alerts: [] };
    expect(rangeMetrics([outcome], { alpha: 1 }).recall).toBe(1);
    expect(rangeMetrics([outcome], { alpha: 0.5 }).recall).toBeCloseTo(0.505, 12);
  });

  it('halves what is found in two pieces', () => {
    const outcome = { records: 10, windows: [{ first: 0, last: 4 }], flags: [0, 1, 3, 4], alerts: [] };
    expect(rangeMetrics([outcome]).recall).toBeCloseTo(0.4, 12);
  });

  it('counts the ranges of all streams alike', () => {
    const found = { records: 10, windows: [{ first: 2, last: 3 }], flags: [2, 3], alerts: [] };
    const missed = { ...found, flags: [] };
    expect(rangeMetrics([found, missed, missed])).toMatchObject({ recall: 1 / 3, precision: 1, f1: 0.5 });
  });

  it('leaves undefined what is, and is 0 for a detector that only errs', () => {
    expect(rangeMetrics([])).toEqual({ precision: null, recall: null, f1: null });
    const wrong = { records: 10, windows: [{ first: 2, last: 3 }], flags: [8], alerts: [] };
    expect(rangeMetrics([wrong])).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  it('refuses an α or a bias that is none', () => {
    expect(() => rangeMetrics([], { alpha: 2 })).toThrow('expected alpha to be a number from 0 to 1, got 2');
    // @ts-expect-error there is no such bias
    expect(() => rangeMetrics([], { bias: 'back' })).toThrow("expected bias to be one of 'flat', 'front'");
  });
});

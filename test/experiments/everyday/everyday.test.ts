import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { everyday, everydayTable } from './everyday.js';
import { KINDS, type Kind } from './kinds.js';

const SEEDS = [1, 2, 3, 4];
const all: readonly (readonly [string, Kind])[] = Object.values(KINDS).flatMap((kinds) =>
  Object.entries(kinds),
);

describe.each(all)('streams like %s', (_, draw) => {
  const streams = SEEDS.map((seed) => draw(new Random(seed)));

  it('are the same from the same seed, and of finite values', () => {
    expect(draw(new Random(1))).toEqual(streams[0]);
    for (const { values } of streams) expect(values.every(Number.isFinite)).toBe(true);
  });

  it('have faults within the records, in order, none of them excused', () => {
    for (const { values, faults = [], excused = [] } of streams) {
      for (const [k, { first, last }] of faults.entries()) {
        expect(first).toBeGreaterThan(faults[k - 1]?.last ?? 0);
        expect(last).toBeGreaterThanOrEqual(first);
        expect(last).toBeLessThan(values.length);
      }
      for (const { first, last } of excused) expect(last).toBeGreaterThanOrEqual(first);
    }
  });
});

describe('everyday', () => {
  it('counts faults that a flag finds, and incidents that begin elsewhere', () => {
    const [{ outcome }] = everyday({ seeds: [1, 2], only: 'ordinary: noise with a spike' });
    expect(outcome).toMatchObject({ faults: 2, found: 2, missed: [], records: 12_000 });
    // nothing is flagged during warm-up: neither found nor false
    const silent = everyday({
      seeds: [1, 2],
      only: 'ordinary: noise with a spike',
      detector: { warmUp: 6000 },
    });
    expect(silent[0].outcome).toMatchObject({ found: 0, falseAlerts: 0 });
    expect(silent[0].outcome.missed).toHaveLength(2);
  });

  it('adds up by kind, group and all', () => {
    const results = everyday({ seeds: [1], only: 'at rest: all alike' });
    const { heads, rows } = everydayTable(results);
    expect(rows.map(([name]) => name)).toEqual(['all alike', 'AT REST', 'ALL']);
    for (const row of rows) expect(row).toHaveLength(heads.length);
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { CLEAN_HEADS, clean, cleanTable } from './clean.js';
import { CLEAN_KINDS } from './kinds.js';

const kinds = Object.values(CLEAN_KINDS).flatMap((group) => Object.entries(group));

describe.each(kinds)('%s', (_, draw) => {
  it('are the same from the same seed, of finite values, and differ by a fault in its records alone', () => {
    for (const seed of [1, 2, 3, 4]) {
      const stream = draw(new Random(seed));
      expect(draw(new Random(seed))).toEqual(stream);
      expect(stream.values.every(Number.isFinite)).toBe(true);
      expect(stream.faults.map(({ fault }) => fault)).toEqual(['too long low', 'too long high']);
      for (const { fault, first, last, values } of stream.faults) {
        expect(first).toBeGreaterThan(stream.values.length / 2);
        expect(values).toHaveLength(stream.values.length);
        const differ = values.flatMap((value, t) => (value === stream.values[t] ? [] : [t]));
        expect(differ.length).toBeGreaterThan(0);
        expect(differ[0]).toBeGreaterThanOrEqual(first);
        expect(differ.at(-1)).toBeLessThanOrEqual(last);
        const moved = differ.reduce((sum, t) => sum + values[t] - stream.values[t], 0);
        expect(Math.sign(moved)).toBe(fault === 'too long low' ? -1 : 1);
      }
    }
  });
});

describe('clean', () => {
  it('counts what is flagged by what it is flagged for, and the faults that are found', () => {
    const rows = clean({ group: 'chosen', first: 1, count: 2, only: 'damped weekends, hourly' });
    expect(rows.map(([kind]) => kind)).toEqual(['damped weekends, hourly', 'ALL']);
    const [[, outcome], [, all]] = rows;
    expect(all).toEqual(outcome);
    expect(outcome).toMatchObject({ streams: 2, records: 2 * 84 * 24 });
    expect(outcome.found).toEqual({ 'too long low': [2, 2], 'too long high': [2, 2] });
    for (const row of cleanTable(rows)) expect(row).toHaveLength(CLEAN_HEADS.length);
    const silent = clean({
      group: 'chosen',
      first: 1,
      count: 2,
      only: 'damped weekends, hourly',
      detector: { warmUp: 5000 },
    })[0][1];
    expect(silent).toMatchObject({ flagged: 0, incidents: {}, found: { 'too long low': [0, 2] } });
  });
});

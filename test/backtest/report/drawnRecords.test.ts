import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnRecords, placeAmong } from '../../../src/backtest/report/drawnRecords.ts';
import { sampleStream } from './sampleReport.ts';

const long = sampleStream({
  name: 'long',
  records: 20_000,
  jumps: [[7_777, 5, 30]],
  labels: [{ first: 12_000, last: 12_400 }],
});

describe('drawnRecords', () => {
  it('draws all of a stream that fits, and shares the rest among those that do not', () => {
    const short = sampleStream({ name: 'short', records: 500 });
    const [first, second, third] = drawnRecords([long, short, long], 100_000);
    expect(second).toBeUndefined();
    expect(first!.length).toBe(third!.length);
    expect(8 * (2 * first!.length + 500)).toBeLessThan(110_000);
    expect(8 * (2 * first!.length + 500)).toBeGreaterThan(60_000);
    expect(drawnRecords([long, short])).toEqual([undefined, undefined]);
  });

  it('keeps the ends, every incident, label and flagged record', () => {
    const flags = [...long.score.keys()].filter((at) => long.score[at]! >= long.threshold);
    const [drawn] = drawnRecords([{ ...long, flags }], 20_000);
    const kept = new Set(drawn);
    const wanted = [
      0,
      19_999,
      ...flags,
      ...long.incidents.flatMap(({ first, last, peak }) => [first, last, peak]),
      ...long.labels!.flatMap(({ first, last }) => [first, last]),
    ];
    expect(wanted.filter((at) => !kept.has(at))).toEqual([]);
  });

  it('keeps the least and the greatest value of any stretch that is wide enough to be seen', () => {
    const [drawn] = drawnRecords([long], 20_000);
    const { value } = long.dimensions[0]!;
    const width = Math.ceil(20_000 / (drawn!.length / 3)) * 2;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 - 2 * width }), (from) => {
        // Two whole stretches lie within the window: its middle is drawn with both extremes.
        const inside = drawn!.filter((at) => at >= from && at < from + 2 * width);
        const middle = value.subarray(from + width / 2, from + (3 * width) / 2);
        const values = Array.from(inside, (at) => value[at]!);
        expect(Math.max(...values)).toBeGreaterThanOrEqual(Math.max(...middle));
        expect(Math.min(...values)).toBeLessThanOrEqual(Math.min(...middle));
      }),
    );
  });

  it('is bounded where nearly everything is flagged, or nothing is a number', () => {
    const flags = [...long.score.keys()];
    const nothing = new Float64Array(20_000).fill(Number.NaN);
    const empty = { ...long, dimensions: long.dimensions.map((each) => ({ ...each, value: nothing })) };
    for (const stream of [{ ...long, flags }, empty]) {
      expect(drawnRecords([stream], 20_000)[0]!.length).toBeLessThan(4_000);
    }
  });

  it('tells the place of a record that is drawn', () => {
    const [drawn] = drawnRecords([long], 20_000);
    const place = placeAmong(drawn);
    for (const [at, record] of drawn!.entries()) expect(place(record)).toBe(at);
    expect(placeAmong(undefined)(17)).toBe(17);
  });
});

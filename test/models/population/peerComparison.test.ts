import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { PeerColumn } from '../../../src/models/population/peerColumn.ts';
import { PeerGroup } from '../../../src/models/population/peerComparison.ts';
import { PeerOffsets } from '../../../src/models/population/peerOffsets.ts';

const RULE = { distance: 9, windows: 3, of: 5 };
const named = (values: readonly (number | readonly number[])[]) =>
  values.map((value, n) => ({ key: `p${n}`, value: typeof value === 'number' ? [value] : value }));

describe('a group of peers', () => {
  it('measures each against the others alone', () => {
    const [first, , , , last] = new PeerGroup(RULE, 4).compare(named([1, 2, 3, 4, 100]));
    // Of 1, 2, 3, 4: the median is 2.5, and 1 the median distance to it.
    expect(last).toMatchObject({ deviation: [97.5], peers: { count: 4, median: [2.5], spread: [1.4826] } });
    expect(last?.peers.distance).toBeCloseTo(97.5 / 1.4826 / (1 + 60 / 16), 10);
    expect(first).toMatchObject({ deviation: [-2.5], peers: { median: [3.5] } });
  });

  it('measures dimensions apart, and takes the one that is farthest', () => {
    const values = [1, 2, 3, 4].map((value) => [value, 10 * value]);
    const compared = new PeerGroup(RULE, 4).compare(named([...values, [2.5, 1000]]));
    expect(compared[4]?.deviation).toEqual([0, 975]);
    expect(compared[4]?.peers.distance).toBeCloseTo(975 / 14.826 / (1 + 60 / 16), 10);
  });

  it('compares nothing with too few peers, and leaves out what is missing', () => {
    const group = new PeerGroup(RULE, 4);
    const few = group.compare(named([1, 2, 3, 100]));
    expect(few[3]).toMatchObject({
      deviation: [Number.NaN],
      peers: { count: 3, distance: 0, isOutlier: false },
    });
    const gap = new PeerGroup(RULE, 4).compare(named([1, 2, 3, 4, Number.NaN, 5]));
    expect(gap[4]?.deviation).toEqual([Number.NaN]);
    expect(gap[0]?.peers).toMatchObject({ count: 4, median: [3.5] });
  });

  it('uses the usual deviation of the group where all peers happen to be equal', () => {
    const group = new PeerGroup(RULE, 4);
    for (let t = 0; t < 50; t++)
      group.compare(named([t % 5, (t + 1) % 5, (t + 2) % 5, (t + 3) % 5, (t + 4) % 5]));
    const equal = group.compare(named([1, 1, 1, 1, 2]));
    expect(equal[4]?.peers.spread[0]).toBeLessThan(0.2); // of the offsets that 50 windows leave
    expect(equal[4]?.peers.distance).toBeLessThan(1);
  });

  it('counts no window that had too few peers, for the usual deviation and before the first outlier', () => {
    const [late, fresh] = [new PeerGroup(RULE, 4), new PeerGroup(RULE, 4)];
    for (let t = 0; t < 100; t++) late.compare(named([t, 1, 2]));
    for (let t = 0; t < 9; t++) {
      const values = named([t % 5, (t + 1) % 5, (t + 2) % 5, (t + 3) % 5, (t + 4) % 5, 900]);
      expect(late.compare(values)).toEqual(fresh.compare(values));
    }
    const equal = named([1, 1, 1, 1, 1, 2]);
    const [compared] = late.compare(equal).slice(-1);
    expect(compared).toEqual(fresh.compare(equal).at(-1));
    expect(compared!.peers.distance).toBeGreaterThan(0);
    expect(compared!.peers.distance).toBeLessThan(1);
  });

  it('has an outlier only after ten windows, where it was far in three of five', () => {
    const group = new PeerGroup(RULE, 4);
    const random = new Random(2);
    const window = (odd: number) =>
      group
        .compare(named([...Array.from({ length: 11 }, () => random.normal()), odd]))
        .map(({ peers }) => peers.isOutlier);
    for (let t = 0; t < 10; t++) expect(window(500)[11]).toBe(false);
    expect(window(500)[11]).toBe(true);
    const ends = [0, 0, 0, 0].map((odd) => window(odd)[11]);
    expect(ends).toEqual([true, true, false, false]);
    expect([500, 500].map((odd) => window(odd)[11])).toEqual([false, false]);
    expect(window(500)[11]).toBe(true);
  });

  it.each([
    ['normal', (random: Random) => random.normal()],
    [
      "Student's t, 5 degrees of freedom",
      (random: Random) => {
        const squares = Array.from({ length: 5 }, () => random.normal() ** 2);
        return random.normal() / Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / 5);
      },
    ],
  ])(
    'of healthy streams that differ all the time (%s) has an outlier in about one of a hundred',
    (_, draw) => {
      for (const size of [5, 12, 40]) {
        const random = new Random(size);
        let found = 0;
        for (let run = 0; run < 300; run++) {
          const group = new PeerGroup(RULE, 4);
          const values = named(Array.from({ length: size }, () => draw(random)));
          let last = group.compare(values);
          for (let t = 0; t < 12; t++) last = group.compare(values);
          if (last.some(({ peers }) => peers.isOutlier)) found++;
        }
        expect(found, String(size)).toBeLessThanOrEqual(9);
      }
    },
  );

  it('gives the same whatever the unit and the zero of the values', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 30 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: -999, max: 999 }),
        (raw, unit, zero) => {
          const plain = new PeerGroup(RULE, 4).compare(named(raw));
          const other = new PeerGroup(RULE, 4).compare(named(raw.map((value) => zero + unit * value)));
          for (const [at, { peers }] of other.entries())
            expect(peers.distance).toBeCloseTo(plain[at]!.peers.distance, 6);
        },
      ),
    );
  });

  it('is compared by its level and spread as their definitions have it, whatever is missing', () => {
    // A second calculation: plain loops, no sharing between streams.
    const middle = (all: readonly number[]): number => {
      const sorted = all.toSorted((a, b) => a - b);
      return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
    };
    const offset = fc.option(fc.integer({ min: -50, max: 50 }), { nil: Number.NaN });
    const value = fc.option(fc.integer({ min: -20, max: 20 }), { nil: Number.NaN, freq: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, offset), { maxLength: 14 }), (streams) => {
        const [values, offsets] = [0, 1].map((part) => Float64Array.from(streams, (stream) => stream[part]!));
        const column = new PeerColumn(values!, offsets!, 4);
        const known = streams.filter(([x, a]) => !Number.isNaN(x - a)).length > 4;
        for (const [at] of streams.entries()) {
          const others = streams.filter(([x], place) => place !== at && !Number.isNaN(x));
          const levels = others
            .filter(([, a]) => !known || !Number.isNaN(a))
            .map(([x, a]) => x - (Number.isNaN(a) ? 0 : a));
          const median = others.length < 4 ? Number.NaN : middle(levels);
          const spread = 1.4826 * middle(others.map(([x]) => Math.abs(x - median)));
          expect(column.peers(at)).toEqual({
            ...{ count: others.length, median },
            spread: others.length < 4 ? Number.NaN : spread,
          });
        }
      }),
    );
  });

  it('does not move with a peer that crosses it, falls silent or joins', () => {
    const random = new Random(4);
    const group = new PeerGroup(RULE, 4);
    const levels = [0, 10, 20, 30, 40, 50, 60];
    const window = (change: (value: number, pump: number) => number, size = 7) =>
      group
        .compare(named(levels.slice(0, size).map((level, pump) => change(level + random.normal(), pump))))
        .map(({ peers }) => peers.median[0]!);
    for (let t = 0; t < 60; t++) window((value) => value, 6);
    // The six compare with the middle of the first windows, 25.
    const near = (medians: readonly number[]) =>
      medians.slice(0, 6).map((median) => Math.abs(median - 25) < 2);
    const none = [true, true, true, true, true, true];
    expect(near(window((value) => value, 6))).toEqual(none);
    expect(near(window((value, pump) => (pump === 2 ? value + 100 : value), 6))).toEqual(none);
    expect(near(window((value, pump) => (pump === 0 ? Number.NaN : value), 6))).toEqual(none);
    expect(near(window((value) => value, 5).slice(0, 5))).toEqual(none.slice(1));
    for (let t = 0; t < 12; t++) expect(near(window((value) => value, 7))).toEqual(none);
    // What all of them do moves it at once.
    expect(window((value) => value + 1000, 6).every((median) => Math.abs(median - 1025) < 4)).toBe(true);
  });

  it('forgets odd first windows of a stream, and follows one that has changed for good', () => {
    const offsets = new PeerOffsets();
    expect(offsets.of(0)).toBeNaN();
    for (const deviation of [900, -900, 900, 5, 5, 5, 5, 5, 5, 5]) offsets.learn(0, deviation, 5);
    expect(offsets.of(0)).toBe(5);
    // From the eleventh on a mean, of 200 windows at last; a surprise counts up to a limit.
    offsets.learn(0, 1000, 5);
    expect(offsets.of(0)).toBeCloseTo(5 + 5 / 11, 12);
    offsets.learn(0, 1000, Number.POSITIVE_INFINITY);
    expect(offsets.of(0)).toBeCloseTo(5 + 5 / 11 + (995 - 5 / 11) / 12, 10);
    for (let t = 0; t < 4000; t++) offsets.learn(0, 8, 5);
    expect(offsets.of(0)).toBeCloseTo(8, 1);
    const before = offsets.of(0);
    offsets.learn(0, before + 2, 5);
    expect(offsets.of(0)).toBeCloseTo(before + 2 / 200, 12);
    expect(offsets.of(1)).toBeNaN();
  });
});

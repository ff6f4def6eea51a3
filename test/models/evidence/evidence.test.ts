import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { MovingAverage } from '../../../src/models/evidence/movingAverage.ts';
import { Novelty } from '../../../src/models/evidence/novelty.ts';
import { SeasonalProfile } from '../../../src/models/evidence/seasonalProfile.ts';
import { StuckAt } from '../../../src/models/evidence/stuckAt.ts';
import { real } from '../../support/real.ts';

const HOUR = 3_600_000; // ms

describe('MovingAverage', () => {
  it('is the weighted mean of all it has seen, newest most, its weights summing to 1', () => {
    const values = fc.array(real(-100, 100), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), (all, length) => {
        const average = new MovingAverage(length);
        for (const value of all.slice(0, -1)) average.learn(value);
        let [sum, total] = [0, 0];
        for (const [k, value] of all.entries()) {
          const weight = (1 - 1 / length) ** (all.length - 1 - k);
          sum += weight * value;
          total += weight;
        }
        expect(average.with(all.at(-1)!)).toBeCloseTo(sum / total, 9);
      }),
      { seed: 1 },
    );
  });
});

describe('Novelty', () => {
  const established = (length = 2000): Novelty => {
    const novelty = new Novelty();
    for (let n = 0; n < length; n++) novelty.learn(n % 11);
    return novelty;
  };

  it('is 0 within the past range and 2.5 a whole range beyond it', () => {
    const novelty = established();
    for (const value of [0, 5, 10]) expect(novelty.of(value)).toBe(0);
    expect(novelty.of(20)).toBeCloseTo(2.5, 3);
    expect(novelty.of(-10)).toBeCloseTo(2.5, 3);
    expect(novelty.of(10.02)).toBe(0);
  });

  it('grows in: nothing for twenty values, half at 1,000', () => {
    expect(established(19).of(20)).toBe(0);
    expect(established(1000).of(20)).toBeCloseTo(1.25, 3);
  });

  it('is finite and never falls with the distance, whatever the range', () => {
    for (const size of [5e-324, 1e-300, 1, 1e299]) {
      const novelty = new Novelty();
      for (let n = 0; n < 600; n++) novelty.learn(n % 2 === 0 ? 0 : size);
      const surprises = [size, 2 * size, 10 * size, 1, 1e10, 1e300]
        .sort((a, b) => a - b)
        .map((v) => novelty.of(v));
      expect(surprises.every(Number.isFinite)).toBe(true);
      expect(surprises).toEqual([...surprises].sort((a, b) => a - b));
    }
  });

  it('knows no range in a stream that stands still', () => {
    const novelty = new Novelty();
    for (let n = 0; n < 600; n++) novelty.learn(7);
    expect(novelty.of(8)).toBe(0);
  });
});

describe('StuckAt', () => {
  /** Surprise at each of `length` equal values after a start. */
  const stuckAfter = (start: readonly number[], length: number): number[] => {
    const stuckAt = new StuckAt();
    for (const value of start) stuckAt.learn(value);
    return Array.from({ length }, () => {
      const surprise = stuckAt.of(-1);
      stuckAt.learn(-1);
      return surprise;
    });
  };
  const random = new Random(1);
  const lively = Array.from({ length: 600 }, () => random.normal());
  const resting = Array.from({ length: 1200 }, (_, n) => Math.floor(n / 20)); // runs of twenty

  it('counts a run from three times the longest of the past on, a decade more when tenfold', () => {
    const surprises = stuckAfter(lively, 120);
    expect(surprises.findIndex((surprise) => surprise > 0)).toBe(11);
    expect(surprises[11]).toBe(3);
    expect(surprises[119]).toBeCloseTo(4, 12);
    expect(stuckAfter(resting, 100).findIndex((surprise) => surprise > 0)).toBe(59);
  });

  it('does not take a fault that has happened once for usual, but one that has happened twice', () => {
    const stuckAt = new StuckAt();
    for (const value of lively) stuckAt.learn(value);
    const flagged = [1, 2, 3].map((k) => {
      let most = 0;
      for (let n = 0; n < 60; n++) {
        most = Math.max(most, stuckAt.of(-k));
        stuckAt.learn(-k);
      }
      for (const value of lively) stuckAt.learn(value);
      return most > 3;
    });
    expect(flagged).toEqual([true, true, false]);
  });

  it('does not become patient by a run that may not teach', () => {
    const firstOfThird = (weight: number): number => {
      const stuckAt = new StuckAt();
      for (const value of lively) stuckAt.learn(value);
      for (const value of [-1, -2]) {
        for (let n = 0; n < 40; n++) stuckAt.learn(value, stuckAt.of(value) > 0 ? weight : 1);
        stuckAt.learn(-3);
      }
      return Array.from({ length: 200 }, () => {
        const surprise = stuckAt.of(-1);
        stuckAt.learn(-1);
        return surprise;
      }).findIndex((surprise) => surprise > 0);
    };
    expect(firstOfThird(1)).toBe(3 * 40 - 1);
    expect(firstOfThird(0)).toBe(3 * 32 - 1); // first eleven were not yet stuck, then three times as many less one
  });

  it.each<[string, readonly number[]]>([
    ['that has never moved', []],
    ['that moved once', [3]],
    ['that moved a few times', [1, 2, 3, 4, 5]],
  ])('never counts in a stream %s: it is at rest', (_, start) => {
    expect(Math.max(...stuckAfter(start, 5000))).toBe(0);
  });

  it('is worth as much more in one of several dimensions as their combination takes from it', () => {
    const surprises = [1, 2, 8].map((dimensions) => {
      const stuckAt = new StuckAt(dimensions);
      for (const value of lively) stuckAt.learn(value);
      for (let n = 0; n < 11; n++) stuckAt.learn(-1);
      return stuckAt.of(-1);
    });
    expect(surprises).toEqual(
      [3, 3 + Math.log10(4), 3 + Math.log10(16)].map((each) => expect.closeTo(each, 12)),
    );
  });

  it('stands from the thirtieth equal value on, or where it has never moved', () => {
    const stuckAt = new StuckAt();
    expect([stuckAt.stands(7), stuckAt.run(7), stuckAt.hasMoved]).toEqual([false, 1, false]);
    stuckAt.learn(7);
    expect([stuckAt.stands(7), stuckAt.stands(8), stuckAt.run(7), stuckAt.hasMoved]).toEqual([
      true,
      false,
      2,
      false,
    ]);
    stuckAt.learn(8);
    for (let run = 1; run <= 31; run++) {
      expect([stuckAt.stands(8), stuckAt.run(8), stuckAt.hasMoved]).toEqual([run >= 30, run + 1, true]);
      stuckAt.learn(8);
    }
    expect(stuckAt.run(7)).toBe(1);
  });

  it('says nothing before 500 values', () => {
    expect(Math.max(...stuckAfter(lively.slice(0, 300), 200))).toBe(0);
  });
});

describe('SeasonalProfile', () => {
  it('is 0 where nothing is known, and in a stream without times', () => {
    const profile = new SeasonalProfile();
    for (let n = 0; n < 100; n++) profile.learn(undefined, 5);
    expect(profile.at(undefined)).toBe(0);
    expect(profile.at(12 * HOUR)).toBe(0);
  });

  it('learns the hour of the day within days, the hour of the week within weeks', () => {
    const usual = (hour: number): number => Math.sin((2 * Math.PI * hour) / 24) + (hour % 168 < 48 ? 1 : 0);
    const profile = new SeasonalProfile();
    const error = (from: number): number => {
      let sum = 0;
      for (let hour = from; hour < from + 168; hour++)
        sum += Math.abs(profile.at(hour * HOUR) - usual(hour)) / 168;
      return sum;
    };
    const start = error(0);
    for (let hour = 0; hour < 10 * 168; hour++) {
      profile.learn(hour * HOUR, usual(hour));
      if (hour === 3 * 168) expect(error(hour)).toBeLessThan(0.6 * start);
    }
    expect(error(10 * 168)).toBeLessThan(0.2 * start);
  });

  it('shrinks an hour of the day by one visit, and one of the week to that by two', () => {
    const profile = new SeasonalProfile();
    const DAY = 24 * HOUR;
    const learn = (day: number, value: number): void => {
      for (let hour = 0; hour < 24; hour++) profile.learn(day * DAY + hour * HOUR, hour === 5 ? value : 0);
    };
    for (let day = 0; day < 7; day++) learn(day, 2);
    const coarse = (2 * 7) / 8;
    const at = (day: number, hour = 5): number => profile.at(day * DAY + hour * HOUR);
    expect(at(7)).toBeCloseTo(coarse + (2 - coarse) / 3, 6); // the first of its weekday
    for (let day = 7; day < 20; day++) learn(day, 2);
    expect(at(20)).toBeCloseTo((2 * 20) / 21 + ((2 / 21) * 2) / 4, 6);
    expect(at(20, 6)).toBe(0);
    // The newest visit counts a tenth in the day and, as the third of its weekday, a third there.
    learn(20, 1);
    const after = (1.9 * 21) / 22;
    expect(at(27)).toBeCloseTo(after + ((5 / 3 - after) * 3) / 5, 6);
    expect(at(28)).toBeCloseTo(after + ((2 - after) * 3) / 5, 6); // another weekday
    expect(at(-7)).toBe(at(0)); // before 1970
  });

  it('counts visits by the hour at any cadence', () => {
    const profile = new SeasonalProfile('day');
    for (let day = 0; day < 4; day++)
      for (let k = 0; k < 24 * 12; k++) profile.learn(day * 24 * HOUR + (k * HOUR) / 12, 3);
    // The first record of all counts for an hour: its step is not known yet.
    expect(profile.at(5 * HOUR)).toBeCloseTo((3 * 4) / 5, 5);
    expect(profile.at(0)).toBeCloseTo((3 * (4 + 11 / 12)) / (5 + 11 / 12), 5);
  });

  it('continues from what it packed, and refuses what it did not pack', () => {
    const profile = new SeasonalProfile();
    for (let hour = 0; hour < 100; hour++) profile.learn(hour * HOUR, Math.sin(hour));
    const packed = profile.pack() as { slots: Uint8Array; means: Float32Array };
    const other = new SeasonalProfile();
    other.learn(160 * HOUR, 2);
    other.prepare(packed)();
    expect(other.pack()).toEqual(packed);
    for (let hour = 0; hour < 168; hour++) expect(other.at(hour * HOUR)).toBe(profile.at(hour * HOUR));
    for (const wrong of [
      null,
      { ...packed, slots: packed.slots.toReversed() },
      { ...packed, slots: new Uint8Array(packed.slots.length).fill(200) },
      { ...packed, means: packed.means.slice(1) },
      { ...packed, means: packed.means.with(3, 4) },
      { ...packed, clock: Float64Array.of(0, -1) },
    ])
      expect(() => other.prepare(wrong as never)).toThrow(/snapshot/);
    expect(other.pack()).toEqual(packed);
  });

  it('counts a wild value for three deviations, and a missing one for none', () => {
    const [wild, bounded] = [new SeasonalProfile(), new SeasonalProfile()];
    for (let day = 0; day < 5; day++) {
      wild.learn(day * 24 * HOUR, 50);
      bounded.learn(day * 24 * HOUR, 3);
    }
    expect(wild.pack()).toEqual(bounded.pack());
    const before = wild.pack();
    wild.learn(5 * 24 * HOUR, Number.NaN);
    expect(wild.pack()).toEqual(before);
  });

  it('stays within what it was taught at any cadence and at any time', () => {
    const times = fc.array(real(-1e14, 1e14), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(times, (moments) => {
        const profile = new SeasonalProfile();
        for (const time of moments) {
          profile.learn(time, 1);
          expect(profile.at(time)).toBeGreaterThan(0);
          expect(profile.at(time)).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 1 },
    );
  });
});

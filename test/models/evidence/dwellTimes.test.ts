import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { DwellTimes } from '../../../src/models/evidence/dwellTimes.ts';
import { NUMBERS_OF_STAYS } from '../../../src/models/evidence/stays.ts';
import { packVectors } from '../../../src/models/snapshot/vectors.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';

/** Learns so many records of each length in turn, now of the lower side, now of the upper one. */
function learnt(lengths: readonly number[]): DwellTimes {
  const dwell = new DwellTimes();
  for (const [k, length] of lengths.entries()) for (let i = 0; i < length; i++) dwell.learn(k % 2, 1);
  return dwell;
}

/** Surprise at each of so many more records. */
function staying(dwell: DwellTimes, value: number, records: number): number[] {
  return Array.from({ length: records }, () => {
    const surprise = dwell.of(value);
    dwell.learn(value, 1);
    return surprise;
  });
}

/** Off for 28 to 32 records, on for 10 to 14. */
const fridge = (count: number): number[] =>
  Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 28 + ((k * 7) % 5) : 10 + ((k * 3) % 5)));

describe('DwellTimes', () => {
  it('counts a duration that is longer than all by more than they differ', () => {
    const surprises = staying(learnt(fridge(61)), 1, 60);
    expect(surprises.slice(0, 14).every((surprise) => surprise === 0)).toBe(true);
    const first = surprises.findIndex((surprise) => surprise > 0);
    expect(first).toBeGreaterThan(14);
    expect(first).toBeLessThan(28);
    expect(surprises[first]).toBeGreaterThanOrEqual(2.5);
    expect(surprises.at(-1)).toBe(4);
  });

  it('is the rank of the duration and its distance beyond the longest or shortest, in spreads of the logarithms', () => {
    for (const side of [0, 1]) {
      const lengths = fridge(81 + side);
      const dwell = learnt(lengths); // the last is of this side
      const known = lengths.filter((_, k) => k % 2 === side && k > 0); // the first has no beginning
      const logs = known.map(Math.log);
      const mean = logs.reduce((sum, each) => sum + each, 0) / logs.length;
      const variance = logs.reduce((sum, each) => sum + (each - mean) ** 2, 0) / logs.length;
      const spread = Math.max(0.03, Math.exp(-mean), Math.sqrt(variance)); // a record more or less
      const surprise = (ratio: number): number => {
        const each = Math.min(1.5, Math.log10(known.length + 1)) + Math.log10(ratio) / spread;
        return each < 2.5 ? 0 : Math.min(4, each);
      };
      for (let i = 0; i < 3; i++) dwell.learn(1 - side, 1); // which ends it
      let some = 0;
      for (let length = 1; length < 2 * Math.max(...known); length++) {
        dwell.learn(side, 1);
        const [longest, shortest] = [Math.max(...known), Math.min(...known)];
        const longer = length < longest ? 0 : surprise((length + 1) / longest);
        const shorter = length >= shortest ? 0 : surprise(shortest / length);
        expect(dwell.of(side)).toBeCloseTo(longer, 4);
        expect(dwell.of(1 - side)).toBeCloseTo(shorter, 4);
        expect(dwell.duration(side)).toEqual({
          events: length + 1,
          direction: side === 1 ? 1 : -1,
          tooLong: true,
        });
        expect(dwell.duration(1 - side)).toEqual({
          events: length,
          direction: side === 1 ? 1 : -1,
          tooLong: false,
        });
        if (longer > 2.5 && longer < 4) some++;
      }
      expect(some).toBeGreaterThan(1);
    }
  });

  it('counts one that ends too soon, at the record at which it ends', () => {
    const dwell = learnt(fridge(60));
    for (let i = 0; i < 5; i++) dwell.learn(0, 1);
    expect(dwell.of(0)).toBe(0);
    expect(dwell.of(1)).toBe(4);
  });

  it('says nothing where durations are as irregular as those of events at random', () => {
    const random = new Random(1);
    const lengths = Array.from({ length: 400 }, () => 1 + Math.floor(-20 * Math.log(random.uniform())));
    const longest = Math.max(...lengths.filter((_, k) => k % 2 === 0));
    const surprises = staying(learnt(lengths), 0, 4 * longest);
    expect(Math.max(...surprises)).toBe(0);
  });

  it('takes a duration for usual when it has come twice, not once', () => {
    const dwell = learnt(fridge(61));
    const flagged = [1, 2, 3].map(() => {
      const surprises = staying(dwell, 1, 80);
      for (const length of fridge(20)) staying(dwell, 0, length > 20 ? length : 0);
      staying(dwell, 0, 30);
      return Math.max(...surprises) > 0;
    });
    expect(flagged).toEqual([true, true, false]);
  });

  it('says nothing of values beyond the range, of the first twenty durations, and after the range has grown', () => {
    const dwell = learnt(fridge(61));
    expect(dwell.of(5)).toBe(0);
    expect(Math.max(...staying(learnt(fridge(31)), 1, 60))).toBe(0);
    for (const value of [3, 3, 3, 3, 0, 0, 0]) dwell.learn(value, 1);
    expect(Math.max(...staying(dwell, 0, 500))).toBe(0);
  });

  it('learns nothing at weight 0 but on which side it is', () => {
    const [dwell, other] = [learnt(fridge(61)), learnt(fridge(61))];
    for (let i = 0; i < 200; i++) dwell.learn(1, 0);
    dwell.learn(0, 0);
    expect(dwell.of(1)).toBe(4); // one record of the lower side
    const { 'dwellTimes.range': range, 'dwellTimes.durations': durations } = packVectors(dwell.carried());
    const { 'dwellTimes.range': rangeBefore, 'dwellTimes.durations': before } = packVectors(other.carried());
    expect(range).toEqual(rangeBefore);
    const changed = [...(durations as Float32Array)].flatMap((each, at) =>
      each === (before as Float32Array)[at] ? [] : [at % NUMBERS_OF_STAYS],
    );
    expect(changed.every((number) => number < 2)).toBe(true); // side and length
  });

  it('is from 0 to 4 whatever it is given', () => {
    const values = fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(values, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), (all, lengths) => {
        const dwell = learnt(lengths);
        for (const value of all) {
          const surprise = dwell.of(value);
          expect(surprise >= 0 && surprise <= 4).toBe(true);
          dwell.learn(value, 1);
        }
        const { 'dwellTimes.range': range } = packVectors(dwell.carried());
        expect((range as Float64Array).some((figure) => Number.isNaN(figure))).toBe(
          all.length + lengths.length === 0,
        );
      }),
      { seed: 1 },
    );
  });
});

const WEEKS = 16;

/** Low for twelve hours and high for twelve, from 0 to 1; at weekends high is `weekend`. One Wednesday stays low, if any. */
function weeks(weekend: number, noise: number, seed: number, missing?: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: WEEKS * 168 }, (_, t) => {
    const day = Math.floor(t / 24);
    const high = day % 7 >= 5 ? weekend : 1;
    return (t % 24 < 12 || day === missing ? 0 : high) + noise * random.normal();
  });
}

/** The hours whose duration surprises, all learnt. */
function surprising(values: readonly number[]): number[] {
  const dwell = new DwellTimes();
  return values.flatMap((value, t) => {
    const surprise = dwell.of(value);
    dwell.learn(value, 1);
    return surprise > 0 ? [t] : [];
  });
}

describe('durations past a middle that some excursions hardly reach', () => {
  const heights = Array.from({ length: 15 }, (_, k) => 0.25 + 0.05 * k);

  it.each(heights)('do not surprise, whatever the height: %f of the range', (height) => {
    for (const noise of [0.01, 0.03]) {
      for (let seed = 1; seed <= 8; seed++) {
        expect(surprising(weeks(height, noise, seed))).toEqual([]);
        const upside = weeks(height, noise, seed).map((value) => -value); // nights that are less deep
        expect(surprising(upside)).toEqual([]);
      }
    }
  });

  it.each([0.7, 0.75, 0.8, 0.85, 0.9, 1])(
    'but a day that stays low does, where two thresholds are passed at weekends: %f',
    (height) => {
      const day = 7 * 12 + 2;
      for (let seed = 1; seed <= 8; seed++) {
        const found = surprising(weeks(height, 0.02, seed, day));
        expect(found[0]).toBeGreaterThan(24 * day + 12); // after the usual duration
        expect(found[0]).toBeLessThan(24 * day + 24);
        expect(found.at(-1)).toBeLessThan(24 * (day + 1) + 12);
      }
    },
  );

  it('tells which side it was too long on', () => {
    const dwell = new DwellTimes();
    const day = 7 * 12 + 2;
    for (const value of weeks(0.75, 0.02, 1, day).slice(0, 24 * (day + 1))) dwell.learn(value, 1);
    expect(dwell.duration(0)).toEqual({ events: 25, direction: -1, tooLong: true });
    expect(dwell.duration(1)).toEqual({ events: 24, direction: -1, tooLong: false });
  });
});

describe('a detector, on durations', () => {
  it.each([1, 2, 3, 4])(
    'finds the pulse that is missing though the others come early or late (seed %i)',
    (seed) => {
      const random = new Random(seed);
      const values = Array.from({ length: 6000 }, () => 0.3 * random.normal());
      for (let k = 1; k < 98; k++) {
        const at = 60 * k + random.below(5) - 2;
        if (k !== 70) values[at] = values[at + 1] = 30 + 0.3 * random.normal();
      }
      const detector = new StreamDetector();
      const starts = values.flatMap((value, n) => (detector.process(value)?.startOfIncident ? [n] : []));
      expect(starts.some((n) => n >= 4200 && n < 4220)).toBe(true);
      expect(starts.filter((n) => n > 2000 && (n < 4200 || n >= 4270)).length).toBeLessThan(2);
    },
  );

  it.each([1, 2, 3, 4])('finds a compressor that does not switch off (seed %i)', (seed) => {
    const random = new Random(seed);
    const values: number[] = [];
    let from = 0;
    for (let k = 1; values.length < 6000; k++) {
      const on = k === 80 ? 72 : 10 + random.below(5);
      if (k === 80) from = values.length;
      for (let i = 0; i < on; i++) values.push(80 + 2 * random.normal());
      for (let i = 28 + random.below(5); i > 0; i--) values.push(2 + 0.3 * random.normal());
    }
    const detector = new StreamDetector();
    const starts = values.flatMap((value, n) => (detector.process(value)?.startOfIncident ? [n] : []));
    expect(starts.some((n) => n > from + 14 && n < from + 72)).toBe(true);
  });

  describe.each([1, 2, 3, 4])(
    'hourly for twelve weeks, with weekends of a lesser amplitude (seed %i)',
    (seed) => {
      const START = Date.UTC(2026, 0, 5); // a Monday
      const WEDNESDAY = 24 * (9 * 7 + 2);

      /** Hours at which incidents begin. */
      function incidents(isLow: (t: number) => boolean): number[] {
        const random = new Random(seed);
        const events = Array.from({ length: 12 * 168 }, (_, t) => {
          const share = Math.floor(t / 24) % 7 >= 5 ? 0.3 : 1;
          const wave = isLow(t) ? -1 : -Math.cos((2 * Math.PI * t) / 24);
          return { t, time: START + 3_600_000 * t, value: 50 + 12 * share * wave + random.normal() };
        });
        const starts: number[] = [];
        from(events)
          .pipe(detectAnomalies())
          .subscribe(({ startOfIncident, event }) => startOfIncident && starts.push(event.t));
        return starts;
      }

      it('has no incident', () => {
        expect(incidents(() => false)).toEqual([]);
      });

      it('has one on a Wednesday that stays low', () => {
        const [first, ...others] = incidents((t) => t >= WEDNESDAY && t < WEDNESDAY + 24);
        expect(first).toBeGreaterThan(WEDNESDAY + 2);
        expect(first).toBeLessThan(WEDNESDAY + 18);
        expect(others.every((t) => t < WEDNESDAY + 36)).toBe(true);
      });
    },
  );
});

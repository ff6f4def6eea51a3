import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochUnit, fromEpoch, TimeReader } from '../../src/core/timeReader.ts';

const PER_SECOND = { seconds: 1, milliseconds: 1e3, microseconds: 1e6, nanoseconds: 1e9 } as const;
const UNITS = Object.keys(PER_SECOND) as (keyof typeof PER_SECOND)[];
/** Seconds of 1985-11-05 to 2115. */
const second = fc.integer({ min: 5e8, max: 4.6e9 }); // of nanoseconds since 1970 beyond 2^62 a double holds every 1024th

describe('the unit of a time', () => {
  it('is known of every second of 1985 to 2128, and reads as that second', () => {
    fc.assert(
      fc.property(second, fc.constantFrom(...UNITS), (s, unit) => {
        const time = s * PER_SECOND[unit];
        expect(epochUnit(time)).toBe(unit);
        expect(fromEpoch(time, unit)).toBe(s * 1000);
        for (const raw of [time, BigInt(time), String(BigInt(time))])
          expect(new TimeReader().read(raw)).toBe(s * 1000);
      }),
    );
  });

  it.each([0, 1, 60_000, 4.9e8, -1.7e9, 5e9, Number.NaN, Number.POSITIVE_INFINITY, 5e18])(
    'is unknown of %d',
    (time) => {
      expect(epochUnit(time)).toBeUndefined();
    },
  );
});

describe('the times of a stream', () => {
  const read = (...times: unknown[]): number[] => {
    const reader = new TimeReader();
    return times.map((time) => reader.read(time));
  };

  it('are of the unit of the first, and a later one of another is none', () => {
    fc.assert(
      fc.property(
        second,
        second,
        fc.constantFrom(...UNITS),
        fc.constantFrom(...UNITS),
        (a, b, first, later) => {
          const reader = new TimeReader();
          reader.read(a * PER_SECOND[first]);
          const time = b * PER_SECOND[later];
          expect(reader.read(time)).toBe(first === later ? b * 1000 : Number.NaN);
          if (first !== later)
            expect(reader.expected(time)).toBe(`a time in ${first} as before, not in ${later}`);
        },
      ),
    );
  });

  it('are milliseconds where they begin near 0, however far they come', () => {
    const hours = Array.from({ length: 2000 }, (_, i) => i * 3_600_000);
    expect(read(...hours)).toEqual(hours);
  });

  it('may be Dates and text too, which are moments by themselves', () => {
    const text = '2023-11-14T22:13:20Z';
    expect(read(1_700_000_000, text, new Date(text), '1700000000.5')).toEqual([
      ...[1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_500],
    ]);
    expect(read('20240304', '20240304123000')).toEqual([Date.UTC(2024, 2, 4), Date.UTC(2024, 2, 4, 12, 30)]);
    expect(read('soon', '17', true, {}, null)).toEqual(Array(5).fill(Number.NaN));
  });

  it('go on in their unit with a reader that is new to them', () => {
    expect(new TimeReader().read(1_700_000_060, 1_700_000_000_000)).toBe(1_700_000_060_000);
    expect(new TimeReader().read(600_060_000, 600_000_000)).toBe(600_060_000); // a week after 0
  });
});

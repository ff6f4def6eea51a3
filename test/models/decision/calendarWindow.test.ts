import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DateRange,
  rangeTest,
  type WeeklyHours,
  weeklyTest,
} from '../../../src/models/decision/calendarWindow.ts';

const at = (iso: string): number => Date.parse(iso);
const holds = (hours: WeeklyHours, iso: string): boolean => weeklyTest('here', hours)(at(iso));

describe('weekly hours', () => {
  it('begin at their first minute and end before the one named', () => {
    const hours = { days: ['mon'], from: '08:00', to: '17:30' } as const;
    // 2026-01-05 was a Monday.
    expect(holds(hours, '2026-01-05T07:59:59.999Z')).toBe(false);
    expect(holds(hours, '2026-01-05T08:00Z')).toBe(true);
    expect(holds(hours, '2026-01-05T17:29:59Z')).toBe(true);
    expect(holds(hours, '2026-01-05T17:30Z')).toBe(false);
    expect(holds(hours, '2026-01-06T08:00Z')).toBe(false);
  });

  it('that end before they begin end on the next day, and belong to the day they begin on', () => {
    const night = { days: ['fri'], from: '22:00', to: '06:00' } as const;
    expect(holds(night, '2026-01-09T21:59Z')).toBe(false);
    expect(holds(night, '2026-01-09T22:00Z')).toBe(true);
    expect(holds(night, '2026-01-10T05:59Z')).toBe(true);
    expect(holds(night, '2026-01-10T06:00Z')).toBe(false);
    expect(holds(night, '2026-01-10T23:00Z')).toBe(false);
    expect(holds(night, '2026-01-09T05:00Z')).toBe(false);
    const watch = { days: ['fri'], from: '06:00', to: '06:00' } as const; // a whole day
    expect(
      ['2026-01-09T05:59Z', '2026-01-09T06:00Z', '2026-01-10T05:59Z', '2026-01-10T06:00Z'].map((time) =>
        holds(watch, time),
      ),
    ).toEqual([false, true, true, false]);
    expect(holds({ ...night, days: ['sun'] }, '2026-01-12T03:00Z')).toBe(true); // Sunday's night, on Monday
  });

  it('are the whole day, or every day, by default', () => {
    expect(holds({ days: ['sat', 'sun'] }, '2026-01-10T23:59:59Z')).toBe(true);
    expect(holds({ days: ['sat', 'sun'] }, '2026-01-12T00:00Z')).toBe(false);
    expect(holds({ from: '12:00' }, '2026-01-07T23:59Z')).toBe(true);
    expect(holds({ to: '12:00' }, '2026-01-07T12:00Z')).toBe(false);
  });

  it('follow the clocks of their time zone, summer time and all', () => {
    const berlin = { from: '02:00', to: '04:00', timeZone: 'Europe/Berlin' } as const;
    expect(holds(berlin, '2026-01-15T01:30Z')).toBe(true); // 02:30 in winter
    expect(holds(berlin, '2026-07-15T01:30Z')).toBe(true); // 03:30 in summer
    expect(holds(berlin, '2026-07-15T00:00Z')).toBe(true); // 02:00
    expect(holds(berlin, '2026-01-15T00:30Z')).toBe(false); // 01:30
    const kathmandu = { days: ['tue'], to: '00:45', timeZone: 'Asia/Kathmandu' } as const; // +05:45
    expect(holds(kathmandu, '2026-01-05T18:15Z')).toBe(true); // Tuesday 00:00
    expect(holds(kathmandu, '2026-01-05T19:00Z')).toBe(false); // 00:45
  });

  it('are as UTC has them for any moment, to compare with', () => {
    const test = weeklyTest('here', { days: ['mon', 'wed'], from: '09:15', to: '21:45' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (time) => {
        const date = new Date(time);
        const minute = 60 * date.getUTCHours() + date.getUTCMinutes();
        const expected = [1, 3].includes(date.getUTCDay()) && minute >= 555 && minute < 1305;
        expect(test(time)).toBe(expected);
      }),
    );
  });

  it.each<[object, string]>([
    [{ days: [] }, 'here: expected days to be a list of mon, tue, wed, thu, fri, sat, sun, got []'],
    [{ days: ['mon', 'monday'] }, 'here: expected days to be a list of'],
    [{ days: ['monday'] }, 'here: expected days to be a list of'],
    [{ days: 'mon' }, 'here: expected days to be a list of'],
    [{ from: '8' }, 'here: expected from to be a time of day such as 22:00, got "8"'],
    [{ to: '25:00' }, 'here: expected to to be a time of day such as 22:00, got "25:00"'],
    [{ from: '24:00' }, 'here: expected from to be a time of day before 24:00, got "24:00"'],
    [
      { timeZone: 'Mars/Olympus' },
      'here: expected timeZone to be the name of a time zone such as Europe/Berlin, got "Mars/Olympus"',
    ],
    [{ hours: 5 }, 'here: unknown option hours'],
  ])('refuses %j', (hours, message) => {
    expect(() => weeklyTest('here', hours as WeeklyHours)).toThrow(message);
  });
});

describe('date range', () => {
  it('holds from its start up to its end, or without limit where one is left out', () => {
    const test = rangeTest('here', { start: '2026-12-24T18:00+01:00', end: new Date('2026-12-27T00:00Z') });
    const moments = ['2026-12-24T16:59:59Z', '2026-12-24T17:00Z', '2026-12-26T23:59Z', '2026-12-27T00:00Z'];
    expect(moments.map((iso) => test(at(iso)))).toEqual([false, true, true, false]);
    expect(rangeTest('here', { end: 100 })(-1e12)).toBe(true);
    expect(rangeTest('here', { start: 100 })(99)).toBe(false);
  });

  it.each<[object, string]>([
    [{ start: 'soon' }, 'here: expected start to be a time such as 2026-12-24T18:00Z, got "soon"'],
    [{ start: 5, end: 5 }, 'here: expected end to be after start, got 5'],
    [{ from: 5 }, 'here: unknown option from'],
  ])('refuses %j', (range, message) => {
    expect(() => rangeTest('here', range as DateRange)).toThrow(message);
  });
});

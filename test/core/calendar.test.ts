import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Calendar, calendarOptions, localTime, WEEKDAYS, weekdayOf } from '../../src/core/calendar.ts';

const at = (iso: string): number => Date.parse(iso);
const shown = (zone: string, iso: string): string =>
  new Date(localTime(zone)(at(iso))).toISOString().slice(0, 16);

/** What Intl shows, to compare with. */
function clockOf(zone: string): (time: number) => string {
  const hours = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const dates = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...dates, ...hours });
  return (time) => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`;
  };
}

describe('localTime', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:59Z', '2026-03-29T01:59'],
    ['Europe/Berlin', '2026-03-29T01:00Z', '2026-03-29T03:00'],
    ['Europe/Berlin', '2026-10-25T00:59Z', '2026-10-25T02:59'],
    ['Europe/Berlin', '2026-10-25T01:00Z', '2026-10-25T02:00'],
    ['Australia/Sydney', '2026-04-04T15:59Z', '2026-04-05T02:59'], // summer ends in April
    ['Australia/Sydney', '2026-04-04T16:00Z', '2026-04-05T02:00'],
    ['Australia/Lord_Howe', '2026-04-04T14:59Z', '2026-04-05T01:59'], // by half an hour, at half past an hour of UTC
    ['Australia/Lord_Howe', '2026-10-03T15:29Z', '2026-10-04T01:59'],
    ['Australia/Lord_Howe', '2026-10-03T15:30Z', '2026-10-04T02:30'],
    ['Asia/Kathmandu', '2026-01-01T00:00Z', '2026-01-01T05:45'],
    ['Asia/Kolkata', '2026-01-01T20:00Z', '2026-01-02T01:30'],
    ['America/St_Johns', '2026-01-01T00:00Z', '2025-12-31T20:30'],
    ['UTC', '2026-01-01T00:00Z', '2026-01-01T00:00'],
  ])('%s at %s shows %s', (zone, time, clock) => {
    expect(shown(zone, time)).toBe(clock);
  });

  it('shows what Intl shows at any moment, in any order', () => {
    const zones = [
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Africa/Casablanca',
      'Pacific/Apia',
    ];
    const clocks = zones.map((zone) => [localTime(zone), clockOf(zone)] as const);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.nat(zones.length - 1), (time, zone) => {
        const [local, clock] = clocks[zone];
        expect(new Date(local(time)).toISOString().slice(0, 19)).toBe(clock(time));
      }),
      { numRuns: 500 },
    );
  });

  it('shows every second around a change', () => {
    for (const [zone, change] of [
      ['Europe/Berlin', '2026-10-25T01:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
      ['America/New_York', '2026-03-08T07:00Z'],
    ] as const) {
      const [local, clock] = [localTime(zone), clockOf(zone)];
      for (let second = -5; second <= 5; second++) {
        const time = at(change) + 1000 * second;
        expect(new Date(local(time)).toISOString().slice(0, 19)).toBe(clock(time));
      }
    }
  });

  it('is asked of Intl twice a day of event time at most, but for days of a change', () => {
    const local = localTime('Europe/Berlin');
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    try {
      for (let minute = 0; minute < 1440 * 10; minute++) local(at('2026-05-01T00:00Z') + 60_000 * minute);
      expect(asked.mock.calls.length).toBeLessThanOrEqual(20);
    } finally {
      asked.mockRestore();
    }
  });
});

describe('Calendar', () => {
  it('moves a holiday to the nearest day of the week that it is like, and keeps its hours', () => {
    const holidays = ['2026-12-25', '2026-12-26', '2027-01-01'];
    const calendar = new Calendar('Europe/Berlin', holidays);
    const [friday, thursday] = [calendar.at(at('2026-12-25T07:30Z')), calendar.at(at('2026-12-24T07:30Z'))];
    expect(new Date(friday).toISOString()).toBe('2026-12-27T08:30:00.000Z');
    expect(new Date(thursday).toISOString()).toBe('2026-12-24T08:30:00.000Z');
    // By local dates: midnight in Berlin is 23:00 of the day before.
    expect(weekdayOf(calendar.at(at('2026-12-24T22:59Z')))).toBe(3);
    expect(weekdayOf(calendar.at(at('2026-12-24T23:00Z')))).toBe(6);
    expect(weekdayOf(calendar.at(at('2026-12-26T22:59Z')))).toBe(6);
    expect(weekdayOf(calendar.at(at('2026-12-27T23:00Z')))).toBe(0);
  });

  it('has the hour of the clock and the wanted day on every holiday', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 20_000 }),
        fc.nat(6),
        fc.nat(86_399_999),
        (day, weekday, within) => {
          const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
          const calendar = new Calendar('UTC', [date], WEEKDAYS[weekday]);
          const moved = calendar.at(day * 86_400_000 + within);
          expect(weekdayOf(moved)).toBe(weekday);
          expect(moved % 86_400_000).toBe(within);
          expect(Math.abs(moved - day * 86_400_000 - within)).toBeLessThanOrEqual(3 * 86_400_000);
        },
      ),
    );
  });

  it('is none where it would change nothing', () => {
    expect(calendarOptions.resolve('here', {}).calendar).toBeUndefined();
    expect(calendarOptions.resolve('here', { timeZone: 'UTC', holidays: [] }).calendar).toBeUndefined();
  });

  it.each<[object, string]>([
    [
      { timeZone: 'Mars/Olympus' },
      'here: expected timeZone to be the name of a time zone such as Europe/Berlin, got "Mars/Olympus"',
    ],
    [{ timeZone: '' }, 'expected timeZone to be the name of a time zone'],
    [{ holidays: ['2026-02-30'] }, 'here: expected holidays to be a list of dates such as 2026-12-25'],
    [{ holidays: ['25.12.2026'] }, 'expected holidays to be a list of dates'],
    [{ holidays: '2026-12-25' }, 'expected holidays to be a list of dates'],
    [{ holidaysAs: 'sunday' }, "here: expected holidaysAs to be one of 'mon'"],
  ])('refuses %j', (options, message) => {
    expect(() => calendarOptions.resolve('here', options)).toThrow(message);
  });
});

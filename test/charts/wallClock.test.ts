import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentAt, wallClock } from '../../src/charts/wallClock.ts';
import { nextMorning } from '../../src/dashboard/page/incidents/untilMorning.ts';

const HOUR = 3_600_000;
const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'America/St_Johns',
  'Australia/Lord_Howe',
);
const time = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2035, 0) }).map((ms) => ms - (ms % 1000));

describe('the clocks of a zone', () => {
  it('are read back: the moment at which they show what they show', () => {
    fc.assert(
      fc.property(time, zone, (at, timeZone) => {
        const shown = wallClock(at, timeZone).getTime();
        const back = momentAt(shown, timeZone);
        expect(wallClock(back, timeZone).getTime()).toBe(shown);
        expect(at - back).toBeGreaterThanOrEqual(0); // the first of two
        expect(at - back).toBeLessThanOrEqual(HOUR);
      }),
    );
  });

  it.each([
    ['twice', '2026-10-25T02:30:00Z', '2026-10-25T00:30:00Z'],
    ['never', '2026-03-29T02:30:00Z', '2026-03-29T01:30:00Z'],
  ])('show some hours %s', (_, shown, moment) => {
    expect(new Date(momentAt(Date.parse(shown), 'Europe/Berlin'))).toEqual(new Date(moment));
  });

  it('show 08:00 next within a day and an hour, at the morning', () => {
    fc.assert(
      fc.property(time, zone, (now, timeZone) => {
        const morning = nextMorning(now, timeZone);
        expect(wallClock(morning, timeZone).toISOString().slice(11, 16)).toBe('08:00');
        expect(morning).toBeGreaterThan(now);
        expect(morning - now).toBeLessThanOrEqual(25 * HOUR);
      }),
    );
    const berlin = (text: string) => new Date(nextMorning(Date.parse(text), 'Europe/Berlin')).toISOString();
    expect(berlin('2026-11-29T06:59:00Z')).toBe('2026-11-29T07:00:00.000Z');
    expect(berlin('2026-11-29T07:00:00Z')).toBe('2026-11-30T07:00:00.000Z');
    expect(berlin('2026-03-28T22:00:00Z')).toBe('2026-03-29T06:00:00.000Z'); // clocks are changed at night
  });
});

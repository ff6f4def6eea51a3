import { describe, expect, it } from 'vitest';
import { dateTest } from '../../src/core/calendar.ts';
import { publicHolidays } from '../../src/holidays/publicHolidays.ts';
import { Suppression } from '../../src/models/decision/suppression.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';

describe('publicHolidays', () => {
  it('knows those of a country, of a state, and of a part of it', async () => {
    const [germany, bavaria, augsburg] = await Promise.all(
      ['DE', 'de-by', 'DE-BY-A'].map((place) => publicHolidays(place)),
    );
    expect(germany!.isHoliday('2026-12-25')).toBe(true);
    expect(germany!.isHoliday('2026-01-06')).toBe(false);
    expect(bavaria!.place).toBe('DE-BY');
    expect(bavaria!.nameOf('2026-01-06')).toBe('Heilige Drei Könige');
    expect(bavaria!.isHoliday('2026-08-08')).toBe(false);
    expect(augsburg!.isHoliday('2026-08-08')).toBe(true);
  });

  it('finds the date of a time by the clocks of the zone', async () => {
    const berlin = await publicHolidays('DE', { timeZone: 'Europe/Berlin' });
    expect(berlin.flag('2026-12-24T22:59:00Z')).toBe(0);
    expect(berlin.flag(Date.parse('2026-12-24T23:00:00Z'))).toBe(1);
    expect(berlin.flag(new Date('2026-12-26T23:00:00Z'))).toBe(0);
    expect(berlin.flag(undefined)).toBe(0);
  });

  it('counts a day whose noon is in the holiday, and kinds that are asked for', async () => {
    const turkey = await publicHolidays('TR'); // its feasts begin in the evening and last for days
    expect(['19', '20', '21', '22', '23'].map((day) => turkey.isHoliday(`2026-03-${day}`))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    const more = await publicHolidays('US', { types: ['public', 'observance'] });
    expect((await publicHolidays('US')).isHoliday('2026-02-14')).toBe(false);
    expect(more.nameOf('2026-02-14')).toBe("Valentine's Day");
  });

  it.each([
    [
      'DE-BZ',
      /publicHolidays: expected the place to be a part of DE that is known \(BB, .*did you mean DE-BB\?\), got "DE-BZ"/,
    ],
    ['XX', /expected the place to be a country that is known \(\d+ such as AD, .*\), got "XX"/],
    ['DE-BE-Q', /expected the place to be DE-BE alone, as no parts of it are known, got "DE-BE-Q"/],
    ['Bavaria', /expected the place to be a code such as 'DE' or 'DE-BY', got "Bavaria"/],
  ])('refuses %s, and names what is near', async (place, message) => {
    await expect(publicHolidays(place)).rejects.toThrow(message);
    await expect(publicHolidays('DE', { types: ['free'] } as never)).rejects.toThrow(
      /types to be a list of 'public'/,
    );
    await expect(publicHolidays('DE', { timezone: 'UTC' } as never)).rejects.toThrow(/did you mean timeZone/);
  });

  it('is what holidays and rules of suppression take', async () => {
    const { isHoliday } = await publicHolidays('DE');
    expect(() => detectAnomalies({ holidays: isHoliday })).not.toThrow();
    const rules = new Suppression('here', [{ name: 'holiday', dates: isHoliday }], 'Europe/Berlin');
    const event = { key: undefined, expected: 0, residual: 0, attribution: 1 };
    expect(rules.ruleFor({ ...event, time: Date.parse('2026-12-24T23:30Z') })).toBe('holiday');
    expect(rules.ruleFor({ ...event, time: Date.parse('2026-12-24T22:30Z') })).toBeUndefined();
    expect(rules.ruleFor({ ...event, time: undefined })).toBeUndefined();
    expect(() => new Suppression('here', [{ dates: ['25.12.2026'] }])).toThrow(
      'here: suppress[0]: expected dates to be a list of dates such as 2026-12-25, or a function of one',
    );
    expect(dateTest(['2026-12-25'], 'UTC')(Date.parse('2026-12-25T23:59Z'))).toBe(true);
  });
});

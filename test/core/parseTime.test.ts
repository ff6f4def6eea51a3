import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/core/parseTime.ts';

const anyDate = fc.date({ noInvalidDate: true });
const fourDigitYears = fc.date({
  noInvalidDate: true,
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
});

describe('parseTime', () => {
  it('reads back every Date that toISOString writes', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it('takes a time without zone for UTC, with T or blank, dashes or slashes', () => {
    fc.assert(
      fc.property(fourDigitYears, (date) => {
        const bare = date.toISOString().slice(0, -1);
        expect(parseTime(bare)).toBe(date.getTime());
        expect(parseTime(bare.replace('T', ' '))).toBe(date.getTime());
        expect(parseTime(bare.replaceAll('-', '/'))).toBe(date.getTime());
      }),
    );
  });

  it('takes the offset of a zone off', () => {
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(fourDigitYears, offset, fc.constantFrom(':', ''), (date, minutes, colon) => {
        const clock = (n: number): string => String(n).padStart(2, '0');
        const size = Math.abs(minutes);
        const zone = `${minutes < 0 ? '-' : '+'}${clock(Math.floor(size / 60))}${colon}${clock(size % 60)}`;
        expect(parseTime(date.toISOString().replace('Z', zone))).toBe(date.getTime() - minutes * 60_000);
      }),
    );
  });

  it('reads day-first and month-first dates as asked', () => {
    fc.assert(
      fc.property(fourDigitYears, (date) => {
        const [year, month, day, clock] = date.toISOString().slice(0, -1).split(/[-T]/);
        expect(parseTime(`${day}.${month}.${year} ${clock}`)).toBe(date.getTime());
        expect(parseTime(`${day}/${month}/${year} ${clock}`, true)).toBe(date.getTime());
        expect(parseTime(`${month}/${day}/${year} ${clock}`, false)).toBe(date.getTime());
        expect(parseTime(`${year}${month}${day}`)).toBe(Date.parse(`${year}-${month}-${day}T00:00:00Z`));
      }),
    );
  });

  it('never throws and never guesses: what is no calendar time is NaN', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseTime(text)).toBeTypeOf('number');
      }),
    );
    const refused = [
      '',
      'yesterday',
      '12',
      '1.5',
      '1700000000',
      '2014-13-01',
      '2014-02-29',
      '2014-00-10',
      '2014-01-00',
      '2014-01-32',
      '2014-01-01T24:01',
      '2014-01-01T10:60',
      '2014-01-01T10:00:61',
      '2014-01-01T10:00:00+25:00',
      '2014-01-01 10',
      'Jan 1, 2014',
      '10:00:00',
      '2014-01-01T10:00 PST',
      '31/02/2014',
      '13:00 PM',
      '1/2/2014 13:00 PM',
      '20141301',
    ];
    for (const text of refused) expect(parseTime(text), text).toBeNaN();
  });

  it.each([
    ['2014-02-14', Date.UTC(2014, 1, 14)],
    ['2014/02/14', Date.UTC(2014, 1, 14)],
    ['1949-01', Date.UTC(1949, 0, 1)],
    ['2016-02-29T10:00', Date.UTC(2016, 1, 29, 10)],
    ['2014-2-4 7:05', Date.UTC(2014, 1, 4, 7, 5)],
    ['2014-02-14T14:27:00,5Z', Date.UTC(2014, 1, 14, 14, 27, 0, 500)],
    ['2014-02-14 14:27:00 UTC', Date.UTC(2014, 1, 14, 14, 27)],
    ['2014-02-14T14:27:00+01', Date.UTC(2014, 1, 14, 13, 27)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2/14/2014 2:27 PM', Date.UTC(2014, 1, 14, 14, 27)],
    ['2/14/2014 12:27 am', Date.UTC(2014, 1, 14, 0, 27)],
    ['20140214T142700Z', Date.UTC(2014, 1, 14, 14, 27)],
  ])('reads %s', (text, time) => expect(parseTime(text)).toBe(time));

  it('keeps fractions of a second down to the nanosecond, as far as a double holds them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (nanoseconds) => {
        const text = `1970-01-01T00:00:00.${String(nanoseconds).padStart(9, '0')}Z`;
        expect(parseTime(text)).toBe(nanoseconds / 1e6);
      }),
    );
    expect(parseTime('2014-02-14T00:00:00.57Z')).toBe(Date.UTC(2014, 1, 14, 0, 0, 0, 570));
  });
});

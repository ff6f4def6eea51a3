import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  guessTimeFormat,
  type TimeFormat,
  type TimeFormatOptions,
} from '../../../src/sources/csv/times/timeFormat.ts';

/** Nanoseconds of 1973 and 1989 are read as ticks, which count from another year. */
const epochMs = fc.integer({ min: Date.UTC(1991, 0), max: Date.UTC(2099, 0) });

function formatOf(
  cells: readonly string[],
  options: Partial<TimeFormatOptions> = {},
): TimeFormat & { reported: string[] } {
  const reported: string[] = [];
  const format = guessTimeFormat(cells, {
    name: 'time',
    timeFormat: undefined,
    dayFirst: undefined,
    timeZone: undefined,
    origin: undefined,
    isEuropean: false,
    report: (kind, text, what) => reported.push(`${kind} ${text} ${what}`),
    ...options,
  });
  return { ...format, reported };
}

/** What a column of one cell, written so, is read as. */
function iso(text: string, options: Partial<TimeFormatOptions> = {}): string {
  const time = formatOf([text], options).read(text, undefined);
  return Number.isNaN(time) ? 'no time' : new Date(time).toISOString();
}

describe('guessTimeFormat', () => {
  it.each([
    ['seconds', (ms: number) => (ms / 1e3).toFixed(3)],
    ['milliseconds', (ms: number) => `${ms}`],
    ['microseconds', (ms: number) => `${ms}000`],
    ['nanoseconds', (ms: number) => `${ms}000000`],
  ])('knows epoch %s by their size', (unit, write) => {
    fc.assert(
      fc.property(fc.array(epochMs, { minLength: 1 }), (times) => {
        const format = formatOf(times.map(write));
        expect(format.note).toBe(`epoch ${unit}`);
        for (const time of times) expect(format.read(write(time), undefined)).toBe(time);
      }),
    );
  });

  it('reads a change of the unit in the middle, and reports it', () => {
    const { read, note, reported } = formatOf(['1600000000', '1600000060', '1600000120']);
    expect(note).toBe('epoch seconds');
    expect(['1600000180', '1600000240000', '1600000300000'].map((text) => read(text, undefined))).toEqual([
      1600000180_000, 1600000240_000, 1600000300_000,
    ]);
    expect(reported).toEqual(['timeUnit 1600000240000 the unit changes from seconds to milliseconds']);
    expect(read('0', undefined)).toBeNaN(); // no epoch of such a file
  });

  it('reads a clock that starts at 0 as seconds, or in the unit of its name', () => {
    expect(formatOf(['0', '0.1', '0.2']).read('0.3', undefined)).toBe(300);
    expect(formatOf(['0', '0,1', '0,2']).read('0,3', undefined)).toBe(300);
    expect(formatOf(['0', '0.25'], { name: 'Elapsed Time (h)' }).read('0.5', undefined)).toBe(1_800_000);
    expect(formatOf(['0', '5'], { name: 't [ms]' }).read('5', undefined)).toBe(5);
    expect(formatOf(['0', '5'], { name: 'time_min' }).read('5', undefined)).toBe(300_000);
  });

  it('warns where the name tells another unit than the size', () => {
    expect(formatOf(['1709510400000'], { name: 'timestamp(ms)' }).warning).toBeUndefined();
    expect(formatOf(['1709510400000'], { name: 'timestamp (s)' }).warning).toContain('another unit');
  });

  it('reads serial days of spreadsheets', () => {
    const { read, note } = formatOf(['45355.000000', '45355.010417', '45355.020833'], { name: 'Time' });
    expect(note).toBe('spreadsheet days');
    expect(read('45355.010417', undefined)).toBe(Date.UTC(2024, 2, 4, 0, 15));
    expect(formatOf(['45355', '45356'], { name: 'Date' }).read('45356', undefined)).toBe(
      Date.UTC(2024, 2, 5),
    );
    expect(iso('45355.5', { timeFormat: 'excel' })).toBe('2024-03-04T12:00:00.000Z');
    expect(iso('3792355200', { timeFormat: 'labview' })).toBe('2024-03-04T00:00:00.000Z');
  });

  it.each([
    ['ticks', '638451072000000000', 'ticks of .NET'],
    ['filetime', '133539840000000000', 'file times of Windows'],
    ['webkit', '13353984000000000', 'microseconds since 1601'],
  ])('reads %s, which count from another year', (name, text, note) => {
    const found = formatOf([text, text], { name: 'time' });
    expect(found.note).toBe(note);
    expect(found.read(text, undefined)).toBe(Date.UTC(2024, 2, 4));
    expect(found.read(`${BigInt(text) + 1n}`, undefined)).toBe(
      Date.UTC(2024, 2, 4) + (name === 'webkit' ? 0.001 : 0.0001),
    );
    expect(iso(text, { timeFormat: name })).toBe('2024-03-04T00:00:00.000Z');
    expect(found.read('12.5', undefined)).toBeNaN();
  });

  it('takes 20140214 and 2024030410 for dates only where all samples are such', () => {
    expect(formatOf(['20140214', '20140215']).read('20140301', undefined)).toBe(Date.UTC(2014, 2, 1));
    expect(formatOf(['2024030400', '2024030401']).read('2024030402', undefined)).toBe(
      Date.UTC(2024, 2, 4, 2),
    );
    expect(formatOf(['20140214', '20149999']).note).not.toBeUndefined();
  });

  it('finds out whether day or month comes first', () => {
    const march2 = Date.UTC(2014, 2, 2);
    const write = (dayFirst: boolean) => (day: number) => (dayFirst ? `${day}/3/2014` : `3/${day}/2014`);
    for (const dayFirst of [true, false]) {
      // a 13th gives it away; without one, days that follow each other do
      for (const days of [
        [2, 13],
        [2, 3, 4, 5],
      ]) {
        const format = formatOf(days.map(write(dayFirst)));
        expect(format.read(write(dayFirst)(2), undefined)).toBe(march2);
        expect(format.note).toBe(`dates with the ${dayFirst ? 'day' : 'month'} first`);
        expect(format.warning).toBeUndefined();
      }
    }
  });

  it('warns where nothing tells, and reads as it is usual', () => {
    const open = ['03/04/2024 00:00', '03/04/2024 00:15'];
    expect(formatOf(open).warning).toContain('--day-first or --month-first');
    expect(formatOf(open).read(open[0]!, undefined)).toBe(Date.UTC(2024, 2, 4));
    expect(formatOf(open, { isEuropean: true }).read(open[0]!, undefined)).toBe(Date.UTC(2024, 3, 3));
    for (const dayFirst of [true, false]) {
      const named = formatOf(open, { dayFirst });
      expect(named.warning).toBeUndefined();
      expect(named.read(open[0]!, undefined)).toBe(dayFirst ? Date.UTC(2024, 3, 3) : Date.UTC(2024, 2, 4));
    }
    expect(formatOf(['03.04.2024 00:00', '03.04.2024 00:15']).warning).toBeUndefined(); // points: the day first
  });

  it('says which order a date needs that cannot be read', () => {
    const format = formatOf(['3/2/2014', '3/3/2014', '3/4/2014']);
    expect(format.read('14/3/2014', undefined)).toBeNaN();
    expect(format.why('14/3/2014')).toContain('--day-first');
    expect(format.why('soon')).toBeUndefined();
  });

  it.each([
    ['2024-03-04', '2024-03-04T00:00:00.000Z'],
    ['2024-03-04T10:15', '2024-03-04T10:15:00.000Z'],
    ['2024-03-04 10:15:30.5', '2024-03-04T10:15:30.500Z'],
    ['2024-03-04 10:15:30,250', '2024-03-04T10:15:30.250Z'],
    ['2024-03-04 10:15:30:007', '2024-03-04T10:15:30.007Z'],
    ['2024-03-04T10:15:30+01:00', '2024-03-04T09:15:30.000Z'],
    ['2024-03-04T10:15:30+0100', '2024-03-04T09:15:30.000Z'],
    ['2024-03-04T10:15:30-05', '2024-03-04T15:15:30.000Z'],
    ['2024-03-04T10:15:30.123456789Z', '2024-03-04T10:15:30.123Z'],
    ['2024-03-04T10:15+01:00[Europe/Berlin]', '2024-03-04T09:15:00.000Z'],
    ['2024-07-04T10:15[Europe/Berlin]', '2024-07-04T08:15:00.000Z'],
    ['2024-03-04 10:15:00 Europe/Berlin', '2024-03-04T09:15:00.000Z'],
    ['2024-03-04 10:15:00 CET', '2024-03-04T09:15:00.000Z'],
    ['2024-07-04 10:15:00 CEST', '2024-07-04T08:15:00.000Z'],
    ['2024-03-04 10:15:00 UTC', '2024-03-04T10:15:00.000Z'],
    ['2024-03-04 10:15:00 EST', '2024-03-04T15:15:00.000Z'],
    ['2024-03-04 10:15:00 UTC+2', '2024-03-04T08:15:00.000Z'],
    ['2024-03-04 10:15:00 +0000 UTC', '2024-03-04T10:15:00.000Z'],
    ['2024-03-03 24:00', '2024-03-04T00:00:00.000Z'],
    ['2024/03/04 00:15:00', '2024-03-04T00:15:00.000Z'],
    ['2024.03.04 10:00', '2024-03-04T10:00:00.000Z'],
    ['20240304', '2024-03-04T00:00:00.000Z'],
    ['20240304T101500', '2024-03-04T10:15:00.000Z'],
    ['20240304T101500Z', '2024-03-04T10:15:00.000Z'],
    ['20240304 101500', '2024-03-04T10:15:00.000Z'],
    ['20240304101500', '2024-03-04T10:15:00.000Z'],
    ['2024-W10-1', '2024-03-04T00:00:00.000Z'],
    ['2024W101', '2024-03-04T00:00:00.000Z'],
    ['2024-064', '2024-03-04T00:00:00.000Z'],
    ['2024-03', '2024-03-01T00:00:00.000Z'],
    ['2024-Q2', '2024-04-01T00:00:00.000Z'],
    ['04-Mar-24', '2024-03-04T00:00:00.000Z'],
    ['04-Mar-24 10:15:00', '2024-03-04T10:15:00.000Z'],
    ['4 Mar 2024', '2024-03-04T00:00:00.000Z'],
    ['Mar 04, 2024', '2024-03-04T00:00:00.000Z'],
    ['March 4th, 2024', '2024-03-04T00:00:00.000Z'],
    ['Mar 4, 2024 10:15 PM', '2024-03-04T22:15:00.000Z'],
    ['Mar 2024', '2024-03-01T00:00:00.000Z'],
    ['4. März 2024', '2024-03-04T00:00:00.000Z'],
    ['4 mars 2024 10:15', '2024-03-04T10:15:00.000Z'],
    ['Mon, 04 Mar 2024 10:15:00 +0100', '2024-03-04T09:15:00.000Z'],
    ['Mon, 04 Mar 2024 10:15:00 GMT', '2024-03-04T10:15:00.000Z'],
    ['Mon Mar  4 10:15:00 2024', '2024-03-04T10:15:00.000Z'],
    ['04/Mar/2024:10:15:00 +0000', '2024-03-04T10:15:00.000Z'],
    ['[04/Mar/2024:10:15:00 +0100]', '2024-03-04T09:15:00.000Z'],
    ['04.03.2024 10:15', '2024-03-04T10:15:00.000Z'],
    ['04.03.24 10:15', '2024-03-04T10:15:00.000Z'],
    ['Mo 04.03.2024 10:15', '2024-03-04T10:15:00.000Z'],
    ['04.03.2024 10.15.00', '2024-03-04T10:15:00.000Z'],
    ['04.03.2024, 10:15 Uhr', '2024-03-04T10:15:00.000Z'],
    ['04.03.2024, 25:15 Uhr', 'no time'],
    ['March 4, 2024 at 12:15AM', '2024-03-04T00:15:00.000Z'],
    ['4th of March 2024 12:15PM', '2024-03-04T12:15:00.000Z'],
    ['3/4/24 12:15a', '2024-03-04T00:15:00.000Z'],
    ['Sun Mar 03 19:00:00 EST 2024', '2024-03-04T00:00:00.000Z'],
    ['Sun Mar  3 07:00:00 PM EST 2024', '2024-03-04T00:00:00.000Z'],
    ['4 марта 2024 г., 10:15', '2024-03-04T10:15:00.000Z'],
    ['4 października 2024 10:15', '2024-10-04T10:15:00.000Z'],
    ['4 de março de 2024 às 10:15', '2024-03-04T10:15:00.000Z'],
    ['2024年3月4日 0時05分', '2024-03-04T00:05:00.000Z'],
    ['2024年3月4日(月) 午後0時05分06秒', '2024-03-04T12:05:06.000Z'],
    ['2024年3月4日午前0:05', '2024-03-04T00:05:00.000Z'],
    ['令和6年3月4日', '2024-03-04T00:00:00.000Z'],
    ['2024/3/4 上午 12:05:00', '2024-03-04T00:05:00.000Z'],
    ['2024年03月04日 下午 01:05', '2024-03-04T13:05:00.000Z'],
    ['2024. 3. 4. 오후 12:05:00', '2024-03-04T12:05:00.000Z'],
    ['2024년 3월 4일 오전 9시 5분', '2024-03-04T09:05:00.000Z'],
    ['2024年13月4日', 'no time'],
    ['20240304:0010', '2024-03-04T00:10:00.000Z'],
    ['4.3.2024 0.15', '2024-03-04T00:15:00.000Z'],
    ['2024. 03. 04. 0:15', '2024-03-04T00:15:00.000Z'],
    ['2024.03.04. 0:15:00', '2024-03-04T00:15:00.000Z'],
    ['13/3/2024 12:15:00 μμ', '2024-03-13T12:15:00.000Z'],
    ['04.03.2024 ÖÖ 12:15', '2024-03-04T00:15:00.000Z'],
    ['10:15 04.03.2024', '2024-03-04T10:15:00.000Z'],
    ['13/03/2024 12:00:00 AM', '2024-03-13T00:00:00.000Z'],
    ['03/13/24 12:15:00 p.m.', '2024-03-13T12:15:00.000Z'],
    ['Mar 4, 2024 @ 10:15:00.500', '2024-03-04T10:15:00.500Z'],
    ['04-MAR-24 10.15.00.500000 PM', '2024-03-04T22:15:00.500Z'],
    ['2024-03-04-10.15.00.500000', '2024-03-04T10:15:00.500Z'],
    ['04MAR2024:10:15:00', '2024-03-04T10:15:00.000Z'],
    ['2024:03:04 10:15:00', '2024-03-04T10:15:00.000Z'],
    ['04.03.2024 10:15 - 04.03.2024 10:30', '2024-03-04T10:15:00.000Z'],
    ['2024-02-30', 'no time'],
    ['2024-03-04 25:00', 'no time'],
    ['2024-03-04 10:60', 'no time'],
  ])('reads %s', (text, expected) => expect(iso(text)).toBe(expected));

  it('reads a pattern as it is given', () => {
    expect(iso('04|03|24 10h15', { timeFormat: '%d|%m|%y %Hh%M' })).toBe('2024-03-04T10:15:00.000Z');
    expect(iso('2024064', { timeFormat: '%Y%j' })).toBe('2024-03-04T00:00:00.000Z');
    expect(iso('04.03.2024 10:15:30,5', { timeFormat: 'dd.MM.yyyy HH:mm:ss,S' })).toBe(
      '2024-03-04T10:15:30.500Z',
    );
    expect(iso('03/04/2024 1:05 PM +02:00', { timeFormat: '%m/%d/%Y %I:%M %p %z' })).toBe(
      '2024-03-04T11:05:00.000Z',
    );
    expect(iso('2024-03-04', { timeFormat: '%d.%m.%Y' })).toBe('no time');
    expect(() => iso('10:15', { timeFormat: '%H:%M' })).toThrow(
      'openCsv: expected timeFormat to be a pattern with a year',
    );
  });

  it('knows the zone by the name of the column', () => {
    expect(iso('2024-03-04 10:15', { name: 'Date Time, GMT+01:00' })).toBe('2024-03-04T09:15:00.000Z');
    expect(iso('2024-03-04 10:15', { name: 'Zeit (MEZ)' })).toBe('2024-03-04T09:15:00.000Z');
    expect(iso('2024-03-04 10:15', { name: 'Zeit (MEZ)', timeZone: 'UTC' })).toBe('2024-03-04T10:15:00.000Z');
  });

  it('reads a zone with its changes of the clock: the hour that is left out, and the one that comes twice', () => {
    const read = (times: readonly string[]): { times: string[]; reported: string[] } => {
      const format = formatOf(times, { timeZone: 'Europe/Berlin' });
      let previous: number | undefined;
      const found = times.map((text) => {
        previous = format.read(text, previous);
        return new Date(previous).toISOString().slice(11, 16);
      });
      return { times: found, reported: format.reported };
    };
    const autumn = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'].map(
      (clock) => `2024-10-27 ${clock}`,
    );
    expect(read(autumn)).toEqual({
      times: ['23:30', '00:00', '00:30', '01:00', '01:30', '02:00'],
      reported: [],
    });
    const spring = ['01:30', '02:30', '03:00', '03:30'].map((clock) => `2024-03-31 ${clock}`);
    expect(read(spring)).toEqual({
      times: ['00:30', '01:30', '01:00', '01:30'],
      reported: [expect.stringContaining('gap 2024-03-31 02:30 Europe/Berlin has no such time')],
    });
    expect(() => iso('2024-03-04', { timeZone: 'Europe/Bern' })).toThrow('expected timeZone to be a zone');
  });

  it('counts clocks without a date, from midnight to midnight', () => {
    const format = formatOf(['23:45:00', '00:00:00']);
    const minutes = ['23:30', '23:45', '00:00', '00:15'].map((text) => format.read(text, undefined) / 60_000);
    expect(minutes).toEqual([1410, 1425, 1440, 1455]);
  });

  it('gives NaN for what is no time, or beyond all dates', () => {
    const { read } = formatOf(['2014-01-01']);
    for (const text of ['', 'NA', 'soon', '5']) expect(read(text, undefined)).toBeNaN();
    expect(formatOf(['1600000000']).read('1e300', undefined)).toBeNaN();
    expect(formatOf(['1600000000']).read('inf', undefined)).toBeNaN();
  });
});
